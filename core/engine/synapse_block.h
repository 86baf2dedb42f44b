// The synapses onto one shard's neurons, in compressed rows by source, delivered at their arrival
// step: all writes of a step hit one small array of sums.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/engine/huge_array.h"
#include "core/engine/partition.h"
#include "core/engine/weight_scale.h"

namespace synfire {

/// What the synapses of a row share. A source has at most one row per class of its population.
struct SynapseClass {
  std::int32_t delay_steps = 1;
  std::int32_t receptor = 0;
  std::int32_t weight = 0;  // in quanta; of stored weights: their unit
  bool stored = false;      // every synapse has a weight of its own
  bool operator==(const SynapseClass&) const = default;
};

/// A spike between the rows of its source: which is served next.
struct SpikeInFlight {
  std::uint32_t at;     // where the row begins
  std::uint16_t count;  // of its synapses, 0 behind the last row
  std::uint16_t kind;   // its class
  std::int32_t payload;
};

class SynapseBlock {
 public:
  /// Draws or copies the synapses of every projection but the one-to-one ones. Throws
  /// resource_limit beyond 2^32 synapses of one source population.
  SynapseBlock(const Network& network, std::span<const ShardSlice> slices,
               const WeightScale& scale);

  /// The classes of a population's rows, by increasing delay.
  std::span<const SynapseClass> classes(std::size_t population) const {
    return sources_[population].classes;
  }
  /// Sets spikes whose `at` is the number of their source to the source's first row.
  void start(std::size_t population, std::span<SpikeInFlight> spikes) const;

  /// The rows of one class, and where they are added.
  struct Rows {
    SynapseClass kind;
    std::uint16_t index, end;  // of the class; behind the last class of the same delay
    std::size_t population;
    const void* synapses;  // of the population
    WeightBits bits;       // of its synapses
    std::int32_t* sums;    // the shard's, of the class's receptor
  };
  /// Of every class of every population, in this order. `sums` are the shard's, by receptor.
  std::vector<Rows> rows(std::span<std::int32_t* const> sums) const;

  /// The rows of a spike's source that arrive in one step, most often one. They are listed first
  /// and served then, so that those to come can be fetched from memory while one is added.
  struct RowTask {
    SpikeInFlight* spike;
    SpikeInFlight first;  // as it was before the first row
    const Rows* rows;     // of the first row
  };
  /// Adds the rows to their sums and sets the spikes to their next rows. Returns the number of
  /// synapses served.
  static std::uint64_t serve(std::span<const RowTask> tasks);

  /// Calls visit(rows, row) for the rows of a task that was served; every element of `row` has a
  /// `target`.
  template <typename Visit>
  static void for_each_row(const RowTask& task, const Visit& visit) {
    with_type(task.rows->bits, task.rows->synapses,
              [&](const auto* synapses) { each_row(task, synapses, visit); });
  }

  /// Synapses of an average row.
  double mean_row() const { return mean_row_; }
  std::uint64_t synapses() const;
  std::uint64_t bytes() const;

 private:
  // All parts of a synapse are read together.
  struct PlainSynapse {
    using Weight = std::int16_t;
    std::uint16_t target;
    static constexpr Weight weight = 1;
  };
  struct Synapse16 {
    using Weight = std::int16_t;
    std::uint16_t target;
    Weight weight;
  };
  struct Synapse32 {
    using Weight = std::int32_t;
    std::uint16_t target;
    Weight weight;
  };
  /// Stands before every row, and as 0, 0 behind the last row of a source.
  struct RowHead {
    std::uint16_t count, kind;
  };
  /// The rows of one population's neurons: source after source, class after class, with no place
  /// taken by empty ones. Nothing has to be looked up elsewhere to get from row to row, and a
  /// source's rows are together: the processor knows only some pages' addresses at a time.
  struct Sources {
    std::vector<SynapseClass> classes;
    WeightBits bits = WeightBits::none;  // the most that any projection needs
    std::uint64_t synapses = 0, rows = 0;
    HugeArray<std::uint32_t> first;  // head of a source's first row
    HugeArray<std::byte> table;      // synapses and heads, of `used` synapses' size
    std::size_t used = 0;
  };
  template <typename Synapse>
  static constexpr std::size_t kHead = (sizeof(RowHead) + sizeof(Synapse) - 1) / sizeof(Synapse);
  /// Calls work(synapses) with their type.
  template <typename Work>
  static auto with_type(WeightBits bits, const void* synapses, Work&& work) {
    if (bits == WeightBits::b16) return work(static_cast<const Synapse16*>(synapses));
    if (bits == WeightBits::b32) return work(static_cast<const Synapse32*>(synapses));
    return work(static_cast<const PlainSynapse*>(synapses));
  }
  /// Goes to the row whose head is at `head`.
  template <typename Synapse>
  static void enter(const Synapse* synapses, std::size_t head, SpikeInFlight& spike) {
    RowHead next;
    std::memcpy(&next, synapses + head, sizeof next);
    spike.at = static_cast<std::uint32_t>(head + kHead<Synapse>);
    spike.count = next.count, spike.kind = next.kind;
  }
  /// Calls visit(rows, row) for every row of the task, and returns the spike behind them.
  template <typename Synapse, typename Visit>
  static SpikeInFlight each_row(const RowTask& task, const Synapse* synapses, const Visit& visit) {
    SpikeInFlight spike = task.first;
    const Rows* const first_class = task.rows - task.rows->index;
    do {
      visit(first_class[spike.kind], std::span(synapses + spike.at, spike.count));
      enter(synapses, std::size_t{spike.at} + spike.count, spike);
    } while (spike.count > 0 && spike.kind < task.rows->end);
    return spike;
  }
  class Builder;
  template <typename Synapse>
  class RowFiller;
  template <typename Synapse>
  static void start(const std::uint32_t* first, const Synapse* synapses,
                    std::span<SpikeInFlight> spikes);
  template <typename Synapse>
  static void fetch(const Synapse* synapses, const RowTask& task);
  template <typename Synapse>
  static void add(std::span<const Synapse> row, std::int32_t weight, std::int32_t* sums);

  std::vector<Sources> sources_;  // by population
  double mean_row_ = 0;
};

}  // namespace synfire
