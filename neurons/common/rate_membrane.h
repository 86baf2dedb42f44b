// Pipelined rate neurons: what a quantized activation is to a spiking membrane.
#pragma once

#include <cstdint>
#include <vector>

#include "core/engine/model.h"

namespace synfire {

/// A threshold and a bias per step for each neuron, and a gain per receptor, all in units of
/// 1 / 1024 of the quantized sum. A spike is worth 255, a value that is a current 1.
struct RateMembrane {
  std::vector<std::int64_t> theta, bias;
  std::int64_t gain[2] = {1, 1};
};

/// Of a population of model `rate_if`. An average's threshold is that of all its taps, or of one
/// where the context has none.
RateMembrane rate_membrane(const Population& population, const GroupContext& context);

/// Net numbers of spikes that a neuron may have sent.
struct SpikeLimits {
  std::int32_t least = 0, most = 255;
};
SpikeLimits rate_spike_limits(const Population& population);

/// Values that a readout may have.
SpikeLimits rate_value_limits(SpikeLimits spikes, std::int32_t steps);

}  // namespace synfire
