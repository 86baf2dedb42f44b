// Vectorised steps of the radix code: the same bits as neurons/radix.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace synfire {

/// spike[i] = synfire_radix_spike(value[i], step): -1, 0 or 1; returns how many are not 0.
std::size_t bit_plane(std::span<const std::int16_t> value, std::int32_t step, std::int16_t* spike);

/// sum = synfire_radix_double(sum) of all sums.
void double_sums(std::span<std::int32_t> sums);

}  // namespace synfire
