// Files opened for reading whose size is known before anything is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace synfire {

/// Samples of more than this many bytes are refused (`--samples` reads fewer).
inline constexpr std::int64_t kMaxSampleBytes = std::int64_t{1} << 31;

/// Throws file_not_found or file_format unless `path` is a regular file; returns its size.
std::int64_t regular_file_size(const std::filesystem::path& path);

/// Throws `file_too_large` when the rows need more than kMaxSampleBytes.
void check_sample_bytes(const std::filesystem::path& path, std::int64_t rows, std::int64_t row_size,
                        std::size_t element_size);

class FileReader {
 public:
  explicit FileReader(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  std::string where() const { return path_.string(); }
  std::int64_t size() const { return size_; }
  std::int64_t remaining() const { return size_ - position_; }
  void seek(std::int64_t position);
  /// Fills `bytes`; throws `file_truncated` when the file ends before.
  void read(std::span<std::byte> bytes);
  /// Up to `count` bytes from the start, without moving.
  std::vector<std::byte> peek(std::size_t count);

 private:
  std::filesystem::path path_;
  std::int64_t size_;
  std::int64_t position_ = 0;
  std::ifstream stream_;
};

}  // namespace synfire
