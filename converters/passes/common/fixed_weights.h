// The weights that reach one population, as int8 with one scale for each row: a neuron, or a
// channel where a convolution is among them.
#pragma once

#include <vector>

#include "core/net/network.h"

namespace synfire {

struct FixedWeights {
  std::vector<double> scale;        // of each neuron's weights
  std::vector<std::int64_t> drive;  // bound on each neuron's summed input of one step, in weights
  double error = 0;                 // the worst rounding, relative to the largest weight of its row
};

/// Makes projections explicit that have no weights of their own, or random ones. Throws
/// `lowering_unsupported` for those that have no form of weighted sums.
void make_explicit(Network& network);

/// Rounds the weights of all projections that reach `target`; `make_explicit` came before.
FixedWeights round_weights(Network& network, const Population& target, std::int64_t most_events);

}  // namespace synfire
