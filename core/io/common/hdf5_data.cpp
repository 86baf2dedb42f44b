#include "core/io/common/hdf5_data.h"

#include <algorithm>

namespace synfire {
namespace {

// Deflate's best ratio is 1032:1; anything above was not made by compressing data.
constexpr std::uint64_t kMaxRatio = 1100;
constexpr std::uint64_t kMaxFilters = 8;
constexpr unsigned kMaxLevel = 32;

/// Reads the tree of chunks into one array.
class ChunkReader {
 public:
  ChunkReader(Hdf5Image& image, const Hdf5Object& object, std::uint64_t size,
              const std::string& where)
      : image_(image), object_(object), where_(where), chunk_bytes_(object.type.size) {
    const Shape& shape = object.space.shape;
    if (object.chunk.size() != shape.size() || shape.empty() || object.filters.size() > kMaxFilters)
      fail(Code::file_corrupt, where, "the chunks have another rank than the data");
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (object.chunk[i] == 0 ||
          __builtin_mul_overflow(chunk_bytes_, object.chunk[i], &chunk_bytes_) ||
          chunk_bytes_ > kHdf5ReadLimit)
        fail(Code::file_corrupt, where, "the chunk size is impossible");
      const auto extent = static_cast<std::uint64_t>(shape[i]);
      expected_ *= (extent + object.chunk[i] - 1) / object.chunk[i];
    }
    if (expected_ > size) fail(Code::file_corrupt, where, "the chunk size is impossible");
    // The tree has a key for every chunk, so that sizes are bounded by the file before any memory
    // is taken for them.
    if (expected_ > image.bytes.size() / 16 || chunk_bytes_ > kMaxRatio * image.bytes.size() ||
        size / kMaxRatio > image.bytes.size())
      fail(Code::file_corrupt, where, "more data are claimed than the file can hold");
    result_.resize(size);
  }

  std::vector<std::byte> read() {
    read_node(object_.address, kMaxLevel);
    if (found_ != expected_)
      fail(Code::file_corrupt, where_,
           std::to_string(found_) + " of " + std::to_string(expected_) + " chunks are there");
    return std::move(result_);
  }

 private:
  void read_node(std::uint64_t address, unsigned below) {
    Hdf5Cursor cursor(bytes_from(image_, address, where_), where_);
    cursor.expect("TREE");
    if (cursor.u8() != 1) fail(Code::file_corrupt, where_, "the chunks' tree is of another kind");
    const unsigned level = cursor.u8();
    if (level >= below) fail(Code::file_corrupt, where_, "the chunks' tree has a wrong level");
    const unsigned entries = cursor.u16();
    cursor.skip(16);
    for (unsigned i = 0; i < entries; ++i) {
      if (++visited_ > 4 * expected_ + 1024)
        fail(Code::file_corrupt, where_, "the chunks' tree has too many entries");
      const std::uint32_t stored = cursor.u32();
      const std::uint32_t skipped = cursor.u32();
      std::vector<std::uint64_t> offset;
      for (std::size_t d = 0; d <= object_.chunk.size(); ++d) offset.push_back(cursor.u64());
      const std::uint64_t child = cursor.u64();
      if (level > 0)
        read_node(child, level);
      else
        read_chunk(bytes_at(image_, child, stored, where_), skipped, offset);
    }
  }

  void read_chunk(Hdf5Bytes stored, std::uint32_t skipped,
                  const std::vector<std::uint64_t>& offset) {
    for (std::size_t d = 0; d < object_.chunk.size(); ++d)
      if (offset[d] % object_.chunk[d] != 0 ||
          offset[d] >= static_cast<std::uint64_t>(object_.space.shape[d]))
        fail(Code::file_corrupt, where_, "a chunk lies outside the data");
    if (++found_ > expected_) fail(Code::file_corrupt, where_, "there are too many chunks");
    if (chunk_bytes_ / kMaxRatio > stored.size())
      fail(Code::file_corrupt, where_, "a chunk claims to be compressed more than gzip can");
    const std::vector<std::byte> data =
        unfilter(stored, object_.filters, skipped, chunk_bytes_, where_);
    copy_rows(data, offset, 0, 0, 0);
  }

  // Copies what of the chunk is inside the data, dimension by dimension.
  void copy_rows(Hdf5Bytes data, const std::vector<std::uint64_t>& offset, std::size_t dimension,
                 std::uint64_t from, std::uint64_t to) {
    const auto extent = static_cast<std::uint64_t>(object_.space.shape[dimension]);
    const std::uint64_t chunk = object_.chunk[dimension];
    const std::uint64_t count = std::min(chunk, extent - offset[dimension]);
    from *= chunk;
    to = to * extent + offset[dimension];
    if (dimension + 1 == object_.chunk.size()) {
      const std::size_t size = object_.type.size;
      const Hdf5Bytes row = data.subspan(from * size, count * size);
      std::copy(row.begin(), row.end(), result_.begin() + static_cast<std::ptrdiff_t>(to * size));
      return;
    }
    for (std::uint64_t i = 0; i < count; ++i)
      copy_rows(data, offset, dimension + 1, from + i, to + i);
  }

  Hdf5Image& image_;
  const Hdf5Object& object_;
  const std::string& where_;
  std::uint64_t chunk_bytes_;
  std::uint64_t expected_ = 1, found_ = 0, visited_ = 0;
  std::vector<std::byte> result_;
};

std::uint64_t data_size(const Hdf5Object& object, const std::string& where) {
  std::uint64_t size = 0;
  if (__builtin_mul_overflow(static_cast<std::uint64_t>(object.space.count()),
                             std::uint64_t{object.type.size}, &size))
    fail(Code::file_too_large, where, "more bytes than can be counted");
  return size;
}

}  // namespace

std::vector<std::byte> read_data(Hdf5Image& image, const Hdf5Object& object,
                                 const std::string& where) {
  if (!object.refusal.empty()) fail(Code::file_format, where, object.refusal);
  const std::uint64_t size = data_size(object, where);
  if (size == 0) return {};
  spend(image, size, where);
  if (object.layout == Hdf5Layout::compact) {
    if (object.compact.size() < size)
      fail(Code::file_corrupt, where, "fewer bytes are stored than claimed");
    return {object.compact.begin(), object.compact.begin() + static_cast<std::ptrdiff_t>(size)};
  }
  if (object.address == kUndefinedAddress)
    fail(Code::file_corrupt, where, "the data were never written");
  if (object.layout == Hdf5Layout::chunked) return ChunkReader(image, object, size, where).read();
  if (object.layout != Hdf5Layout::contiguous || object.stored < size || !object.filters.empty())
    fail(Code::file_corrupt, where, "fewer bytes are stored than claimed");
  const Hdf5Bytes bytes = bytes_at(image, object.address, size, where);
  return {bytes.begin(), bytes.end()};
}

}  // namespace synfire
