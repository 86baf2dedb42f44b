#include "core/io/common/hdf5_layout.h"

#include <array>
#include <string>

namespace synfire {
namespace {

// Deflate's best ratio is 1032:1; anything above was not made by compressing data.
constexpr std::uint64_t kMaxRatio = 1100;
constexpr std::uint64_t kSlack = 4096;
constexpr std::uint64_t kMaxChunk = std::uint64_t{1} << 30U;

void check_filters(hid_t properties, const std::string& where) {
  const int count = H5Pget_nfilters(properties);
  if (count < 0 || count > 8) fail(Code::file_corrupt, where, "the filters cannot be read");
  for (unsigned i = 0; i < static_cast<unsigned>(count); ++i) {
    unsigned flags = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter =
        H5Pget_filter2(properties, i, &flags, &values, nullptr, 0, nullptr, nullptr);
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
        filter != H5Z_FILTER_FLETCHER32)
      fail(Code::file_format, where,
           "compressed with HDF5 filter " + std::to_string(filter) + ", which is not built in",
           "write the file again with gzip or without compression");
  }
}

void check_chunks(hid_t dataset, hid_t properties, const std::string& where) {
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  const int rank = H5Pget_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
  const Handle type(H5Dget_type(dataset), H5Tclose);
  std::uint64_t bytes = type ? H5Tget_size(type.get()) : 0;
  if (rank < 1 || bytes == 0) fail(Code::file_corrupt, where, "the chunk size cannot be read");
  for (int i = 0; i < rank; ++i)
    if (__builtin_mul_overflow(bytes, std::uint64_t{chunk[static_cast<std::size_t>(i)]}, &bytes))
      bytes = ~std::uint64_t{0};
  if (bytes == 0) fail(Code::file_corrupt, where, "a chunk of no elements");
  if (bytes > kMaxChunk)
    fail(Code::file_too_large, where, "a chunk of more than " + std::to_string(kMaxChunk) + " bytes");
}

void check_layout(hid_t dataset, hid_t properties, const std::string& where) {
  const H5D_layout_t layout = H5Pget_layout(properties);
  if (layout == H5D_VIRTUAL) fail(Code::file_format, where, "a virtual dataset is not read");
  if (layout < 0 || layout >= H5D_NLAYOUTS)
    fail(Code::file_corrupt, where, "the storage layout is unknown");
  if (H5Pget_external_count(properties) != 0)
    fail(Code::file_format, where, "data in another file is not read");
  if (layout == H5D_CHUNKED) check_chunks(dataset, properties, where);
  check_filters(properties, where);
}

}  // namespace

void check_storage(const Hdf5State& state, hid_t dataset, std::uint64_t bytes,
                   const std::string& where) {
  const Handle properties = checked(H5Dget_create_plist(dataset), H5Pclose, Code::file_corrupt,
                                    where, "the storage layout cannot be read");
  check_layout(dataset, properties.get(), where);
  const hsize_t stored = H5Dget_storage_size(dataset);
  if (stored > state.file_size)
    fail(Code::file_corrupt, where, "the stored data is larger than the file");
  const bool packed = H5Pget_layout(properties.get()) == H5D_CHUNKED;
  const std::uint64_t most = packed ? kMaxRatio * stored + kSlack : stored;
  if (bytes > most)
    fail(Code::file_corrupt, where,
         std::to_string(bytes) + " bytes of data are claimed, " + std::to_string(stored) +
             " bytes are stored");
}

std::int64_t read_extent(hid_t dataset, Shape& shape, const std::string& where) {
  const Handle space = checked(H5Dget_space(dataset), H5Sclose, Code::file_corrupt, where,
                               "the dimensions cannot be read");
  shape.clear();
  if (H5Sget_simple_extent_type(space.get()) == H5S_NULL) return -1;
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 0 || rank > H5S_MAX_RANK) fail(Code::file_corrupt, where, "the rank is impossible");
  std::array<hsize_t, H5S_MAX_RANK> dims{};
  H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr);
  for (std::size_t i = 0; i < static_cast<std::size_t>(rank); ++i) {
    if (dims[i] > kHdf5ReadLimit)
      fail(Code::file_too_large, where, "a dimension of " + std::to_string(dims[i]));
    shape.push_back(static_cast<std::int64_t>(dims[i]));
  }
  return element_count(shape);
}

}  // namespace synfire
