#include "core/io/common/hdf5_superblock.h"

#include <array>
#include <cstring>
#include <fstream>
#include <span>
#include <string>
#include <system_error>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

constexpr std::array<char, 8> kSignature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
constexpr std::uint64_t kUndefined = ~std::uint64_t{0};
using Header = std::array<unsigned char, 96>;

std::uint64_t little_endian(const Header& header, std::size_t offset) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value |= std::uint64_t{header[offset + i]} << (8 * i);
  return value;
}

// Zero-filled where the file ends.
Header read_at(std::ifstream& stream, std::uint64_t offset) {
  Header header{};
  stream.clear();
  stream.seekg(static_cast<std::streamoff>(offset));
  stream.read(reinterpret_cast<char*>(header.data()), header.size());
  return header;
}

bool is_signed(const Header& header) {
  return std::memcmp(header.data(), kSignature.data(), kSignature.size()) == 0;
}

// The signature lies at 0, 512, 1024, 2048 ...
std::uint64_t find_signature(std::ifstream& stream, std::uint64_t size, const std::string& where) {
  for (std::uint64_t offset = 0; offset < size; offset = offset == 0 ? 512 : 2 * offset)
    if (is_signed(read_at(stream, offset))) return offset;
  fail(Code::file_format, where, "not an HDF5 file: its signature is missing");
}

struct Promise {
  std::uint64_t base = 0, end = 0, driver = kUndefined;
};

Promise promise_of(const Header& header, const std::string& where) {
  const unsigned version = header[8];
  const std::size_t widths = version < 2 ? 13 : 9;
  if (version > 3) fail(Code::file_format, where, "unknown version of the HDF5 superblock");
  if (header[widths] != 8 || header[widths + 1] != 8)
    fail(Code::file_format, where, "an HDF5 file with addresses that are not of 8 bytes");
  if (version >= 2) return {little_endian(header, 12), little_endian(header, 28), kUndefined};
  const std::size_t first = version == 0 ? 24 : 28;
  return {little_endian(header, first), little_endian(header, first + 16),
          little_endian(header, first + 24)};
}

void check_end(const Promise& promise, const Superblock& block, const std::string& where) {
  if (promise.base != block.user_block && promise.base != 0)
    fail(Code::file_corrupt, where, "the superblock's base address is not its place");
  if (promise.driver != kUndefined)
    fail(Code::file_format, where, "an HDF5 file in several parts is not read");
  const std::uint64_t available = block.file_size - promise.base;
  if (promise.end > available)
    fail(Code::file_truncated, where,
         "the file has " + std::to_string(block.file_size) + " bytes, its superblock promises " +
             std::to_string(promise.end),
         "copy it again");
}

}  // namespace

Superblock check_superblock(const std::filesystem::path& path) {
  const std::string where = path.string();
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    fail(Code::file_not_found, where, "no such file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) fail(Code::file_not_found, where, "the file may not be read");
  Superblock block;
  block.file_size = std::filesystem::file_size(path, error);
  if (error) fail(Code::file_not_found, where, error.message());
  block.user_block = find_signature(stream, block.file_size, where);
  check_end(promise_of(read_at(stream, block.user_block), where), block, where);
  return block;
}

}  // namespace synfire
