#include "core/io/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

int open_to_lock(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file >= 0 || (errno != EACCES && errno != EROFS)) return file;
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

/// Who holds a lock, as far as it has said so.
std::string holder_of(int file) {
  std::array<char, 200> text{};
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  std::string holder(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  const bool is_text =
      std::ranges::all_of(holder, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
  return holder.empty() || !is_text ? "another process" : holder;
}

/// After an attempt to open: in a folder that may not be written, a file is only found missing.
bool may_not_write(const std::filesystem::path& folder) {
  return access(folder.c_str(), W_OK) != 0 && (errno == EACCES || errno == EROFS);
}

bool is_file_at(int file, const std::filesystem::path& path) {
  struct stat mine {};
  struct stat there {};
  return fstat(file, &mine) == 0 && stat(path.c_str(), &there) == 0 &&
         mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder)
    : folder_(folder), path_(folder / "lock") {
  // The last holder may have removed the file between its opening and its locking here.
  while (!take()) continue;
  name_holder();
}

/// False where it is to be tried again.
bool FolderLock::take() {
  file_ = open_to_lock(path_);
  if (file_ < 0) {
    const int error = errno;
    if (may_not_write(folder_)) return true;
    fail(Code::file_write, folder_.string(), std::strerror(error));
  }
  if (flock(file_, LOCK_EX | LOCK_NB) == 0) {
    if (is_file_at(file_, path_)) return true;
    close(std::exchange(file_, -1));
    return false;
  }
  const bool is_taken = errno == EWOULDBLOCK;
  const std::string holder = is_taken ? holder_of(file_) : "";
  close(std::exchange(file_, -1));
  if (is_taken)
    fail(Code::folder_in_use, folder_.string(), holder + " is using it",
         "wait until it has ended, or stop it with Ctrl-C");
  return true;
}

void FolderLock::name_holder() const {
  std::array<char, 80> host{};
  if (file_ < 0 || gethostname(host.data(), host.size() - 1) != 0) return;
  const std::string text = "process " + std::to_string(getpid()) + " on " + host.data();
  // Only for a message: a full disk does not matter.
  if (ftruncate(file_, 0) == 0 && pwrite(file_, text.data(), text.size(), 0) < 0) return;
}

FolderLock::~FolderLock() {
  if (file_ < 0) return;
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
  close(file_);
}

}  // namespace synfire
