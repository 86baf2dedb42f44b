// Private to core/io: strings of datasets, decoded here instead of by the HDF5 library.
//
// HDF5 1.10 copies an object of the global heap into memory sized by the length that the dataset
// claims, without comparing the two; a corrupt file makes it write beyond the end. So the elements
// and the heap are read and checked byte by byte here.
#pragma once

#include <string>
#include <vector>

#include "core/io/common/hdf5_handle.h"

namespace synfire {

/// All strings of a dataset in C order and its dimensions. Throws file_format when it has no
/// strings, file_corrupt and file_too_large.
std::vector<std::string> read_strings(Hdf5State& state, hid_t dataset, Shape& shape,
                                      const std::string& where);

}  // namespace synfire
