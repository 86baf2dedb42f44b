// The filters of chunks: gzip (1), shuffle (2), Fletcher-32 (3) and h5py's LZF (32000).
#include <zlib.h>

#include <algorithm>

#include "core/io/common/hdf5_data.h"

namespace synfire {
namespace {

using Buffer = std::vector<std::byte>;

constexpr std::uint16_t kDeflate = 1, kShuffle = 2, kFletcher = 3, kLzf = 32000;

Buffer inflated(Hdf5Bytes stored, std::size_t limit, const std::string& where) {
  Buffer result(limit);
  uLongf size = result.size();
  if (uncompress(reinterpret_cast<Bytef*>(result.data()), &size,
                 reinterpret_cast<const Bytef*>(stored.data()), stored.size()) != Z_OK)
    fail(Code::file_corrupt, where, "a chunk cannot be decompressed");
  result.resize(size);
  return result;
}

Buffer unshuffled(Hdf5Bytes stored, std::size_t element) {
  Buffer result(stored.begin(), stored.end());
  if (element < 2) return result;
  const std::size_t count = stored.size() / element;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t b = 0; b < element; ++b) result[i * element + b] = stored[b * count + i];
  return result;
}

// LZF: a control byte below 32 starts a run of literals, any other a copy of earlier output.
// Source: LibLZF 3.6, M. Lehmann, lzf_d.c.
Buffer lzf_expanded(Hdf5Bytes stored, std::size_t limit, const std::string& where) {
  Buffer result;
  Hdf5Cursor cursor(stored, where);
  while (cursor.left() > 0) {
    const unsigned control = cursor.u8();
    if (control < 32) {
      const Hdf5Bytes run = cursor.take(control + 1);
      result.insert(result.end(), run.begin(), run.end());
    } else {
      std::size_t length = control >> 5U;
      if (length == 7) length += cursor.u8();
      const std::size_t back = ((control & 31U) << 8U) + cursor.u8() + 1;
      if (back > result.size()) fail(Code::file_corrupt, where, "a chunk cannot be decompressed");
      for (std::size_t i = 0; i < length + 2; ++i) result.push_back(result[result.size() - back]);
    }
    if (result.size() > limit) fail(Code::file_corrupt, where, "a chunk is longer than it claims");
  }
  return result;
}

Buffer undo(const Hdf5Filter& filter, Hdf5Bytes stored, std::size_t limit,
            const std::string& where) {
  if (filter.id == kDeflate) return inflated(stored, limit, where);
  if (filter.id == kShuffle)
    return unshuffled(stored, filter.values.empty() ? 1 : filter.values.front());
  if (filter.id == kLzf) return lzf_expanded(stored, limit, where);
  if (filter.id != kFletcher)
    fail(Code::file_format, where,
         "compressed with HDF5 filter " + std::to_string(filter.id) + ", which is not known",
         "write the file again with gzip or without compression");
  if (stored.size() < 4) fail(Code::file_corrupt, where, "a chunk's checksum is missing");
  return {stored.begin(), stored.end() - 4};
}

}  // namespace

std::vector<std::byte> unfilter(Hdf5Bytes stored, const std::vector<Hdf5Filter>& filters,
                                std::uint32_t skipped, std::size_t size, const std::string& where) {
  Buffer data(stored.begin(), stored.end());
  for (std::size_t i = filters.size(); i-- > 0;)
    if (i >= 32 || (skipped >> i & 1U) == 0) data = undo(filters[i], data, size + 4, where);
  if (data.size() != size)
    fail(
        Code::file_corrupt, where,
        "a chunk has " + std::to_string(data.size()) + " bytes instead of " + std::to_string(size));
  return data;
}

}  // namespace synfire
