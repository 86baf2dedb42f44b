// Private to core/io: whether a dataset's storage is one that may be read, and where it lies.
#pragma once

#include "core/io/common/hdf5_handle.h"

namespace synfire {

/// Throws unless the storage is compact, contiguous or chunked inside this file, with filters that
/// are built in, and large enough to hold `bytes` of data at the best ratio gzip can have.
void check_storage(const Hdf5State& state, hid_t dataset, std::uint64_t bytes,
                   const std::string& where);

/// Elements of a dataset, its dimensions in `shape`; -1 for a null dataspace.
std::int64_t read_extent(hid_t dataset, Shape& shape, const std::string& where);

}  // namespace synfire
