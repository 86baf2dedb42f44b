// What a plasticity rule has, beside its descriptor (PlasticityInfo): a struct with this content,
// from which PlasticBlock makes the rows of projections, for both engines.
//
// A rule has:
//   kSums: how many sums over postsynaptic spikes it needs
//   Row, Neuron, Synapse: the state of a row's source, of a target, of a synapse; the last begins
//     with `weight`
//   sum_rates(): [1/ms] of the sums; a spike counts exp(-rate * time)
//   level_rate(): [1/ms] by which the level decays
//   trace(Row): the factor of the sums just after the last arrival
//   factors(Row, elapsed, now): what all synapses of a row need, `elapsed` ms after that
//   settle(Synapse, sums, factors): what postsynaptic spikes have done since then
//   arrive(Synapse, level, factors): a presynaptic spike, with the target's level
//   pass(Row, elapsed), arrive(Row): the same for the source's state
//   spike(Neuron, now): a postsynaptic spike
// and may have
//   reward(now, amount), reward(Synapse, amount): when all synapses have been settled
//   learn_at(speed): how fast to do what is not in proportion to sums or levels, which are given
//     times the speed
//
// A rule that goes by the targets' potentials also has these; its arrivals meet level(signals), and
// level_rate() is 0. Signals are the potential and its low passes, in float and in double.
//   kFilters, filter_rates(): [1/ms] of the low passes
//   shape(): a PotentialShape
//   gates(): an array of PotentialGate
//   growth(signals): what the sums of a target gain per ms: 0 while a gate is shut, and smooth
//     where none opens or shuts
//   level(signals)
#pragma once

#include <array>
#include <cstddef>

namespace synfire {

/// What a rule's postsynaptic spike adds to the sums and the level of its neuron.
template <std::size_t kSums>
struct PostSpike {
  std::array<float, kSums> sums;
  float level;
  bool replaces = false;  // the level instead of adding to it
};

/// A synapse's sums at its last arrival.
template <std::size_t kSums>
struct Marks {
  std::array<float, kSums> value;
  float operator[](std::size_t k) const { return value[k]; }
  void set(const std::array<float, kSums>& sums) { value = sums; }
};
template <>
struct Marks<0> {
  float operator[](std::size_t) const { return 0; }
  void set(const std::array<float, 0>&) {}
};

/// What a rule sees of a potential.
struct PotentialShape {
  double v_init = 0;                 // the low passes at the start, and the potential before
  double v_spike = 0, spike_ms = 0;  // the potential after a spike, for so long
  double delay_ms = 0;               // after which it reaches the low passes
};

/// Where a signal has to be above `value` for weights to grow.
struct PotentialGate {
  std::size_t signal;
  double value;
};

/// The potential, then its low passes.
template <typename Rule, typename Real>
using PotentialSignals = std::array<Real, 1 + Rule::kFilters>;

}  // namespace synfire
