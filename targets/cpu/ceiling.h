// What this machine's memory allows: the speed limit of spike delivery.
#pragma once

#include <cstddef>

namespace synfire {

/// Synaptic events per second of one thread that reads rows of `row` synapses (4 bytes each: a
/// target and a weight) one after the other and adds each to one of `neurons` sums; the best of
/// several passes over a table of 40 MB.
double delivery_ceiling(std::size_t neurons, std::size_t row);

}  // namespace synfire
