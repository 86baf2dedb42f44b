// `-` as a file name: standard input and output. The formats need files that can be searched and
// renamed, so the bytes pass through a folder of their own, which goes with the object.
#pragma once

#include <filesystem>
#include <optional>

#include "cli/arguments.h"
#include "cli/temporary_folder.h"

namespace synfire {

class StreamFiles {
 public:
  /// Replaces every `-` by the file that stands for it; standard input is read to its end. Throws
  /// file_truncated or file_write.
  void resolve(const Verb& verb, Arguments& arguments);
  bool has_output() const { return !output_.empty() && std::filesystem::exists(output_); }
  /// Copies the finished output to standard output. Throws file_write.
  void send_output() const;

 private:
  std::filesystem::path file(const std::string& name);
  std::filesystem::path receive_input();

  std::optional<TemporaryFolder> folder_;  // made when first needed
  std::filesystem::path output_;
};

}  // namespace synfire
