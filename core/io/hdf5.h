// HDF5 files: groups, numeric arrays, UTF-8 strings and attributes, with every failure located.
//
// Writing uses the HDF5 library. Reading does not: release 1.10 of the library reads and writes
// beyond its buffers when a file is damaged. The reader here knows the part of the format that
// h5py, the NIR package, SONATA tools and Synfire write, compares every offset and size with the
// file before it follows it, and refuses the rest by name: links out of the tree, external storage,
// virtual datasets, dense groups and version 4 chunk indices (libver = "latest"), other filters
// than gzip, shuffle, Fletcher-32 and LZF.
// Source: HDF5 File Format Specification 3.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/tensor.h"

namespace synfire {

/// Bytes that one file may hold, and that all reads of an open file together may give.
inline constexpr std::uint64_t kHdf5ReadLimit = std::uint64_t{4} << 30U;

/// Values in a chunk of a dataset that grows.
inline constexpr std::size_t kHdf5AppendChunk = 8192;

enum class Hdf5Kind : std::uint8_t { absent, group, dataset, other };
enum class Hdf5Storage : std::uint8_t { contiguous, compressed };  // compressed: chunks, gzip 1

struct Hdf5Image;    // the bytes of an open file
struct Hdf5Handles;  // the library's

/// A link in a group: the address of a local object, or something that is not followed.
struct Hdf5Link {
  std::uint64_t address = 0;
  bool hard = true;
};

/// An array whose elements are lists of numbers (variable-length sequences), of a file that is
/// read.
class Hdf5Lists {
 public:
  std::size_t size() const;
  /// List `index` in C order, with the types of Hdf5Group::read. Throws as it does.
  Tensor read(std::size_t index) const;

 private:
  friend class Hdf5Group;
  struct State;
  std::shared_ptr<State> state_;
};

/// One group of a file that is read. Names are single path components. Throws Failure located at
/// "file:/path": file_corrupt (inconsistent), file_format (missing, of another kind, type or rank,
/// or a part of HDF5 that is not read) and file_too_large.
class Hdf5Group {
 public:
  /// The root group. Throws also file_not_found and file_truncated.
  static Hdf5Group open(const std::filesystem::path& path);

  /// "file.nir:/node/nodes", or of a member of this group.
  std::string where(std::string_view member = {}) const;
  /// Names of all members, in the order of their bytes.
  std::vector<std::string> children() const;
  Hdf5Kind kind(std::string_view member) const;
  bool has(std::string_view member) const { return links_.contains(member); }
  Hdf5Group group(std::string_view member) const;

  /// Integers of up to 64 bits and IEEE floats; types without a DataType widen (uint16 to int32,
  /// uint32 and uint64 to int64, float16 to float32). A null dataspace gives an empty Tensor.
  Tensor read(std::string_view member) const;
  /// Of an array of lists of such numbers.
  Hdf5Lists lists(std::string_view member) const;
  /// One string (variable or fixed length), or all strings of an array in C order.
  std::string read_text(std::string_view member) const;
  std::vector<std::string> read_texts(std::string_view member, Shape* shape = nullptr) const;
  /// Dimensions and whether the elements are strings, without reading them.
  Shape shape(std::string_view member) const;
  bool is_text(std::string_view member) const;

  /// Attributes of a member, or of the group itself when `member` is empty.
  bool has_attribute(std::string_view member, std::string_view name) const;
  std::vector<std::string> texts_attribute(std::string_view member, std::string_view name) const;
  std::string text_attribute(std::string_view member, std::string_view name) const;
  double number_attribute(std::string_view member, std::string_view name) const;
  std::uint64_t unsigned_attribute(std::string_view member, std::string_view name) const;

 private:
  Hdf5Group(std::shared_ptr<Hdf5Image> image, std::string path, std::uint64_t address);
  std::uint64_t dataset_address(std::string_view member) const;
  std::uint64_t object_address(std::string_view member) const;
  Tensor one_number(std::string_view member, std::string_view name) const;

  std::shared_ptr<Hdf5Image> image_;
  std::string path_;  // "/" or "/node/nodes"
  std::uint64_t address_ = 0;
  std::map<std::string, Hdf5Link, std::less<>> links_;
};

/// One group of a file that is written. Throws file_write located at "file:/path".
class Hdf5Writer {
 public:
  /// A new file, replacing what is there; use with AtomicFile.
  static Hdf5Writer create(const std::filesystem::path& path);

  Hdf5Writer make_group(std::string_view member);
  void write(std::string_view member, const Tensor& tensor,
             Hdf5Storage storage = Hdf5Storage::contiguous);
  void write_unsigned(std::string_view member, std::span<const std::uint64_t> values,
                      Hdf5Storage storage = Hdf5Storage::contiguous);
  /// Adds to the end of a dataset of one dimension, which is made by the first call.
  void append(std::string_view member, std::span<const double> values);
  void append(std::string_view member, std::span<const std::uint64_t> values);
  void write_text(std::string_view member, std::string_view text);
  void write_texts(std::string_view member, const Shape& shape, std::span<const std::string> texts);

  /// Attributes of a member, or of the group itself when `member` is empty.
  void set_attribute(std::string_view member, std::string_view name, std::string_view text);
  void set_attribute(std::string_view member, std::string_view name, std::int64_t value);
  void set_attribute(std::string_view member, std::string_view name, std::uint64_t value);
  void set_attribute(std::string_view member, std::string_view name, double value);
  void set_attribute(std::string_view member, std::string_view name,
                     std::span<const std::string> texts);

  /// A member group as a file of its own, in memory; and what this gave as a new member. The bytes
  /// must be as they were given: the library is not safe from damaged ones.
  std::vector<std::byte> image_of(std::string_view member) const;
  void insert(std::string_view member, std::span<const std::byte> image);

  /// Brings all that was written so far into the file.
  void flush();
  /// Writes the file out and closes it for all its groups; none may be used any more.
  void close();

 private:
  Hdf5Writer(std::shared_ptr<Hdf5Handles> file, std::string path, std::int64_t id);
  std::string where(std::string_view member = {}) const;
  void append(std::string_view member, std::int64_t stored, std::int64_t memory, const void* data,
              std::size_t count);

  std::shared_ptr<Hdf5Handles> file_;
  std::string path_;
  std::shared_ptr<const std::int64_t> id_;
};

}  // namespace synfire
