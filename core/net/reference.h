// Networks from the literature that simulators are compared on.
#pragma once

#include "core/net/network.h"

namespace synfire {

enum class Drive : std::uint8_t { poisson, dc };

/// Brunel, J. Comput. Neurosci. 8, 2000: 8000 excitatory and 2000 inhibitory LIF neurons with delta
/// synapses, 800 + 200 inputs each, g = 5, delay 1.5 ms, dt 0.1 ms. Poisson drive at the threshold
/// rate (eta = 1), or a constant drive of eta = 1.2. `scale` multiplies sizes and in-degrees.
Network brunel_network(Drive drive, double scale, std::uint64_t seed);

/// The same with weights from excitatory to excitatory neurons that change by `rule` (inhibitory:
/// from inhibitory to excitatory ones). stdp_pair has additive pairs of all spikes, 20 ms both
/// ways, weights up to 0.2 mV, A+ = 0.001, A- = 0.00105; clopath thresholds in this network's
/// range; other rules their defaults.
Network plastic_brunel_network(Drive drive, double scale, std::uint64_t seed,
                               const std::string& rule);

/// Vogels and Abbott, J. Neurosci. 25, 2005, current-based, as benchmark 2 of Brette et al.,
/// J. Comput. Neurosci. 23, 2007: 3200 + 800 neurons, pairs connected with probability 0.02
/// (divided by `scale`), exponential currents, dt and delay 0.1 ms.
Network cuba_network(double scale, std::uint64_t seed);

/// Potjans and Diesmann, Cereb. Cortex 24, 2014: 1 mm2 of cortex in four layers, 77,169 neurons and
/// 298,880,968 synapses, with the parameters and optimized initial potentials of the published NEST
/// implementation. dt 0.1 ms; background as Poisson input or as the equivalent current. `scale`
/// keeps the in-degrees (of both the network and the background) and takes that part of the
/// neurons; the probabilities rise, so that small scales are another network.
Network microcircuit_network(Drive drive, double scale, std::uint64_t seed);

/// Mean rate in Hz that the authors give for a population of a network of this file; NaN where they
/// give none. Microcircuit: `full_mean_rates` of INM-6/microcircuit-PD14-model, one NEST run at
/// full scale.
double published_rate_hz(const Network& network, std::string_view population);

}  // namespace synfire
