// Layer-sequential schedules: which window each population fires in, and the delays that follow.
#pragma once

#include "core/net/network.h"

namespace synfire {

/// Longest path from a population without inputs, per population. Throws network_cycle.
std::vector<std::int32_t> depths(const Network& network);

/// Gives every population its phase and every projection the delay with which its last spike
/// arrives when the target starts to fire; `window` steps per phase.
void schedule(Network& network, std::int32_t window);

/// All layers at once: delays make the paths to a population equally long; runs `steps` steps and
/// one more per layer. Returns the depths.
std::vector<std::int32_t> pipeline(Network& network, std::int32_t steps);

}  // namespace synfire
