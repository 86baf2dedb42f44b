// How far a network in fixed point is from the float network that it was made of, on samples.
#pragma once

#include "core/io/samples.h"
#include "core/net/network.h"

namespace synfire {

struct LayerDeviation {
  std::string population;
  std::int64_t spikes_float = 0, spikes_fixed = 0;
  std::int64_t different = 0;         // spikes, by neuron and step, that only one of the two has
  std::int64_t count_difference = 0;  // by neuron and sample, whatever the steps
  std::int64_t first_step = -1;       // in which the two differ, the least of all samples
};

struct LoweringError {
  std::int64_t samples = 0;
  std::vector<LayerDeviation> layers;  // but for the input
  double potential_error = 0;          // of the output's neurons, the worst of all steps
  double potential_range = 0;          // the largest magnitude in float
  std::int64_t same_winner = 0;  // samples: most output spikes, or the greatest last potential
};

/// Both networks take the samples; `lowered` has the populations of `original`.
LoweringError measure_lowering(const Network& original, const Network& lowered,
                               const SampleSet& samples);

}  // namespace synfire
