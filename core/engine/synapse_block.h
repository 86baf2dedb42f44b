// The synapses onto one shard's neurons, in compressed rows by source, delivered at their arrival
// step: all writes of a step hit one small array of sums.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/engine/huge_array.h"
#include "core/engine/partition.h"
#include "core/engine/weight_scale.h"

namespace synfire {

/// What the synapses of a row share. A source has one row per class of its population.
struct SynapseClass {
  std::int32_t delay_steps = 1;
  std::int32_t receptor = 0;
  std::int32_t weight = 0;  // in quanta; of stored weights: their unit
  bool stored = false;      // every synapse has a weight of 16 bits
  bool operator==(const SynapseClass&) const = default;
};

class SynapseBlock {
 public:
  /// Draws or copies the synapses of every projection but the one-to-one ones. Throws
  /// resource_limit beyond 2^32 synapses of one source population.
  SynapseBlock(const Network& network, std::span<const ShardSlice> slices,
               const WeightScale& scale);

  std::span<const SynapseClass> classes(std::size_t population) const {
    return sources_[population].classes;
  }
  /// A row to be served: rows are collected first and served then, so that those to come can be
  /// fetched from memory while one is added.
  struct RowTask {
    const std::uint32_t* begin;  // where the row begins, followed by where it ends
    const void* synapses;        // of its source population
    std::int32_t* sums;          // the shard's, of the class's receptor
    std::int32_t weight;         // in quanta, times the payload
    bool stored;                 // synapses are StoredSynapse, else targets only
  };
  /// Appends the rows of class number `which` of the spiking neurons `first + ids[i]`.
  void collect(std::size_t population, std::size_t which, std::int64_t first,
               std::span<const std::uint32_t> ids, std::span<const std::int32_t> payloads,
               std::int32_t* sums, std::vector<RowTask>& tasks) const;
  /// Adds the rows to their sums; returns the number of synapses served.
  static std::uint64_t serve(std::span<const RowTask> tasks);

  template <typename Visit>
  static void for_each_target(const RowTask& task, Visit&& visit) {
    const auto walk = [&](auto&& target_of) {
      for (std::uint32_t s = task.begin[0], end = task.begin[1]; s < end; ++s) visit(target_of(s));
    };
    if (task.stored)
      walk([all = static_cast<const StoredSynapse*>(task.synapses)](std::uint32_t s) {
        return all[s].target;
      });
    else
      walk([all = static_cast<const std::uint16_t*>(task.synapses)](std::uint32_t s) {
        return all[s];
      });
  }

  /// Synapses of an average row.
  double mean_row() const { return mean_row_; }
  std::uint64_t synapses() const;
  std::uint64_t bytes() const;

 private:
  /// Both halves are read together.
  struct StoredSynapse {
    std::uint16_t target;
    std::int16_t weight;
  };
  /// The rows of one population's neurons: row of neuron n and class c is number n * classes + c.
  struct Sources {
    std::vector<SynapseClass> classes;
    HugeArray<std::uint32_t> begin;    // rows + 1
    HugeArray<std::uint16_t> targets;  // one of the two:
    HugeArray<StoredSynapse> stored;   // when any class stores weights
  };
  class Builder;
  static void fetch(const RowTask& task);

  std::vector<Sources> sources_;  // by population
  double mean_row_ = 0;
};

}  // namespace synfire
