// Windows (convolutions and sum pools, chw) seen as linear maps: composed, applied, expanded.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/net/connectivity.h"

namespace synfire::nir {

/// Size of the output map; 0 where the kernel does not fit.
MapSize window_output(const Conv2d& conv, const MapSize& input);

/// A sum pool as a depthwise convolution with weights of 1.
Conv2d as_conv(const Pool2d& pool, std::int64_t channels);

/// The single convolution equal to `second` after `first`, or nothing when there is none: one of
/// them must be depthwise with one output a channel, and no tap of `second` outside the middle map
/// may see a pixel inside the input.
std::optional<Conv2d> compose(const Conv2d& first, const Conv2d& second, const MapSize& input);

/// Calls visit(output index, input index, weight index) for every tap inside the map.
using TapVisitor = std::function<void(std::int64_t, std::int64_t, std::int64_t)>;
void for_each_tap(const Conv2d& conv, const MapSize& input, const TapVisitor& visit);

/// Number of taps that for_each_tap would visit, those outside included.
double tap_count(const Conv2d& conv, const MapSize& input);

}  // namespace synfire::nir
