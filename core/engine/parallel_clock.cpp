#include "core/engine/parallel_clock.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

#include "core/base/on_threads.h"
#include "core/engine/map_kernel.h"
#include "core/engine/memory.h"
#include "core/engine/partition.h"
#include "core/engine/rules.h"
#include "core/engine/spike_message.h"
#include "core/engine/spin_barrier.h"
#include "core/engine/synapse_block.h"
#include "core/engine/weights.h"

namespace synfire {
namespace {

/// The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

struct Supported {
  bool operator()(const OneToOne&) const { return true; }
  bool operator()(const Sparse&) const { return true; }
  bool operator()(const RandomRule&) const { return true; }
  bool operator()(const auto&) const { return false; }
};

}  // namespace

/// What the shards know of each other: the latest spikes of everyone.
struct ParallelClock::Shared {
  const Network& network;
  std::vector<const ModelInfo*> models;
  std::vector<std::uint64_t> first_neuron;
  std::int32_t receptors = 1;
  std::int64_t least_delay = INT32_MAX, greatest_delay = 1;
  std::size_t slots = 1;

  /// The spikes of one slice of a population, by step modulo `slots`.
  struct Source {
    std::int64_t first = 0;
    std::vector<SpikeList> ring;
  };
  std::vector<std::vector<Source>> sources;  // [population][shard]
  /// Populations whose spikes other shards need: all that project other than one to one.
  std::vector<std::size_t> heard;

  Shared(const Network& net, const ModelRegistry& registry, std::size_t shards)
      : network(net), sources(net.populations.size()) {
    std::uint64_t first = 0;
    for (const Population& population : network.populations) {
      models.push_back(registry.find(population.model));
      receptors = std::max(receptors, models.back()->receptors);
      first_neuron.push_back(first);
      first += static_cast<std::uint64_t>(population.size());
    }
    for (const Projection& projection : network.projections) note_delays(projection);
    least_delay = std::min(least_delay, greatest_delay);
    slots = static_cast<std::size_t>(least_delay + greatest_delay);
    for (auto& population : sources) population.resize(shards);
    note_heard();
  }

  /// The spikes of a shard that another rank has: its rings are there, who fills them is not.
  void add_remote(std::size_t shard, std::size_t shards) {
    for (const ShardSlice& slice : shard_slices(network, shard, shards)) {
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
      if (!std::holds_alternative<OneToOne>(projection.connectivity))
        heard.push_back(network.index_of(projection.source));
    std::sort(heard.begin(), heard.end());
    heard.erase(std::unique(heard.begin(), heard.end()), heard.end());
  }

  void note_delays(const Projection& projection) {
    const auto note = [&](std::int64_t steps) {
      // A generator's one-to-one spikes stay in their shard: nobody waits for them.
      const bool local = std::holds_alternative<OneToOne>(projection.connectivity) &&
                         generates(network.index_of(projection.source));
      if (!local) least_delay = std::min(least_delay, steps);
      greatest_delay = std::max(greatest_delay, steps);
    };
    const auto* const rows = std::get_if<Sparse>(&projection.connectivity);
    if (rows == nullptr || rows->delay.empty()) {
      const DelayRange range = delay_range(projection, network.dt_ms);
      note(range.least), note(range.greatest);
      return;
    }
    for (const double delay : rows->delay.as<double>()) note(delay_steps(delay, network.dt_ms));
  }
};

/// Some neurons of every population, with all synapses onto them.
class ParallelClock::Shard {
 public:
  Shard(Shared& shared, const WeightScale& scale, std::size_t shard, std::size_t shards)
      : shared_(shared),
        slices_(shard_slices(shared.network, shard, shards)),
        block_(shared.network, slices_, scale),
        sums_(static_cast<std::size_t>(shared.receptors)),
        states_(sums_.size()),
        spikes_(shared.network.populations.size()),
        reported_(spikes_.size()),
        shard_(shard) {
    const std::size_t neurons =
        slices_.empty()
            ? 0
            : slices_.back().offset + static_cast<std::size_t>(slices_.back().slice.count);
    for (std::size_t r = 0; r < sums_.size(); ++r) {
      sums_[r].resize(neurons), states_[r].resize(neurons);
      quantum_.push_back(static_cast<float>(scale.quantum(static_cast<std::int32_t>(r))));
    }
    for (const ShardSlice& slice : slices_) add_group(slice, scale);
    for (const Projection& projection : shared.network.projections)
      if (const auto* one = std::get_if<OneToOne>(&projection.connectivity))
        add_pairs(projection, *one, scale);
  }

  /// The steps from `now` to before `end`, at most the least delay.
  void run(std::int64_t now, std::int64_t end) {
    for (; now < end; ++now) step(now);
  }

  std::uint64_t spikes(std::size_t population) const { return spikes_[population]; }
  /// Adds the spikes since the last call to `watch`.
  void report_rates(RateWatch& watch, std::int64_t check) {
    for (std::size_t p = 0; p < spikes_.size(); ++p)
      watch.add(check, p, spikes_[p] - std::exchange(reported_[p], spikes_[p]));
  }
  void start_recording() { recorded_.resize(spikes_.size()); }
  struct Spike {
    std::int64_t step;
    std::uint64_t neuron;
    auto operator<=>(const Spike&) const = default;
  };
  std::span<const Spike> recorded(std::size_t population) const {
    return recorded_.empty() ? std::span<const Spike>() : recorded_[population];
  }
  std::uint64_t synops() const { return synops_; }
  std::uint64_t hash() const { return hash_; }
  const SynapseBlock& block() const { return block_; }

 private:
  void step(std::int64_t now) {
    tasks_.clear();
    for (std::size_t population = 0; population < shared_.sources.size(); ++population)
      for (std::size_t c = 0; c < block_.classes(population).size(); ++c)
        collect(population, c, now);
    if (few_inputs()) {
      advance_all({now, 0, 0, /*silent=*/true});
      synops_ += SynapseBlock::serve(tasks_);
      for (const SynapseBlock::RowTask& task : tasks_) settle(task);
      return;
    }
    synops_ += SynapseBlock::serve(tasks_);
    for (const Pairs& pairs : pairs_) receive(pairs, now);
    advance_all({now, 0, 0});
  }

  /// Whether it is cheaper to go to the targets of this step than through all sums.
  bool few_inputs() const {
    constexpr double kTargetCost = 4;  // of a sum in a vector
    return late_inputs_ && pairs_.empty() &&
           kTargetCost * static_cast<double>(tasks_.size()) * block_.mean_row() <
               static_cast<double>(states_[0].size());
  }

  /// Adds the sums of a row's targets to the states that late inputs go to. A neuron that was there
  /// before has a sum of 0.
  void settle(const SynapseBlock::RowTask& task) {
    std::size_t receptor = 0;
    while (sums_[receptor].data() != task.sums) ++receptor;
    SynapseBlock::for_each_target(task, [state = states_[receptor].data(), sums = task.sums,
                                         quantum = quantum_[receptor]](std::uint16_t target) {
      state[target] += static_cast<float>(std::exchange(sums[target], 0)) * quantum;
    });
  }

  /// A one-to-one projection: both ends are in the same shard, at the same places of their slices.
  struct Pairs {
    std::size_t source;
    const SpikeList* ring;
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
    source.ring.resize(shared_.slots);
  }

  /// Receptors behind the last one that any projection reaches need no sums.
  std::int32_t receptors_in_use(std::size_t population) const {
    std::int32_t count = std::min(1, shared_.models[population]->receptors);
    for (const Projection& projection : shared_.network.projections)
      if (projection.target == shared_.network.populations[population].name)
        count = std::max(count, projection.receptor + 1);
    return count;
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
                shared_.sources[source][shard_].ring.data(),
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

  std::size_t slot(std::int64_t step) const {
    return static_cast<std::size_t>(step) % shared_.slots;
  }

  void collect(std::size_t population, std::size_t which, std::int64_t now) {
    const SynapseClass& kind = block_.classes(population)[which];
    const std::int64_t sent = now - kind.delay_steps;
    if (sent < 0) return;
    std::int32_t* const sums = sums_[static_cast<std::size_t>(kind.receptor)].data();
    for (const Shared::Source& source : shared_.sources[population]) {
      if (source.ring.empty() || source.ring[slot(sent)].empty()) continue;
      const SpikeList& spikes = source.ring[slot(sent)];
      block_.collect(population, which, source.first, spikes.ids(), spikes.payloads(), sums,
                     tasks_);
    }
  }

  void receive(const Pairs& pairs, std::int64_t now) {
    const std::int64_t sent = now - pairs.delay;
    if (sent < 0) return;
    const SpikeList& spikes = pairs.ring[slot(sent)];
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

  void advance_all(const Step& step) {
    for (std::size_t i = 0; i < slices_.size(); ++i) advance(i, step);
  }

  void advance(std::size_t index, const Step& step) {
    const std::size_t population = slices_[index].population;
    SpikeList& out = shared_.sources[population][shard_].ring[slot(step.index)];
    out.clear();
    groups_[index]->update(step, out);
    spikes_[population] += out.size();
    if (shared_.generates(population)) {
      if (!block_.classes(population).empty()) out.ids();  // listed before other threads read it
      return;
    }
    const std::uint64_t first =
        shared_.first_neuron[population] + static_cast<std::uint64_t>(slices_[index].slice.first);
    for (const std::uint32_t id : out.ids())
      hash_ += mix((static_cast<std::uint64_t>(step.index) << 32) ^ (first + id));
    if (recorded_.empty()) return;
    const auto slice_first = static_cast<std::uint64_t>(slices_[index].slice.first);
    for (const std::uint32_t id : out.ids())
      recorded_[population].push_back({step.index, slice_first + id});
  }

  Shared& shared_;
  std::vector<ShardSlice> slices_;
  SynapseBlock block_;
  std::vector<StateArray<std::int32_t>> sums_;  // by receptor
  std::vector<StateArray<float>> states_;       // by receptor: what late inputs are added to
  std::vector<float> quantum_;                  // by receptor
  bool late_inputs_ = true;                     // all groups have them
  std::vector<std::unique_ptr<NeuronGroup>> groups_;
  std::vector<Pairs> pairs_;
  std::vector<SynapseBlock::RowTask> tasks_;  // of one step
  std::vector<std::uint64_t> spikes_;         // by population
  std::vector<std::uint64_t> reported_;       // those of them that the rates' watch has
  std::vector<std::vector<Spike>> recorded_;  // by population; empty when nothing is recorded
  std::uint64_t synops_ = 0, hash_ = 0;
  std::size_t shard_;
};

std::string ParallelClock::unsupported(const Network& network, const ModelRegistry& registry) {
  if (network.schedule.window > 0) return "it has a schedule";
  if (!network.inputs.empty()) return "it has inputs";
  for (const Population& population : network.populations) {
    const ModelInfo* const model = registry.find(population.model);
    if (model == nullptr || !model->splits)
      return "neuron model " + population.model + " does not split";
  }
  for (const Projection& projection : network.projections)
    if (!std::visit(Supported{}, projection.connectivity))
      return "projection " + projection.name + " is " +
             std::string(kind_of(projection.connectivity));
  return "";
}

ParallelClock::ParallelClock(const Network& network, const ModelRegistry& registry,
                             std::int32_t threads, Exchange* exchange)
    : threads_(static_cast<std::size_t>(std::max(threads, 1))), exchange_(exchange) {
  Diagnostics diagnostics;
  validate(network, diagnostics);
  if (!diagnostics.has_error()) validate_models(network, registry, diagnostics);
  diagnostics.throw_if_error();
  if (const std::string reason = unsupported(network, registry); !reason.empty())
    fail(Code::network_invalid, "net", "the parallel clock engine cannot run it: " + reason);
  const std::size_t shards = shard_count(network, threads_ * ranks());
  require_clock_memory(network, shards, exchange_);
  shared_ = std::make_unique<Shared>(network, registry, shards);
  std::vector<std::int32_t> most_spikes;
  for (const ModelInfo* model : shared_->models) most_spikes.push_back(model->most_spikes);
  scale_ = std::make_unique<WeightScale>(network, shared_->receptors, most_spikes);
  scale_->require_precision(network);
  watch_ = std::make_unique<RateWatch>(network, registry);
  build_shards(shards);
}

void ParallelClock::build_shards(std::size_t shards) {
  shards_.resize(shards);
  for (std::size_t s = 0; s < shards; ++s)
    if (rank_of_shard(s, ranks(), threads_) != rank()) shared_->add_remote(s, shards);
  on_threads(threads_, [&](std::size_t thread) {
    for (std::size_t s = rank() * threads_ + thread; s < shards; s += ranks() * threads_)
      shards_[s] = std::make_unique<Shard>(*shared_, *scale_, s, shards);
  });
}

ParallelClock::~ParallelClock() = default;

void ParallelClock::run(std::int64_t steps) {
  const std::int64_t end = now_ + steps;
  SpinBarrier barrier(threads_);
  // A thread that fails goes on to meet the others, who stop after the same window.
  std::atomic<std::int64_t> failed_at{end};
  RateWatch::Turn last = turn_;
  on_threads(threads_, [&](std::size_t thread) {
    std::exception_ptr failure;
    RateWatch::Turn turn = turn_;
    for (std::int64_t now = now_; now < end;) {
      const std::int64_t window = now;
      now = std::min(end, now + shared_->least_delay);
      const bool checks = watch_->is_due(turn, now);
      const auto attempt = [&](const auto& work) {
        try {
          work();
        } catch (...) {
          failure = std::current_exception();
          failed_at = window;
        }
        barrier.arrive_and_wait();
      };
      attempt([&] {
        for (std::size_t s = rank() * threads_ + thread; s < shards_.size();
             s += ranks() * threads_)
          shards_[s]->run(window, now);
        if (checks)
          for (std::size_t s = rank() * threads_ + thread; s < shards_.size();
               s += ranks() * threads_)
            shards_[s]->report_rates(*watch_, turn.check);
      });
      if (exchange_ != nullptr)
        attempt([&] {
          if (thread != 0 || failed_at <= window) return;
          exchange_spikes(window, now);
          if (checks) watch_->sum_ranks(turn.check, *exchange_);
        });
      if (failed_at <= window) break;
      if (checks) watch_->judge(turn, now, thread == 0);
      if (turn.stops) break;
    }
    if (thread == 0) last = turn;
    if (failure) std::rethrow_exception(failure);
  });
  turn_ = last;
  now_ = last.stops ? last.now : end;
  if (last.stops) watch_->fail_at(last);
}

void ParallelClock::limit_rate(double hz) { watch_->set_limit(hz); }

void ParallelClock::start_recording() {
  for (const auto& shard : shards_)
    if (shard) shard->start_recording();
}

/// The spikes of all ranks, as three words each.
template <typename Spike>
static std::vector<Spike> gathered(Exchange& exchange, const std::vector<Spike>& mine) {
  std::vector<std::uint32_t> words;
  for (const Spike& spike : mine) {
    const auto step = static_cast<std::uint64_t>(spike.step);
    words.insert(words.end(),
                 {static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32),
                  static_cast<std::uint32_t>(spike.neuron)});
  }
  std::vector<Exchange::Words> all;
  exchange.all_gather(words, all);
  std::vector<Spike> spikes;
  for (const Exchange::Words& some : all)
    for (std::size_t i = 0; i + 2 < some.size(); i += 3)
      spikes.push_back(
          {static_cast<std::int64_t>(std::uint64_t{some[i]} | std::uint64_t{some[i + 1]} << 32),
           some[i + 2]});
  return spikes;
}

ParallelClock::Recorded ParallelClock::recorded(std::size_t population) const {
  std::vector<Shard::Spike> all;
  for (const auto& shard : shards_) {
    if (!shard) continue;
    const auto some = shard->recorded(population);
    all.insert(all.end(), some.begin(), some.end());
  }
  if (exchange_ != nullptr) all = gathered(*exchange_, all);
  std::sort(all.begin(), all.end());
  Recorded result;
  for (const Shard::Spike& spike : all)
    result.steps.push_back(spike.step), result.neurons.push_back(spike.neuron);
  return result;
}

/// Calls visit(list) for every list that other ranks need of this one, in an order that all ranks
/// agree on.
template <typename Visit>
void ParallelClock::each_sent_list(std::size_t rank, std::int64_t begin, std::int64_t end,
                                   const Visit& visit) {
  for (std::int64_t step = begin; step < end; ++step)
    for (const std::size_t population : shared_->heard)
      for (std::size_t s = 0; s < shards_.size(); ++s) {
        Shared::Source& source = shared_->sources[population][s];
        if (rank_of_shard(s, ranks(), threads_) != rank || source.ring.empty()) continue;
        visit(source.ring[static_cast<std::size_t>(step) % shared_->slots]);
      }
}

void ParallelClock::exchange_spikes(std::int64_t begin, std::int64_t end) {
  message_.clear();
  each_sent_list(rank(), begin, end,
                 [&](const SpikeList& spikes) { write_spikes(spikes, message_); });
  exchange_->all_gather(message_, messages_);
  for (std::size_t other = 0; other < ranks(); ++other) {
    if (other == rank()) continue;
    Exchange::Words words = messages_[other];
    each_sent_list(other, begin, end,
                   [&](SpikeList& spikes) { words = read_spikes(words, spikes); });
  }
}

template <typename Of>
std::uint64_t ParallelClock::total(const Of& of) const {
  std::uint64_t sum = 0;
  for (const auto& shard : shards_)
    if (shard) sum += of(*shard);
  return sum_over_ranks(exchange_, {sum})[0];
}

std::uint64_t ParallelClock::spikes(std::size_t population) const {
  return total([&](const Shard& shard) { return shard.spikes(population); });
}
std::uint64_t ParallelClock::synaptic_events() const {
  return total([](const Shard& shard) { return shard.synops(); });
}
std::uint64_t ParallelClock::spike_hash() const {
  return total([](const Shard& shard) { return shard.hash(); });
}
std::uint64_t ParallelClock::synapses() const {
  return total([](const Shard& shard) { return shard.block().synapses(); });
}
std::uint64_t ParallelClock::synapse_bytes() const {
  return total([](const Shard& shard) { return shard.block().bytes(); });
}

}  // namespace synfire
