// Private to core/io: the bytes of an HDF5 file and the only way to look at them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/io/hdf5.h"

namespace synfire {

inline constexpr std::uint64_t kUndefinedAddress = ~std::uint64_t{0};

struct Hdf5Image {
  std::string name;
  std::vector<std::byte> bytes;  // from the superblock's base address to its end of file
  std::uint64_t root = 0;        // address of the root group's object header
  std::uint64_t budget = kHdf5ReadLimit;
};

using Hdf5Bytes = std::span<const std::byte>;

/// Reads the file and its superblock. Throws file_not_found, file_format (no signature, or a driver
/// other than one plain file), file_truncated and file_too_large.
Hdf5Image load_image(const std::filesystem::path& path);

/// Takes `bytes` from the file's budget; throws file_too_large.
void spend(Hdf5Image& image, std::uint64_t bytes, const std::string& where);

/// `size` bytes at `address`; throws file_corrupt when they are not all inside the file.
Hdf5Bytes bytes_at(const Hdf5Image& image, std::uint64_t address, std::uint64_t size,
                   const std::string& where);
/// All bytes from `address` to the end of the file.
Hdf5Bytes bytes_from(const Hdf5Image& image, std::uint64_t address, const std::string& where);

/// Reads little-endian values one after the other; throws file_corrupt at the end of its bytes.
class Hdf5Cursor {
 public:
  Hdf5Cursor(Hdf5Bytes bytes, const std::string& where) : bytes_(bytes), where_(where) {}

  std::uint64_t integer(std::size_t width);  // 1 to 8 bytes
  std::uint8_t u8() { return static_cast<std::uint8_t>(integer(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(integer(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
  std::uint64_t u64() { return integer(8); }
  void skip(std::uint64_t count) { take(count); }
  Hdf5Bytes take(std::uint64_t count);
  void expect(std::string_view signature);
  /// Bytes up to a NUL, which is consumed.
  std::string text();
  std::size_t left() const { return bytes_.size(); }
  const std::string& where() const { return where_; }

 private:
  Hdf5Bytes bytes_;
  const std::string& where_;
};

inline std::string_view as_text(Hdf5Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace synfire
