// Private to core/io: the bytes of a dataset, from whatever storage.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/io/common/hdf5_object.h"

namespace synfire {

/// The elements as they are in the file, uncompressed, in C order. Takes them from the budget.
std::vector<std::byte> read_data(Hdf5Image& image, const Hdf5Object& object,
                                 const std::string& where);

/// Undoes one chunk's filters; the result has exactly `size` bytes. Throws file_format for a filter
/// that is not known, file_corrupt.
std::vector<std::byte> unfilter(Hdf5Bytes stored, const std::vector<Hdf5Filter>& filters,
                                std::uint32_t skipped, std::size_t size, const std::string& where);

/// What references point at: strings and lists of variable length, in global heaps (section III.E
/// of the specification).
class Hdf5Heaps {
 public:
  explicit Hdf5Heaps(Hdf5Image& image) : image_(image) {}

  /// Takes a reference, 16 bytes, and gives the elements of `element` bytes that it points at.
  Hdf5Bytes object(Hdf5Cursor& reference, std::size_t element, const std::string& where);

 private:
  using Heap = std::map<std::uint64_t, Hdf5Bytes>;

  const Heap& at(std::uint64_t address, const std::string& where);
  Heap read(std::uint64_t address, const std::string& where);

  Hdf5Image& image_;
  std::map<std::uint64_t, Heap> heaps_;
};

/// Variable-length strings: `count` references of 16 bytes into global heaps.
std::vector<std::string> read_heap_texts(Hdf5Image& image, Hdf5Bytes elements, std::size_t count,
                                         const std::string& where);
/// Strings of `width` bytes each, padded with NUL.
std::vector<std::string> split_texts(Hdf5Bytes elements, std::size_t width, std::size_t count);

}  // namespace synfire
