// Reading weights that change: the same for all engines, in any order of the synapses.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <vector>

#include "core/base/mix.h"
#include "core/engine/plastic_rows.h"

namespace synfire {

/// A synapse: neurons of the two populations, and the weight.
struct PlasticWeight {
  std::uint32_t source, target;
  float weight;
};

/// Many, in the order of (source, target, weight).
struct PlasticWeights {
  std::vector<std::uint32_t> sources, targets;
  std::vector<float> weights;
};

/// Calls visit(PlasticWeight) for all synapses at a time not before the last call of `rows`.
/// source_of(row) is its source; the first target is number `first` of its population.
template <typename SourceOf, typename Visit>
void each_weight(const PlasticRows& rows, double now_ms, std::int64_t first,
                 const SourceOf& source_of, const Visit& visit) {
  const PlasticSynapses& synapses = rows.synapses();
  const std::vector<float> ahead = rows.ahead(now_ms);
  std::vector<float> weights;
  for (std::size_t row = 0; row < synapses.rows(); ++row) {
    const std::size_t begin = synapses.begin[row];
    weights.resize(synapses.begin[row + 1] - begin);
    if (weights.empty()) continue;
    rows.read(now_ms, row, ahead, weights);
    const auto source = static_cast<std::uint32_t>(source_of(row));
    for (std::size_t s = 0; s < weights.size(); ++s)
      visit(PlasticWeight{source, static_cast<std::uint32_t>(first + synapses.target[begin + s]),
                          synapses.inhibits ? -weights[s] : weights[s]});
  }
}

/// Of all synapses, added up: the hash of their weights.
inline std::uint64_t weight_mix(std::size_t projection, const PlasticWeight& each) {
  return mix(mix((std::uint64_t{each.source} << 32) ^ each.target) +
             (std::uint64_t{projection} << 32) + std::bit_cast<std::uint32_t>(each.weight));
}

/// The sum of weights without their signs, in integers: the same in any order.
class WeightSum {
 public:
  explicit WeightSum(double largest) : unit_(largest * 0x1p-30) {}
  std::uint64_t units(const PlasticWeight& each) const {
    return static_cast<std::uint64_t>(std::llround(std::abs(double{each.weight}) / unit_));
  }
  double mean(std::uint64_t units, std::uint64_t count) const {
    return count > 0 ? static_cast<double>(units) * unit_ / static_cast<double>(count) : 0;
  }

 private:
  double unit_;
};

inline PlasticWeights in_order(std::vector<PlasticWeight> all) {
  std::sort(all.begin(), all.end(), [](const PlasticWeight& a, const PlasticWeight& b) {
    return std::tie(a.source, a.target, a.weight) < std::tie(b.source, b.target, b.weight);
  });
  PlasticWeights result;
  for (const auto& [source, target, weight] : all)
    result.sources.push_back(source), result.targets.push_back(target),
        result.weights.push_back(weight);
  return result;
}

}  // namespace synfire
