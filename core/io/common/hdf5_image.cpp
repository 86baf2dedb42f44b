#include "core/io/common/hdf5_image.h"

#include <algorithm>
#include <fstream>

#include "core/io/file_reader.h"
namespace synfire {
namespace {

constexpr std::string_view kSignature{"\x89HDF\r\n\x1a\n", 8};

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  const std::string where = path.string();
  const auto size = static_cast<std::uintmax_t>(regular_file_size(path));
  std::ifstream stream(path, std::ios::binary);
  if (!stream) fail(Code::file_not_found, where, "the file may not be read");
  if (size > kHdf5ReadLimit) fail(Code::file_too_large, where, "the file has more than 4 GiB");
  std::vector<std::byte> bytes(size);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!stream) fail(Code::file_not_found, where, "the file cannot be read to its end");
  return bytes;
}

// The signature lies at 0, 512, 1024, 2048 ...
std::size_t find_signature(Hdf5Bytes bytes, const std::string& where) {
  for (std::size_t offset = 0; offset < bytes.size(); offset = offset == 0 ? 512 : 2 * offset)
    if (as_text(bytes.subspan(offset)).starts_with(kSignature)) return offset;
  fail(Code::file_format, where, "not an HDF5 file: its signature is missing");
}

struct Superblock {
  std::uint64_t base = 0, end = 0, root = 0;
};

void check_widths(Hdf5Cursor& cursor) {
  if (cursor.u8() != 8 || cursor.u8() != 8)
    fail(Code::file_format, cursor.where(), "an HDF5 file with addresses that are not of 8 bytes");
}

Superblock old_superblock(Hdf5Cursor& cursor, unsigned version) {
  cursor.skip(4);
  check_widths(cursor);
  cursor.skip(version == 0 ? 9 : 13);
  Superblock block;
  block.base = cursor.u64();
  cursor.skip(8);
  block.end = cursor.u64();
  if (cursor.u64() != kUndefinedAddress)
    fail(Code::file_format, cursor.where(), "an HDF5 file in several parts is not read");
  cursor.skip(8);
  block.root = cursor.u64();
  return block;
}

Superblock new_superblock(Hdf5Cursor& cursor) {
  check_widths(cursor);
  cursor.skip(1);
  Superblock block;
  block.base = cursor.u64();
  cursor.skip(8);
  block.end = cursor.u64();
  block.root = cursor.u64();
  return block;
}

Superblock read_superblock(Hdf5Bytes bytes, const std::string& where) {
  if (bytes.size() < 96) fail(Code::file_truncated, where, "the file ends in its superblock");
  Hdf5Cursor cursor(bytes, where);
  cursor.skip(kSignature.size());
  const unsigned version = cursor.u8();
  if (version > 3) fail(Code::file_format, where, "unknown version of the HDF5 superblock");
  return version < 2 ? old_superblock(cursor, version) : new_superblock(cursor);
}

}  // namespace

Hdf5Image load_image(const std::filesystem::path& path) {
  Hdf5Image image;
  image.name = path.string();
  image.bytes = read_file(path);
  const std::size_t start = find_signature(image.bytes, image.name);
  const Superblock block = read_superblock(Hdf5Bytes(image.bytes).subspan(start), image.name);
  if (block.base != start)
    fail(Code::file_corrupt, image.name, "the superblock's base address is not its place");
  if (block.end > image.bytes.size() - start)
    fail(Code::file_truncated, image.name,
         "the file has " + std::to_string(image.bytes.size()) + " bytes, its superblock promises " +
             std::to_string(block.end),
         "copy it again");
  image.bytes.erase(image.bytes.begin(), image.bytes.begin() + static_cast<std::ptrdiff_t>(start));
  image.bytes.resize(block.end);
  image.root = block.root;
  return image;
}

void spend(Hdf5Image& image, std::uint64_t bytes, const std::string& where) {
  if (bytes > image.budget)
    fail(Code::file_too_large, where, "more than 4 GiB would be read from the file");
  image.budget -= bytes;
}

Hdf5Bytes bytes_from(const Hdf5Image& image, std::uint64_t address, const std::string& where) {
  if (address > image.bytes.size())
    fail(Code::file_corrupt, where, "an address lies outside the file");
  return Hdf5Bytes(image.bytes).subspan(address);
}

Hdf5Bytes bytes_at(const Hdf5Image& image, std::uint64_t address, std::uint64_t size,
                   const std::string& where) {
  const Hdf5Bytes bytes = bytes_from(image, address, where);
  if (size > bytes.size()) fail(Code::file_corrupt, where, "data reaches beyond the file");
  return bytes.first(size);
}

Hdf5Bytes Hdf5Cursor::take(std::uint64_t count) {
  if (count > bytes_.size()) fail(Code::file_corrupt, where_, "a structure is cut short");
  const Hdf5Bytes result = bytes_.first(count);
  bytes_ = bytes_.subspan(count);
  return result;
}

std::uint64_t Hdf5Cursor::integer(std::size_t width) {
  std::uint64_t value = 0;
  const Hdf5Bytes taken = take(width);
  for (std::size_t i = 0; i < width; ++i)
    value |= std::to_integer<std::uint64_t>(taken[i]) << (8 * i);
  return value;
}

void Hdf5Cursor::expect(std::string_view signature) {
  if (as_text(take(signature.size())) != signature)
    fail(Code::file_corrupt, where_, "the signature " + std::string(signature) + " is missing");
}

std::string Hdf5Cursor::text() {
  const std::string_view all = as_text(bytes_);
  const std::size_t end = all.find('\0');
  if (end == std::string_view::npos) fail(Code::file_corrupt, where_, "a name has no end");
  const std::string result(all.substr(0, end));
  skip(end + 1);
  return result;
}

}  // namespace synfire
