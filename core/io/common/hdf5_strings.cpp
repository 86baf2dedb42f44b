#include "core/io/common/hdf5_strings.h"

#include <algorithm>
#include <fstream>
#include <map>

#include "core/io/common/hdf5_layout.h"

namespace synfire {
namespace {

using Bytes = std::vector<unsigned char>;

constexpr std::int64_t kMaxStrings = 10'000'000;
constexpr std::size_t kElement = 16;  // length (4), heap address (8), object index (4)

std::uint64_t little_endian(const Bytes& bytes, std::size_t offset, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{bytes[offset + i]} << (8 * i);
  return value;
}

Bytes read_bytes(Hdf5State& state, std::uint64_t address, std::uint64_t size,
                 const std::string& where) {
  if (address > state.file_size || size > state.file_size - address)
    fail(Code::file_corrupt, where, "a string lies outside the file");
  spend(state, size, where);
  Bytes bytes(size);
  std::ifstream stream(state.path, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(address));
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!stream) fail(Code::file_corrupt, where, "the strings cannot be read");
  return bytes;
}

// The strings of one global heap collection (HDF5 File Format Specification 3.0, section III.E).
using Heap = std::map<std::uint64_t, std::string>;

Heap read_heap(Hdf5State& state, std::uint64_t address, const std::string& where) {
  const std::uint64_t start = state.user_block + address;
  if (address > state.file_size) fail(Code::file_corrupt, where, "a string lies outside the file");
  const Bytes header = read_bytes(state, start, 16, where);
  if (std::string(header.begin(), header.begin() + 4) != "GCOL" || header[4] != 1)
    fail(Code::file_corrupt, where, "a string's heap has no signature");
  const Bytes bytes = read_bytes(state, start, little_endian(header, 8, 8), where);
  Heap heap;
  for (std::size_t at = 16; at + 16 <= bytes.size();) {
    const std::uint64_t index = little_endian(bytes, at, 2);
    const std::uint64_t size = little_endian(bytes, at + 8, 8);
    if (index == 0) break;  // the free space at the end
    at += 16;
    if (size > bytes.size() - at) fail(Code::file_corrupt, where, "a string is longer than its heap");
    heap[index].assign(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                       bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
    at += std::min<std::size_t>((size + 7) / 8 * 8, bytes.size() - at);
  }
  return heap;
}

class HeapReader {
 public:
  HeapReader(Hdf5State& state, const std::string& where) : state_(state), where_(where) {}

  std::string text(const Bytes& elements, std::size_t at) {
    const std::uint64_t length = little_endian(elements, at, 4);
    const std::uint64_t address = little_endian(elements, at + 4, 8);
    const std::uint64_t index = little_endian(elements, at + 12, 4);
    if (length == 0 || address == 0) return {};
    auto heap = heaps_.find(address);
    if (heap == heaps_.end())
      heap = heaps_.emplace(address, read_heap(state_, address, where_)).first;
    const auto object = heap->second.find(index);
    if (object == heap->second.end() || object->second.size() < length)
      fail(Code::file_corrupt, where_, "a string is missing from its heap");
    return cut(object->second.substr(0, length));
  }

 private:
  // Many elements may point at one long object; each copy counts.
  std::string cut(std::string text) {
    spend(state_, text.size(), where_);
    text.resize(std::min(text.size(), text.find('\0')));
    return text;
  }

  Hdf5State& state_;
  const std::string& where_;
  std::map<std::uint64_t, Heap> heaps_;
};

std::vector<std::string> read_variable(Hdf5State& state, hid_t dataset, std::size_t count,
                                       const std::string& where) {
  const haddr_t address = H5Dget_offset(dataset);
  if (address == HADDR_UNDEF)
    fail(Code::file_format, where, "strings in chunked or compact storage are not read");
  const Bytes elements = read_bytes(state, address, count * kElement, where);
  HeapReader reader(state, where);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(reader.text(elements, i * kElement));
  return texts;
}

std::vector<std::string> read_fixed(Hdf5State& state, hid_t dataset, hid_t type, std::size_t count,
                                    const std::string& where) {
  const std::size_t width = H5Tget_size(type);
  if (width == 0 || width > (1U << 20U)) fail(Code::file_too_large, where, "a string of this width");
  check_storage(state, dataset, width * count, where);
  spend(state, width * count, where);
  std::vector<char> bytes(width * count);
  if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0)
    fail(Code::file_corrupt, where, "the strings cannot be read");
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text(bytes.data() + i * width, width);
    text.resize(std::min(text.size(), text.find('\0')));
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace

std::vector<std::string> read_strings(Hdf5State& state, hid_t dataset, Shape& shape,
                                      const std::string& where) {
  const Handle type = checked(H5Dget_type(dataset), H5Tclose, Code::file_corrupt, where,
                              "the element type cannot be read");
  if (H5Tget_class(type.get()) != H5T_STRING) fail(Code::file_format, where, "not a string");
  const std::int64_t count = read_extent(dataset, shape, where);
  if (count <= 0) return {};
  if (count > kMaxStrings) fail(Code::file_too_large, where, std::to_string(count) + " strings");
  const auto number = static_cast<std::size_t>(count);
  if (H5Tis_variable_str(type.get()) <= 0)
    return read_fixed(state, dataset, type.get(), number, where);
  check_storage(state, dataset, kElement * number, where);
  return read_variable(state, dataset, number, where);
}

}  // namespace synfire
