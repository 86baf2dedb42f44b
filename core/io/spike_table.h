// Tables (.csv) of spikes: a time in ms and a neuron a line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace synfire {

/// One line: its place is asked for only where it is at fault.
using SpikeLine = std::function<void(double time_ms, std::uint64_t neuron,
                                     const std::function<std::string()>& where)>;

/// Every spike, in the order of the lines; the first line may name the columns. Throws
/// file_corrupt at the line that is not a time and a neuron, and what `each` throws.
void read_spike_table(const std::filesystem::path& path, const SpikeLine& each);

}  // namespace synfire
