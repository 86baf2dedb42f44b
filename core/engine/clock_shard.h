// For the parallel clock engine only: the neurons of one shard, advanced step by step.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/mix.h"
#include "core/base/state_archive.h"
#include "core/engine/clock_shared.h"
#include "core/engine/currents.h"
#include "core/engine/map_kernel.h"
#include "core/engine/plastic_delivery.h"
#include "core/engine/rate_watch.h"
#include "core/engine/spikes_in_flight.h"
#include "core/engine/state_watch.h"
#include "core/engine/synapse_block.h"
#include "core/engine/weights.h"

namespace synfire {

/// Some neurons of every population, with all synapses onto them.
class ParallelClock::Shard {
 public:
  /// `network` and `registry` for the currents, which are not in `shared`.
  Shard(Shared& shared, const WeightScale& scale, std::size_t shard, const Network& network,
        const ModelRegistry& registry)
      : shared_(shared),
        slices_(shared.partition.slices(shard)),
        block_(shared.network, slices_, scale),
        sums_(static_cast<std::size_t>(shared.receptors)),
        states_(sums_.size()),
        heard_(
            shared.network.populations.size(),
            SpikesInFlight(static_cast<std::size_t>(shared.greatest_delay + shared.least_delay))),
        spikes_(shared.network.populations.size()),
        reported_(spikes_.size()),
        counts_(spikes_.size()),
        shard_(shard) {
    const std::size_t neurons = shared.partition.sums(slices_);
    for (std::size_t r = 0; r < sums_.size(); ++r) {
      sums_[r].resize(neurons), states_[r].resize(neurons);
      quantum_.push_back(static_cast<float>(scale.quantum(static_cast<std::int32_t>(r))));
    }
    std::vector<std::int32_t*> sums;
    for (auto& each : sums_) sums.push_back(each.data());
    rows_ = block_.rows(sums);
    plastic_ =
        PlasticDelivery(shared.network, registry, slices_, scale, sums,
                        static_cast<std::size_t>(shared.greatest_delay + shared.least_delay));
    for (const ShardSlice& slice : slices_) {
      add_group(slice, scale);
      currents_.push_back(current_flows(network, registry, slice.population, slice.slice));
    }
    for (const Projection& projection : shared.network.projections)
      if (const auto* one = std::get_if<OneToOne>(&projection.connectivity);
          one != nullptr && is_pairs(projection))
        add_pairs(projection, *one, scale);
  }

  /// The steps from `now` to before `end`, at most the least delay.
  void run(std::int64_t now, std::int64_t end) {
    hear(now);
    for (; now < end; ++now) {
      step(now);
      for (StateWatch& watch : watches_) watch.record(now);
    }
  }

  std::uint64_t spikes(std::size_t population) const { return spikes_[population]; }
  /// Adds the spikes since the last call to `watch`.
  void report_rates(RateWatch& watch, std::int64_t check) {
    for (std::size_t p = 0; p < spikes_.size(); ++p)
      watch.add(check, p, spikes_[p] - std::exchange(reported_[p], spikes_[p]));
  }
  void start_recording() { recorded_.resize(spikes_.size()); }
  /// A state of the neurons that are here, after every interval-th step from `begin` on; `neurons`
  /// as in ParallelClock::add_probe.
  void add_probe(std::size_t population, const std::string& variable, std::int64_t begin,
                 std::int64_t interval, const std::vector<std::uint64_t>& neurons) {
    watches_.emplace_back(variable, begin, interval);
    for (std::size_t i = 0; i < slices_.size(); ++i)
      if (slices_[i].population == population)
        watches_.back().choose(*groups_[i], slices_[i].slice, neurons);
  }
  const StateWatch& watch(std::size_t probe) const { return watches_[probe]; }
  void drop_traced(std::size_t probe) { watches_[probe].clear(); }

  /// Of the neurons that are here; null where nothing is recorded.
  const RecordedSpikes* recorded(std::size_t population) const {
    return recorded_.empty() ? nullptr : &recorded_[population];
  }
  /// Forgets what was recorded, and keeps its memory.
  void drop_recorded(std::size_t population) {
    if (!recorded_.empty()) recorded_[population].clear();
  }
  std::uint64_t synops() const { return synops_; }
  std::uint64_t hash() const { return hash_; }
  const SynapseBlock& block() const { return block_; }
  const PlasticDelivery& plastic() const { return plastic_; }
  void reward(std::int64_t step, double amount) { plastic_.reward(step, amount); }
  void learn(std::int64_t step, double speed) {
    plastic_.learn(step, speed);
    for (const auto& group : groups_) group->learn(speed > 0);
  }
  /// `rates_hz` of the whole population.
  void set_rates(std::size_t population, std::int64_t step, std::span<const double> rates_hz) {
    for (std::size_t i = 0; i < slices_.size(); ++i)
      if (slices_[i].population == population)
        groups_[i]->set_rates(step, part(rates_hz, slices_[i]));
  }
  /// All of the whole population.
  void send_spikes(std::size_t population, std::int64_t step, std::span<const double> times_ms,
                   std::span<const std::uint32_t> neurons) {
    for (std::size_t i = 0; i < slices_.size(); ++i)
      if (slices_[i].population == population) groups_[i]->send_spikes(step, times_ms, neurons);
  }
  void count_spikes(std::size_t population) {
    for (const ShardSlice& slice : slices_)
      if (slice.population == population)
        counts_[population].resize(static_cast<std::size_t>(slice.slice.count));
  }
  /// Adds the spikes of each neuron to those of the whole population, and forgets them.
  void take_counts(std::size_t population, std::span<std::uint64_t> counts) {
    for (const ShardSlice& slice : slices_)
      if (slice.population == population) {
        const auto here = part(counts, slice);
        for (std::size_t i = 0; i < here.size(); ++i)
          here[i] += std::exchange(counts_[population][i], 0);
      }
  }

  /// But for the rings of spikes, which others read too.
  void visit_state(StateArchive& archive) {
    archive("plastic", plastic_);
    archive("sums", sums_);
    archive("neurons", groups_);
    archive("currents", currents_);
    archive("heard", heard_);
    archive("heard_until", heard_until_);
    archive.fixed("spikes", spikes_);
    archive.fixed("reported", reported_);
    archive("watches", watches_);
    archive("recorded", recorded_);
    archive("counts", counts_);
    archive("synops", synops_);
    archive("hash", hash_);
  }

 private:
  template <typename Ring>
  static auto& in_ring(Ring& ring, std::int64_t step) {
    return ring[static_cast<std::size_t>(step) % ring.size()];
  }

  void step(std::int64_t now) {
    list_rows(now);
    if (few_inputs()) {
      advance_all({now, 0, 0, /*silent=*/true});
      synops_ += SynapseBlock::serve(tasks_);
      for (const SynapseBlock::RowTask& task : tasks_) settle(task);
      return;
    }
    synops_ += SynapseBlock::serve(tasks_) + plastic_.serve(now);
    advance_lagging(now);
    for (const Pairs& pairs : pairs_) receive(pairs, now);
    advance_all({now, 0, 0});
  }

  /// Takes over the spikes of all shards before step `now`.
  void hear(std::int64_t now) {
    for (; heard_until_ < now; ++heard_until_) {
      plastic_.open(heard_until_);
      for (const std::size_t population : shared_.heard) {
        SpikesInFlight& heard = heard_[population];
        heard.open(heard_until_);
        for (const Shared::Source& source : shared_.sources[population])
          if (!source.ring.empty()) {
            const SpikeList& spikes = in_ring(source.ring, heard_until_);
            heard.add(heard_until_, source.first, spikes);
            plastic_.hear(population, heard_until_, source.first, spikes);
          }
        block_.start(population, heard.of(heard_until_));
      }
    }
  }

  /// The rows that arrive in step `now`.
  void list_rows(std::int64_t now) {
    tasks_.clear();
    for (std::size_t r = 0; r < rows_.size(); r += rows_[r].end - rows_[r].index) {
      const SynapseBlock::Rows& rows = rows_[r];
      for (SpikeInFlight& spike : heard_[rows.population].of(now - rows.kind.delay_steps))
        if (spike.count > 0 && spike.kind >= rows.index && spike.kind < rows.end)
          tasks_.push_back({&spike, spike, &rows + (spike.kind - rows.index)});
    }
  }

  /// Whether it is cheaper to go to the targets of this step than through all sums.
  bool few_inputs() const {
    constexpr double kTargetCost = 4;  // of a sum in a vector
    return late_inputs_ && pairs_.empty() && plastic_.empty() &&
           kTargetCost * static_cast<double>(tasks_.size()) * block_.mean_row() <
               static_cast<double>(states_[0].size());
  }

  /// Adds the sums of the targets of a task's rows to the states that late inputs go to. A neuron
  /// that was there before has a sum of 0.
  void settle(const SynapseBlock::RowTask& task) {
    SynapseBlock::for_each_row(task, [this](const SynapseBlock::Rows& rows, const auto& row) {
      const auto receptor = static_cast<std::size_t>(rows.kind.receptor);
      float* const states = states_[receptor].data();
      const float quantum = quantum_[receptor];
      for (const auto& synapse : row)
        states[synapse.target] +=
            static_cast<float>(std::exchange(rows.sums[synapse.target], 0)) * quantum;
    });
  }

  /// A one-to-one projection: both ends are in the same shard, at the same places of their slices.
  struct Pairs {
    std::size_t source;
    const std::vector<SpikeList>* ring;
    std::int32_t delay;
    std::int32_t* sums;
    std::vector<std::int32_t> weight;  // one, or one per neuron
    bool counted;
  };

  void add_group(const ShardSlice& slice, const WeightScale& scale) {
    const Population& population = shared_.network.populations[slice.population];
    GroupContext context;
    context.dt_ms = shared_.network.dt_ms;
    context.seed = shared_.network.seed;
    context.population = static_cast<std::uint32_t>(slice.population);
    context.first_neuron = shared_.first_neuron[slice.population];
    context.slice = slice.slice;
    groups_.push_back(shared_.models[slice.population]->create(population, context));
    const ModelInfo& model = *shared_.models[slice.population];
    late_inputs_ = late_inputs_ && (model.late_inputs || model.generates());
    for (std::int32_t r = 0; r < receptors_in_use(slice.population); ++r)
      groups_.back()->attach(r, part(sums_, r, slice), static_cast<float>(scale.quantum(r)),
                             part(states_, r, slice));
    groups_.back()->reset();
    Shared::Source& source = shared_.sources[slice.population][shard_];
    source.first = slice.slice.first;
    source.ring.resize(shared_.lag[slice.population] > 0 ? 1 : shared_.slots);
  }

  /// Receptors behind the last one that any projection reaches need no sums.
  std::int32_t receptors_in_use(std::size_t population) const {
    std::int32_t count = std::min(1, shared_.models[population]->receptors);
    for (const Projection& projection : shared_.network.projections)
      if (projection.target == shared_.network.populations[population].name)
        count = std::max(count, projection.receptor + 1);
    return count;
  }

  /// The slice's neurons, of the whole population.
  template <typename T>
  static std::span<T> part(std::span<T> all, const ShardSlice& slice) {
    return all.subspan(static_cast<std::size_t>(slice.slice.first),
                       static_cast<std::size_t>(slice.slice.count));
  }
  template <typename T>
  static std::span<T> part(std::vector<StateArray<T>>& by_receptor, std::int32_t receptor,
                           const ShardSlice& slice) {
    return std::span(by_receptor[static_cast<std::size_t>(receptor)])
        .subspan(slice.offset, static_cast<std::size_t>(slice.slice.count));
  }

  void add_pairs(const Projection& projection, const OneToOne& one, const WeightScale& scale) {
    const std::size_t target = shared_.network.index_of(projection.target);
    const std::size_t source = shared_.network.index_of(projection.source);
    const auto slice = std::find_if(slices_.begin(), slices_.end(), [&](const ShardSlice& each) {
      return each.population == target;
    });
    if (slice == slices_.end()) return;
    Pairs pairs{source,
                &shared_.sources[source][shard_].ring,
                delay_steps(projection.delay_ms, shared_.network.dt_ms),
                part(sums_, projection.receptor, *slice).data(),
                {},
                !shared_.generates(source)};
    const auto first = static_cast<std::size_t>(slice->slice.first);
    const bool shares = one.weight.size() == 1;
    const auto count = shares ? 1 : static_cast<std::size_t>(slice->slice.count);
    for (std::size_t i = 0; i < count; ++i)
      pairs.weight.push_back(
          scale.fixed(one.weight.number(shares ? 0 : first + i), projection.receptor));
    pairs_.push_back(std::move(pairs));
  }

  void receive(const Pairs& pairs, std::int64_t now) {
    const std::int64_t sent = now - pairs.delay;
    if (sent < 0) return;
    const SpikeList& spikes = in_ring(*pairs.ring, sent);
    if (pairs.weight.size() == 1 && !spikes.map().empty())
      kernel::add_scaled(pairs.sums, spikes.map(), pairs.weight[0]);
    else
      for (std::size_t i = 0; i < spikes.size(); ++i) {
        const std::uint32_t id = spikes.ids()[i];
        accumulate(pairs.sums[id], pairs.weight[pairs.weight.size() == 1 ? 0 : id],
                   spikes.payloads()[i]);
      }
    if (pairs.counted) synops_ += spikes.size();
  }

  /// The generators whose spikes nobody needed before they arrive, which is now.
  void advance_lagging(std::int64_t now) {
    for (std::size_t i = 0; i < slices_.size(); ++i)
      if (const std::int64_t lag = shared_.lag[slices_[i].population]; lag > 0 && lag <= now)
        advance(i, {now - lag, 0, 0});
  }

  /// All others.
  void advance_all(const Step& step) {
    for (std::size_t i = 0; i < slices_.size(); ++i)
      if (shared_.lag[slices_[i].population] == 0) advance(i, step);
  }

  void advance(std::size_t index, const Step& step) {
    const std::size_t population = slices_[index].population;
    SpikeList& out = in_ring(shared_.sources[population][shard_].ring, step.index);
    out.clear();
    for (CurrentFlow& current : currents_[index]) current.add(step.index, *groups_[index]);
    groups_[index]->update(step, out);
    spikes_[population] += out.size();
    if (plastic_.reaches(population))
      plastic_.spike(population, step.index, out.ids(), groups_[index]->float_values());
    if (shared_.generates(population)) {
      if (shared_.hears(population)) out.ids();  // listed before other threads read it
      return;
    }
    const std::uint64_t first =
        shared_.first_neuron[population] + static_cast<std::uint64_t>(slices_[index].slice.first);
    for (const std::uint32_t id : out.ids())
      hash_ += mix((static_cast<std::uint64_t>(step.index) << 32) ^ (first + id));
    if (!counts_[population].empty())
      for (const std::uint32_t id : out.ids()) ++counts_[population][id];
    if (!recorded_.empty())
      recorded_[population].add(step.index, static_cast<std::uint32_t>(slices_[index].slice.first),
                                out.ids());
  }

  Shared& shared_;
  std::vector<ShardSlice> slices_;
  SynapseBlock block_;
  PlasticDelivery plastic_;
  std::vector<StateArray<std::int32_t>> sums_;  // by receptor
  std::vector<StateArray<float>> states_;       // by receptor: what late inputs are added to
  std::vector<float> quantum_;                  // by receptor
  bool late_inputs_ = true;                     // all groups have them
  std::vector<std::unique_ptr<NeuronGroup>> groups_;
  std::vector<std::vector<CurrentFlow>> currents_;  // into them
  std::vector<Pairs> pairs_;
  std::vector<SynapseBlock::Rows> rows_;
  std::vector<SynapseBlock::RowTask> tasks_;        // of one step
  std::vector<SpikesInFlight> heard_;               // by population
  std::int64_t heard_until_ = 0;                    // before this step
  std::vector<std::uint64_t> spikes_;               // by population
  std::vector<std::uint64_t> reported_;             // those of them that the rates' watch has
  std::vector<std::vector<std::uint32_t>> counts_;  // by population: spikes of each neuron
  std::vector<StateWatch> watches_;
  std::vector<RecordedSpikes> recorded_;  // by population; empty when nothing is recorded
  std::uint64_t synops_ = 0, hash_ = 0;
  std::size_t shard_;
};

}  // namespace synfire
