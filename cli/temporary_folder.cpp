#include "cli/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/interruption.h"
#include "core/base/diagnostics.h"

namespace synfire {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "synfire-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) fail(Code::file_write, pattern, std::strerror(errno));
  path_ = pattern;
  remove_when_interrupted(path_);
}

TemporaryFolder::~TemporaryFolder() { remove_folder(path_); }

}  // namespace synfire
