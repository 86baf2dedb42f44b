// Columns of recordings, checked: what their readers have in common.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/io/hdf5.h"

namespace synfire {

/// Neurons that one population may have: what counts them per neuron must fit into memory.
inline constexpr double kMaxNeurons = 0x1p31;
inline constexpr double kMaxTime = 1e12;     // ms, 30 years
inline constexpr double kMaxCount = 0x1p53;  // of spikes and operations

/// Throws file_format where the dataset has another number of dimensions.
std::int64_t rows_of(const Hdf5Group& group, std::string_view member, std::size_t rank);

/// In ms, whatever the file's unit is. Throws file_format and file_corrupt.
std::vector<double> read_times(const Hdf5Group& group, std::string_view member);

/// Numbers of neurons. Throws file_format and file_corrupt.
std::vector<std::uint64_t> read_ids(const Hdf5Group& group, std::string_view member);

/// 64-bit integers. Throws file_format.
std::vector<std::int64_t> read_numbers(const Hdf5Group& group, std::string_view member);

}  // namespace synfire
