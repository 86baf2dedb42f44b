// What a two-phase rate neuron sends for its value: a number of spikes in a window of T steps.
#pragma once

#include "core/net/network.h"

namespace synfire {

/// T of a population of model `rate`.
std::int32_t rate_steps(const Population& population);

/// T of the sources of a receptor; 255 where they send values.
std::int32_t rate_input_steps(const Population& population, std::int32_t receptor);

/// Whether values leave as spike counts. Readouts (`transmits` is false) keep their value, and an
/// average pool is linear: its value passes as one graded event instead of being rounded to T
/// levels once more.
bool rate_sends_counts(const Population& population, bool transmits);

/// The population whose activation makes spike counts of spike counts, rounding once: with T = 255
/// the quantized layer's own. What does not send counts keeps the quantized layer's levels, its
/// sums are scaled instead.
Population rate_counting(const Population& population, bool sends_counts);

/// The levels that a sum of receptor `receptor` is brought to before the activation: T, or 255. It
/// has rate_input_steps levels; where they are the same number nothing is to be done.
std::int32_t rate_target_steps(const Population& population, bool sends_counts,
                               std::int32_t receptor);

}  // namespace synfire
