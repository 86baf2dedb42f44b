// HDF5 files: groups, numeric arrays, UTF-8 strings and attributes, with every failure located.
//
// Files may be hostile: sizes are checked against the file and a budget before memory is taken,
// and links out of the tree, external storage, virtual datasets and filters other than gzip,
// shuffle and Fletcher-32 are refused. The library's own messages are never printed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/tensor.h"

namespace synfire {

/// Bytes that may be read from one open file, all datasets together (also where hard links repeat).
inline constexpr std::uint64_t kHdf5ReadLimit = std::uint64_t{4} << 30U;

enum class Hdf5Kind : std::uint8_t { absent, group, dataset, other };
enum class Hdf5Storage : std::uint8_t { contiguous, compressed };  // compressed: chunks, gzip 1

struct Hdf5State;  // the library's handles

/// One open group. Names are single path components. Throws Failure located at "file:/path":
/// file_corrupt (missing, unreadable or inconsistent), file_format (wrong kind, type or rank),
/// file_too_large, file_write.
class Hdf5Group {
 public:
  /// "file.nir:/node/nodes", or of a member of this group.
  std::string where(std::string_view member = {}) const;
  /// Names of all members, in the order of their bytes.
  std::vector<std::string> children() const;
  Hdf5Kind kind(std::string_view member) const;
  bool has(std::string_view member) const { return kind(member) != Hdf5Kind::absent; }

  Hdf5Group group(std::string_view member) const;
  /// Integers of up to 64 bits and IEEE floats; types without a DataType widen (uint16 to int32,
  /// uint32 and uint64 to int64). A null dataspace gives an empty Tensor.
  Tensor read(std::string_view member) const;
  /// One string (variable or fixed length), or all strings of an array in C order.
  std::string read_text(std::string_view member) const;
  std::vector<std::string> read_texts(std::string_view member, Shape* shape = nullptr) const;
  /// Dimensions and whether the elements are strings, without reading them.
  Shape shape(std::string_view member) const;
  bool is_text(std::string_view member) const;

  Hdf5Group make_group(std::string_view member);
  void write(std::string_view member, const Tensor& tensor,
             Hdf5Storage storage = Hdf5Storage::contiguous);
  void write_unsigned(std::string_view member, std::span<const std::uint64_t> values,
                      Hdf5Storage storage = Hdf5Storage::contiguous);
  void write_text(std::string_view member, std::string_view text);
  void write_texts(std::string_view member, const Shape& shape, std::span<const std::string> texts);

  /// Attributes of this group, or of a member of it when `member` is not empty.
  void set_attribute(std::string_view member, std::string_view name, std::string_view text);
  void set_attribute(std::string_view member, std::string_view name, std::int64_t value);
  void set_attribute(std::string_view member, std::string_view name, std::uint64_t value);
  void set_attribute(std::string_view member, std::string_view name, double value);
  void set_attribute(std::string_view member, std::string_view name,
                     std::span<const std::string> texts);
  bool has_attribute(std::string_view member, std::string_view name) const;
  std::string text_attribute(std::string_view member, std::string_view name) const;
  double number_attribute(std::string_view member, std::string_view name) const;

 private:
  friend class Hdf5File;
  Hdf5Group(std::shared_ptr<Hdf5State> state, std::string path);

  std::shared_ptr<Hdf5State> state_;
  std::string path_;  // "/" or "/node/nodes"
  std::shared_ptr<const std::int64_t> id_;
};

/// An open HDF5 file; groups keep it open.
class Hdf5File {
 public:
  /// Throws file_not_found, file_format (no HDF5 signature), file_truncated, file_corrupt.
  static Hdf5File open(const std::filesystem::path& path);
  /// A new file, replacing what is there; use with AtomicFile. Throws file_write.
  static Hdf5File create(const std::filesystem::path& path);
  Hdf5Group root() const;
  /// Writes everything out; throws file_write. Groups of the file must not be used any more.
  void close();

 private:
  std::shared_ptr<Hdf5State> state_;
};

}  // namespace synfire
