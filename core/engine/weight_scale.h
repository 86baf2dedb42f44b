// Fixed-point weights: synaptic input is summed as integer multiples of a quantum, so that the sum
// does not depend on the order of its terms, and thus on threads, ranks or instruction sets.
#pragma once

#include <cstdint>
#include <vector>

#include "core/net/network.h"

namespace synfire {

class WeightScale {
 public:
  /// The finest powers of two, one a receptor, with which no sum of one step can leave 31 bits when
  /// every neuron spikes; a neuron of population p sends at most most_spikes[p] spikes a step.
  WeightScale(const Network& network, std::int32_t receptors,
              const std::vector<std::int32_t>& most_spikes);

  double quantum(std::int32_t receptor) const {
    return quantum_[static_cast<std::size_t>(receptor)];
  }
  std::int32_t fixed(double weight, std::int32_t receptor) const;
  /// What per-synapse weights of a projection are multiples of (in quanta), so that they fit their
  /// 16 or 32 bits.
  std::int32_t unit(const Projection& projection) const;
  /// The same as a weight: what the weights of a projection become multiples of.
  double grid(const Projection& projection) const;
  /// Throws weight_precision with every projection whose typical weight may be off by more than 1
  /// %.
  void require_precision(const Network& network) const;
  /// The greatest error that rounding makes in a projection's largest weight, relative to it.
  double relative_error() const { return relative_error_; }

 private:
  double kept(double weight, const Projection& projection) const;

  std::vector<double> quantum_;
  double relative_error_ = 0;
};

/// The greatest weight, without its sign, that a projection's rule may make: its w_max, or twice
/// the greatest initial weight.
double weight_bound(const Projection& projection);
/// Whether weights differ between synapses of the projection at the start.
bool has_many_weights(const Projection& projection);
/// Whether every synapse of the projection has a weight of its own.
bool stores_weights(const Projection& projection);
/// How many bits such a weight has: 16, unless the largest is too far above the typical.
enum class WeightBits : std::uint8_t { none, b16, b32 };
WeightBits weight_bits(const Projection& projection);
/// Every weight of a projection lies within this.
double largest_weight(const Projection& projection);
/// A weight that many synapses of the projection have, without its sign: the median of lists, what
/// is in the middle of a distribution, or its spread.
double typical_weight(const Projection& projection);

}  // namespace synfire
