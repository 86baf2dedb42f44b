#include "core/io/atomic_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

[[noreturn]] void fail_to_write(const std::filesystem::path& path, const std::string& what) {
  fail(Code::file_write, path.string(), what);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

// Only a missing or a regular file may be replaced: a rename would turn a device into a file.
void check_target(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) fail_to_write(path, "this is a folder");
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    fail_to_write(path, "this is not a regular file");
  if (!path.has_filename()) fail_to_write(path, "a file name is missing");
}

// mkstemp makes the file private; a result gets what any new file of this process would.
void open_up(int file) {
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(file, static_cast<mode_t>(0666) & ~mask);
}

std::filesystem::path make_temporary(const std::filesystem::path& path) {
  const std::string pattern = (folder_of(path) / ("." + path.filename().string())).string();
  std::string name = pattern + ".XXXXXX";
  const int file = mkstemp(name.data());
  if (file < 0) fail_to_write(path, std::strerror(errno));
  open_up(file);
  close(file);
  return name;
}

bool synchronize(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool done = fsync(file) == 0;
  close(file);
  return done;
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)) {
  check_target(path_);
  temporary_ = make_temporary(path_);
}

AtomicFile::~AtomicFile() {
  std::error_code ignored;
  if (!temporary_.empty()) std::filesystem::remove(temporary_, ignored);
}

/// What keeps the file from growing by so many bytes; 0 for nothing that is known.
static int reserve_blocks(int file, std::uint64_t bytes) {
  struct stat status {};
  fstat(file, &status);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  if (static_cast<std::uint64_t>(status.st_size) + bytes > limit.rlim_cur) return EFBIG;
  // Blocks behind the end, which the writer then fills; commit() gives back what it did not.
  if (fallocate(file, FALLOC_FL_KEEP_SIZE, status.st_size, static_cast<off_t>(bytes)) == 0)
    return 0;
  // Some file systems cannot, and say that they are full when it is too late.
  return errno == EOPNOTSUPP || errno == ENOSYS ? 0 : errno;
}

void AtomicFile::reserve(std::uint64_t bytes) const {
  const int file = ::open(temporary_.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) fail_to_write(path_, std::strerror(errno));
  const int error = reserve_blocks(file, bytes);
  close(file);
  if (error != 0) fail_to_write(path_, std::strerror(error));
}

void AtomicFile::commit() {
  std::error_code unknown;
  if (const auto size = std::filesystem::file_size(temporary_, unknown); !unknown)
    std::filesystem::resize_file(temporary_, size, unknown);  // without what reserve() took
  if (!synchronize(temporary_)) fail_to_write(path_, std::strerror(errno));
  std::error_code error;
  std::filesystem::rename(temporary_, path_, error);
  if (error) fail_to_write(path_, error.message());
  temporary_.clear();
}

void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  AtomicFile file(path);
  std::ofstream stream(file.temporary(), std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) fail_to_write(path, "the data cannot be written; is the disk full?");
  file.commit();
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  write_file(path, std::as_bytes(std::span(text)));
}

void check_writable(const std::filesystem::path& path) { AtomicFile probe(path); }

}  // namespace synfire
