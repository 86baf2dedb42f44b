// A folder that goes with the object, and with the program when that is interrupted.
#pragma once

#include <filesystem>

namespace synfire {

class TemporaryFolder {
 public:
  /// Throws file_write.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace synfire
