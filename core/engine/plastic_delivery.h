// For the parallel clock engine only: the projections of one shard whose synapses change.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/engine/partition.h"
#include "core/engine/plastic_weights.h"
#include "core/engine/spike_list.h"
#include "core/engine/weight_scale.h"

namespace synfire {

class PlasticDelivery {
 public:
  PlasticDelivery() = default;
  /// `sums` are the shard's, by receptor. Keeps the spikes of `steps` steps.
  PlasticDelivery(const Network& network, const ModelRegistry& registry,
                  std::span<const ShardSlice> slices, const WeightScale& scale,
                  std::span<std::int32_t* const> sums, std::size_t steps);

  bool empty() const { return projections_.empty(); }
  /// Whether any of them has targets in `population`, and needs their spikes.
  bool reaches(std::size_t population) const {
    return std::any_of(projections_.begin(), projections_.end(),
                       [=](const Plastic& plastic) { return plastic.target == population; });
  }
  /// Spikes of `population` in `step`, of neurons counted from `first`.
  void hear(std::size_t population, std::int64_t step, std::int64_t first, const SpikeList& spikes);
  /// Forgets what was heard so many steps before, to hear `step`.
  void open(std::int64_t step);
  /// Serves the rows whose spikes arrive in `step`. Returns the number of synapses.
  std::uint64_t serve(std::int64_t step);
  /// Neurons of the shard spiked in `step`: their numbers within its slice of the population, and
  /// the potentials of the whole slice.
  void spike(std::size_t population, std::int64_t step, std::span<const std::uint32_t> neurons,
             std::span<const float> potentials);
  // Before `step`.
  void learn(std::int64_t step, double speed);
  void reward(std::int64_t step, double amount);

  std::uint64_t synapses() const;
  std::uint64_t bytes() const;

  void visit_state(StateArchive& archive);

  /// Calls visit(PlasticWeight) for those of one projection before `step`; none of static
  /// projections.
  template <typename Visit>
  void each_weight(std::size_t projection, std::int64_t step, const Visit& visit) const;

 private:
  struct Spike {
    std::uint32_t neuron;
    std::int32_t payload;
  };
  /// By step modulo their number; a step's lists stay as large as they were.
  using Ring = std::vector<std::vector<Spike>>;
  struct Plastic {
    std::size_t index, source, target;
    std::int64_t first;  // of the slice's neurons
    PlasticSums sums;
    std::int64_t lag;  // steps that spikes take from the soma back to the synapse, twice
    std::unique_ptr<PlasticRows> rows;
    std::vector<std::vector<std::uint32_t>> late;  // ring of the neurons' spikes, of `lag` steps
    std::string where;

    void visit_state(StateArchive& archive);
  };

  void add(const Network& network, const ModelRegistry& registry, std::size_t index,
           const ShardSlice& slice, const WeightScale& scale, std::int32_t* sums);
  void list_arrivals(const Plastic& plastic, std::int64_t step);

  double dt_ms_ = 1;
  std::size_t steps_ = 1;
  std::vector<Plastic> projections_;
  std::vector<Ring> heard_;  // by population; empty where nothing plastic leaves it
  std::vector<PlasticArrival> arrivals_;
};

template <typename Visit>
void PlasticDelivery::each_weight(std::size_t projection, std::int64_t step,
                                  const Visit& visit) const {
  for (const Plastic& plastic : projections_)
    if (plastic.index == projection)
      synfire::each_weight(
          *plastic.rows, static_cast<double>(step) * dt_ms_, plastic.first,
          [delays = plastic.rows->synapses().delays.size()](std::size_t row) {
            return row / delays;
          },
          visit);
}

}  // namespace synfire
