// For the parallel clock engine only: what its shards know of each other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/state_archive.h"
#include "core/engine/parallel_clock.h"
#include "core/engine/partition.h"
#include "core/engine/rules.h"
#include "core/engine/spike_list.h"

namespace synfire {

/// Whether a projection goes from neuron to neuron without rows.
inline bool is_pairs(const Projection& projection) {
  return projection.is_static() && std::holds_alternative<OneToOne>(projection.connectivity);
}

/// What the shards know of each other: the latest spikes of everyone.
struct ParallelClock::Shared {
  const Network& network;
  const Partition partition;
  std::vector<const ModelInfo*> models;
  std::vector<std::uint64_t> first_neuron;
  std::int32_t receptors = 1;
  std::int64_t least_delay = INT32_MAX, greatest_delay = 1;
  std::size_t slots = 1;  // in the rings of Source

  /// The spikes of one slice of a population, by step modulo `slots`.
  struct Source {
    std::int64_t first = 0;
    std::vector<SpikeList> ring;

    void visit_state(StateArchive& archive) { archive("ring", ring); }
  };
  std::vector<std::vector<Source>> sources;  // [population][shard]
  /// Populations whose spikes other shards need: all that project other than one to one.
  std::vector<std::size_t> heard;
  /// By population: generators that only project one to one, with one delay, are advanced by so
  /// many steps later, when their spikes arrive. Nothing is kept in between; else 0.
  std::vector<std::int64_t> lag;

  Shared(const Network& net, const ModelRegistry& registry, Partition parts)
      : network(net), partition(std::move(parts)), sources(net.populations.size()) {
    std::uint64_t first = 0;
    for (const Population& population : network.populations) {
      models.push_back(registry.find(population.model));
      receptors = std::max(receptors, models.back()->receptors);
      first_neuron.push_back(first);
      first += static_cast<std::uint64_t>(population.size());
    }
    note_lags();
    for (const Projection& projection : network.projections) note_delays(projection);
    least_delay = std::min(least_delay, greatest_delay);
    // A window is read while the next is written; one-to-one projections look back further.
    slots = static_cast<std::size_t>(least_delay + std::max(least_delay, greatest_pair_delay_));
    for (auto& population : sources) population.resize(partition.shards());
    note_heard();
  }

  /// The spikes of a shard that another rank has: its rings are there, who fills them is not.
  void add_remote(std::size_t shard) {
    for (const ShardSlice& slice : partition.slices(shard)) {
      Source& source = sources[slice.population][shard];
      source.first = slice.slice.first;
      if (hears(slice.population)) source.ring.resize(slots);
    }
  }

  bool hears(std::size_t population) const {
    return std::binary_search(heard.begin(), heard.end(), population);
  }
  bool generates(std::size_t population) const { return models[population]->generates(); }

 private:
  void note_heard() {
    for (const Projection& projection : network.projections)
      if (!is_pairs(projection)) heard.push_back(network.index_of(projection.source));
    std::sort(heard.begin(), heard.end());
    heard.erase(std::unique(heard.begin(), heard.end()), heard.end());
  }

  void note_lags() {
    lag.assign(network.populations.size(), 0);
    std::vector<bool> differs(lag.size());
    for (const Projection& projection : network.projections) {
      const std::size_t source = network.index_of(projection.source);
      const std::int64_t delay = delay_steps(projection.delay_ms, network.dt_ms);
      differs[source] = differs[source] || !generates(source) || !is_pairs(projection) ||
                        (lag[source] != 0 && lag[source] != delay);
      lag[source] = delay;
    }
    for (std::size_t source = 0; source < lag.size(); ++source)
      if (differs[source]) lag[source] = 0;
  }

  void note_delays(const Projection& projection) {
    const auto note = [&](std::int64_t steps) {
      // A generator's one-to-one spikes stay in their shard: nobody waits for them.
      const bool local = is_pairs(projection) && generates(network.index_of(projection.source));
      if (!local) least_delay = std::min(least_delay, steps);
      greatest_delay = std::max(greatest_delay, steps);
      if (is_pairs(projection) && lag[network.index_of(projection.source)] == 0)
        greatest_pair_delay_ = std::max(greatest_pair_delay_, steps);
    };
    const auto* const rows = std::get_if<Sparse>(&projection.connectivity);
    if (rows == nullptr || rows->delay.empty()) {
      const DelayRange range = delay_range(projection, network.dt_ms);
      note(range.least), note(range.greatest);
      return;
    }
    for (const double delay : rows->delay.as<double>()) note(delay_steps(delay, network.dt_ms));
  }

  std::int64_t greatest_pair_delay_ = 0;
};

}  // namespace synfire
