// One process at a time in a folder.
#pragma once

#include <filesystem>

namespace synfire {

/// An exclusive lock (flock) on the file `lock` in a folder. The kernel takes it back when the
/// process ends, however it ends. Whoever may not write into the folder can change nothing there,
/// and some file systems have no locks: then it holds nothing.
class FolderLock {
 public:
  /// Throws folder_in_use where another one holds it, and file_write where there is no such folder
  /// or the disk is full.
  explicit FolderLock(const std::filesystem::path& folder);
  /// The file goes; one that a killed process left is used again.
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  bool take();
  void name_holder() const;

  std::filesystem::path folder_, path_;
  int file_ = -1;
};

}  // namespace synfire
