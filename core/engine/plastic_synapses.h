// The synapses of one projection that change, onto one shard's neurons.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/engine/huge_array.h"
#include "core/engine/model.h"

namespace synfire {

/// In rows: a row holds the synapses of one source with one delay, by increasing target.
struct PlasticSynapses {
  std::vector<std::int32_t> delays;  // in steps, ascending
  HugeArray<std::uint32_t> begin;    // of every row, and the end of the last
  HugeArray<std::uint16_t> target;   // among the slice's neurons
  HugeArray<float> weight;           // without its sign
  bool inhibits = false;             // the sign of all weights

  std::size_t rows() const { return begin.size() - 1; }
  std::size_t row(std::size_t source, std::size_t delay) const {
    return source * delays.size() + delay;
  }
  std::size_t size() const { return target.size(); }
};

/// What initial weights have to be where they change.
class PlasticWeightCheck {
 public:
  void add(double weight) {
    (weight < 0 ? inhibits_ : excites_) |= weight != 0;
    largest_ = std::max(largest_, std::abs(weight));
  }
  /// The sign of all. Throws network_invalid where there were both, parameter_invalid where a
  /// weight was above the rule's bound.
  bool inhibits(const Projection& projection) const;

 private:
  bool excites_ = false, inhibits_ = false;
  double largest_ = 0;
};

/// Draws or copies the synapses of a projection (random rule, sparse or one-to-one) onto `slice`
/// of its target population. Throws network_invalid where weights have both signs, and
/// resource_limit beyond 2^32 synapses.
PlasticSynapses make_plastic_synapses(const Network& network, std::size_t projection,
                                      const Slice& slice);

}  // namespace synfire
