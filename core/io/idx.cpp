#include "core/io/idx.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/io/file_reader.h"
#include "core/io/stored_values.h"

namespace synfire {
namespace {

/// Deflate cannot expand by more than this.
constexpr std::int64_t kMaxExpansion = 1032;

/// Reads a file, inflating it when it is a gzip stream.
class GzipFile {
 public:
  explicit GzipFile(const std::filesystem::path& path)
      : where_(path.string()), file_(gzopen(path.c_str(), "rb")) {
    if (file_ == nullptr) fail(Code::file_not_found, where_, "cannot be opened for reading");
  }
  ~GzipFile() { gzclose(file_); }
  GzipFile(const GzipFile&) = delete;
  GzipFile& operator=(const GzipFile&) = delete;

  /// Fewer bytes than asked for only at the end of the stream.
  std::size_t read_some(std::span<std::byte> bytes) {
    const int count = gzread(file_, bytes.data(), static_cast<unsigned>(bytes.size()));
    int error = Z_OK;
    const char* const message = gzerror(file_, &error);
    if (error == Z_BUF_ERROR)
      fail(Code::file_truncated, where_, "the compressed stream ends early");
    if (count < 0) fail(Code::file_corrupt, where_, message);
    return static_cast<std::size_t>(count);
  }
  void read(std::span<std::byte> bytes) {
    if (read_some(bytes) < bytes.size())
      fail(Code::file_truncated, where_, "the data ends before what the header promises");
  }
  bool compressed() { return gzdirect(file_) == 0; }

 private:
  std::string where_;
  gzFile file_;
};

std::optional<StoredType> type_of(std::byte code) {
  using Kind = StoredType::Kind;
  switch (static_cast<int>(code)) {
    case 0x08:
      return StoredType{Kind::unsigned_integer, 1, false};
    case 0x09:
      return StoredType{Kind::signed_integer, 1, false};
    case 0x0B:
      return StoredType{Kind::signed_integer, 2, true};
    case 0x0C:
      return StoredType{Kind::signed_integer, 4, true};
    case 0x0D:
      return StoredType{Kind::real, 4, true};
    case 0x0E:
      return StoredType{Kind::real, 8, true};
    default:
      return std::nullopt;
  }
}

struct IdxHeader {
  StoredType type;
  Shape shape;
  std::int64_t row_bytes = 0;
};

IdxHeader read_header(GzipFile& file, const std::string& where) {
  std::array<std::byte, 4> magic{};
  file.read(magic);
  const auto type = type_of(magic[2]);
  const auto dimensions = static_cast<std::size_t>(magic[3]);
  if (magic[0] != std::byte{0} || magic[1] != std::byte{0} || !type || dimensions == 0 ||
      dimensions > 8)
    fail(Code::file_format, where, "does not start like an IDX file");
  IdxHeader header{*type, {}, type->size};
  for (std::size_t d = 0; d < dimensions; ++d) {
    std::array<std::byte, 4> bytes{};
    file.read(bytes);
    std::int64_t extent = 0;
    for (const std::byte byte : bytes) extent = extent * 256 + static_cast<std::int64_t>(byte);
    header.shape.push_back(extent);
    if (d > 0 && __builtin_mul_overflow(header.row_bytes, extent, &header.row_bytes))
      fail(Code::file_corrupt, where, "shape " + to_string(header.shape) + " is impossible");
  }
  return header;
}

/// A header may claim anything; the file's own size bounds what can follow it.
void check_claim(const std::filesystem::path& path, GzipFile& file, const IdxHeader& header) {
  const std::int64_t size = regular_file_size(path);
  const std::int64_t most = file.compressed() ? size * kMaxExpansion : size;
  std::int64_t claimed = 0;
  if (__builtin_mul_overflow(header.row_bytes, header.shape[0], &claimed) || claimed > most)
    fail(Code::file_truncated, path.string(),
         "the header claims " + to_string(header.shape) + " values of " + to_string(header.type) +
             ", more than a file of " + std::to_string(size) + " bytes can hold");
}

/// Inflates piece by piece, so that memory grows with what is really there.
std::vector<std::byte> read_data(GzipFile& file, std::size_t count, const std::string& where) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  std::vector<std::byte> data;
  while (data.size() < count) {
    const std::size_t wanted = std::min(kPiece, count - data.size());
    data.resize(data.size() + wanted);
    if (file.read_some(std::span(data).last(wanted)) < wanted)
      fail(Code::file_truncated, where, "the data ends before what the header promises");
  }
  return data;
}

}  // namespace

bool looks_like_idx(const std::filesystem::path& path) {
  const auto start = FileReader(path).peek(4);
  if (start.size() < 4) return false;
  const bool gzip = start[0] == std::byte{0x1f} && start[1] == std::byte{0x8b};
  return gzip || (start[0] == std::byte{0} && start[1] == std::byte{0} && type_of(start[2]));
}

Tensor read_idx(const std::filesystem::path& path, std::int64_t limit) {
  const std::string where = path.string();
  if (regular_file_size(path) == 0) fail(Code::file_truncated, where, "the file is empty");
  GzipFile file(path);
  const IdxHeader header = read_header(file, where);
  check_claim(path, file, header);
  Shape shape = header.shape;
  if (limit >= 0) shape[0] = std::min(shape[0], limit);
  check_sample_bytes(path, shape[0], header.row_bytes, 1);
  const auto data = read_data(file, static_cast<std::size_t>(shape[0] * header.row_bytes), where);
  std::byte extra{};
  // Reading to the end also checks the stream's CRC.
  if (shape == header.shape && file.read_some({&extra, 1}) != 0)
    fail(Code::file_corrupt, where, "there is more data than the header promises");
  Tensor result(holder_of(header.type), shape);
  convert_exactly(data, header.type, result, where);
  return result;
}

}  // namespace synfire
