// Private to core/io: the bytes of a dataset, from whatever storage.
#pragma once

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

/// Variable-length strings: `count` references of 16 bytes into global heaps.
std::vector<std::string> read_heap_texts(Hdf5Image& image, Hdf5Bytes elements, std::size_t count,
                                         const std::string& where);
/// Strings of `width` bytes each, padded with NUL.
std::vector<std::string> split_texts(Hdf5Bytes elements, std::size_t width, std::size_t count);

}  // namespace synfire
