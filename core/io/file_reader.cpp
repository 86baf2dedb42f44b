#include "core/io/file_reader.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/base/diagnostics.h"

namespace synfire {

std::int64_t regular_file_size(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) fail(Code::file_not_found, path.string(), "no such file");
  if (std::filesystem::is_directory(status))
    fail(Code::file_format, path.string(), "is a folder, not a file");
  if (!std::filesystem::is_regular_file(status))
    fail(Code::file_format, path.string(), "is not a regular file");
  const auto size = std::filesystem::file_size(path, error);
  if (error) fail(Code::file_not_found, path.string(), error.message());
  return static_cast<std::int64_t>(size);
}

void check_sample_bytes(const std::filesystem::path& path, std::int64_t rows, std::int64_t row_size,
                        std::size_t element_size) {
  std::int64_t bytes = 0;
  const bool overflow = __builtin_mul_overflow(rows, row_size, &bytes) ||
                        __builtin_mul_overflow(bytes, element_size, &bytes);
  if (!overflow && bytes <= kMaxSampleBytes) return;
  fail(Code::file_too_large, path.string(),
       std::to_string(rows) + " rows of " + std::to_string(row_size) + " values of " +
           std::to_string(element_size) + " bytes are more than the limit of " +
           std::to_string(kMaxSampleBytes) + " bytes",
       "read fewer samples with --samples");
}

FileReader::FileReader(std::filesystem::path path)
    : path_(std::move(path)), size_(regular_file_size(path_)), stream_(path_, std::ios::binary) {
  if (!stream_) fail(Code::file_not_found, where(), "cannot be opened for reading");
}

void FileReader::seek(std::int64_t position) {
  stream_.clear();
  stream_.seekg(position);
  position_ = position;
}

void FileReader::read(std::span<std::byte> bytes) {
  const auto count = static_cast<std::int64_t>(bytes.size());
  if (count > remaining() || !stream_.read(reinterpret_cast<char*>(bytes.data()), count))
    fail(Code::file_truncated, where(),
         std::to_string(count) + " bytes wanted at byte " + std::to_string(position_) +
             ", the file has " + std::to_string(size_));
  position_ += count;
}

std::vector<std::byte> FileReader::peek(std::size_t count) {
  const std::int64_t before = position_;
  seek(0);
  std::vector<std::byte> bytes(std::min(count, static_cast<std::size_t>(size_)));
  read(bytes);
  seek(before);
  return bytes;
}

}  // namespace synfire
