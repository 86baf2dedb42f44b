// Float networks of IF, LIF and LI neurons in fixed point: int8 weights, 32-bit potentials, the
// same bits on the desktop and in firmware.
#pragma once

#include <string>
#include <vector>

#include "core/net/network.h"

namespace synfire {

struct FixedPointOptions {
  std::int32_t steps = 0;          // of a sample; 0: as the network says
  std::int32_t most_events = 256;  // that the input may have in one step
};

/// One row of what `lower` reports.
struct FixedPointLayer {
  std::string population, model;
  std::int64_t neurons = 0;
  std::int32_t fraction = 0;  // bits below the unit of the weights
  std::int32_t period = 1;    // steps between two decays of the potential
  double weight_error = 0;    // the worst, relative to the largest weight of its row
  bool can_saturate = false;  // not proven that no input reaches the limits
  double lowest = 0;          // least potential that every neuron can hold, in network's units
};

struct FixedPoint {
  Network network;
  std::vector<FixedPointLayer> layers;
};

/// The network with samples of int8 event counts, {steps, neurons} of each input: as it is compared
/// with its lowered form. Throws missing_argument without steps, and lowering_unsupported where
/// samples are no events.
Network with_event_input(Network network, const FixedPointOptions& options);

/// Throws `lowering_unsupported` with every population and projection that has no fixed-point form.
FixedPoint lower_to_fixed_point(const Network& network, const FixedPointOptions& options);

}  // namespace synfire
