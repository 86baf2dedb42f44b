#include "core/engine/parallel_clock.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <type_traits>

#include "core/base/flush_subnormals.h"
#include "core/base/state_archive.h"
#include "core/base/thread_pool.h"
#include "core/engine/clock_shard.h"
#include "core/engine/memory.h"
#include "core/engine/partition.h"
#include "core/engine/spike_message.h"
#include "core/engine/spin_barrier.h"

namespace synfire {
namespace {

struct Supported {
  bool operator()(const OneToOne&) const { return true; }
  bool operator()(const Sparse&) const { return true; }
  bool operator()(const RandomRule&) const { return true; }
  bool operator()(const auto&) const { return false; }
};

}  // namespace

std::string ParallelClock::unsupported(const Network& network, const ModelRegistry& registry) {
  if (network.schedule.window > 0) return "it has a schedule";
  if (!network.inputs.empty()) return "it has inputs";
  if (const std::string late = late_population(network); !late.empty())
    return "population " + late + " starts late";
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
                             std::int32_t threads, Exchange* exchange, std::int32_t parts)
    : threads_(static_cast<std::size_t>(std::max(threads, 1))),
      parts_(parts > 0 ? static_cast<std::size_t>(parts) : threads_),
      exchange_(exchange) {
  Diagnostics diagnostics;
  validate(network, diagnostics);
  if (!diagnostics.has_error()) validate_models(network, registry, diagnostics);
  diagnostics.throw_if_error();
  if (const std::string reason = unsupported(network, registry); !reason.empty())
    fail(Code::network_invalid, "net", "the parallel clock engine cannot run it: " + reason);
  synaptic_ = without_currents(network, registry);
  const Network& synaptic = synaptic_ ? *synaptic_ : network;
  Partition partition(synaptic, registry, parts_ * ranks());
  require_clock_memory(synaptic, partition.shards(), exchange_);
  shared_ = std::make_unique<Shared>(synaptic, registry, std::move(partition));
  std::vector<std::int32_t> most_spikes;
  for (const ModelInfo* model : shared_->models) most_spikes.push_back(model->most_spikes);
  scale_ = std::make_unique<WeightScale>(synaptic, shared_->receptors, most_spikes);
  scale_->require_precision(synaptic);
  watch_ = std::make_unique<RateWatch>(synaptic, registry);
  build_shards(network, registry);
}

/// Those of this rank that a thread advances.
template <typename Visit>
void ParallelClock::each_shard_of(std::size_t thread, const Visit& visit) const {
  for (std::size_t part = thread; part < parts_; part += threads_)
    for (std::size_t s = rank() * parts_ + part; s < shards_.size(); s += ranks() * parts_)
      visit(s);
}

void ParallelClock::build_shards(const Network& network, const ModelRegistry& registry) {
  const std::size_t shards = shared_->partition.shards();
  shards_.resize(shards);
  for (std::size_t s = 0; s < shards; ++s)
    if (rank_of_shard(s, ranks(), parts_) != rank()) shared_->add_remote(s);
  on_threads(threads_, [&](std::size_t thread) {
    each_shard_of(thread, [&](std::size_t s) {
      shards_[s] = std::make_unique<Shard>(*shared_, *scale_, s, network, registry);
    });
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
    const FlushSubnormals flush;
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
        each_shard_of(thread, [&](std::size_t s) { shards_[s]->run(window, now); });
        if (checks)
          each_shard_of(thread,
                        [&](std::size_t s) { shards_[s]->report_rates(*watch_, turn.check); });
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

void ParallelClock::reward(double amount) {
  for (const auto& shard : shards_)
    if (shard) shard->reward(now_, amount);
}

void ParallelClock::learn(double speed) {
  for (const auto& shard : shards_)
    if (shard) shard->learn(now_, speed);
}

void ParallelClock::set_rates(std::size_t population, std::span<const double> rates_hz) {
  for (const auto& shard : shards_)
    if (shard) shard->set_rates(population, now_, rates_hz);
}

void ParallelClock::send_spikes(std::size_t population, std::span<const double> times_ms,
                                std::span<const std::uint32_t> neurons) {
  for (const auto& shard : shards_)
    if (shard) shard->send_spikes(population, now_, times_ms, neurons);
}

void ParallelClock::count_spikes(std::size_t population) {
  for (const auto& shard : shards_)
    if (shard) shard->count_spikes(population);
}

std::vector<std::uint64_t> ParallelClock::take_counts(std::size_t population) {
  std::vector<std::uint64_t> counts(
      static_cast<std::size_t>(shared_->network.populations[population].size()));
  for (const auto& shard : shards_)
    if (shard) shard->take_counts(population, counts);
  return sum_over_ranks(exchange_, std::move(counts));
}

void ParallelClock::start_recording() {
  for (const auto& shard : shards_)
    if (shard) shard->start_recording();
}

/// Those of each rank, as they lie in memory.
template <typename Item>
static std::vector<std::vector<Item>> by_rank(Exchange& exchange, const std::vector<Item>& mine) {
  static_assert(std::is_trivially_copyable_v<Item> && sizeof(Item) % 4 == 0);
  std::vector<std::uint32_t> words(mine.size() * sizeof(Item) / 4);
  if (!mine.empty()) std::memcpy(words.data(), mine.data(), words.size() * 4);
  std::vector<Exchange::Words> all;
  exchange.all_gather(words, all);
  std::vector<std::vector<Item>> items;
  for (const Exchange::Words& some : all) {
    items.emplace_back(some.size() * 4 / sizeof(Item));
    if (!some.empty()) std::memcpy(items.back().data(), some.data(), some.size() * 4);
  }
  return items;
}

/// Those of all ranks, one after the other.
template <typename Item>
static std::vector<Item> gathered(Exchange& exchange, const std::vector<Item>& mine) {
  std::vector<Item> items;
  for (const std::vector<Item>& some : by_rank(exchange, mine))
    items.insert(items.end(), some.begin(), some.end());
  return items;
}

RecordedSpikes ParallelClock::recorded(std::size_t population) const {
  RecordedSpikes mine;
  for (const auto& shard : shards_)
    if (const RecordedSpikes* const some = shard ? shard->recorded(population) : nullptr)
      mine = mine.steps.empty() ? *some : merged(mine, *some);
  if (exchange_ == nullptr) return mine;
  const auto steps = by_rank(*exchange_, mine.steps);
  const auto counts = by_rank(*exchange_, mine.counts), neurons = by_rank(*exchange_, mine.neurons);
  RecordedSpikes all;
  for (std::size_t r = 0; r < steps.size(); ++r)
    all = merged(all, {steps[r], counts[r], neurons[r]});
  return all;
}

RecordedSpikes ParallelClock::take_recorded(std::size_t population) {
  RecordedSpikes result = recorded(population);
  for (const auto& shard : shards_)
    if (shard) shard->drop_recorded(population);
  return result;
}

std::size_t ParallelClock::add_probe(std::size_t population, const std::string& variable,
                                     std::int64_t interval, std::vector<std::uint64_t> neurons) {
  for (const auto& shard : shards_)
    if (shard) shard->add_probe(population, variable, now_, interval, neurons);
  const auto all = static_cast<std::size_t>(shared_->network.populations[population].size());
  probes_.push_back({population, interval, now_, neurons.empty() ? all : neurons.size()});
  return probes_.size() - 1;
}

/// Of all ranks, one part after the other: the place of its first column, the number of its
/// columns, its rows.
std::vector<double> ParallelClock::parts_of(std::size_t probe, std::size_t rows) const {
  std::vector<double> parts;
  for (const auto& shard : shards_) {
    if (!shard || shard->watch(probe).columns() == 0) continue;
    const StateWatch& part = shard->watch(probe);
    parts.push_back(static_cast<double>(part.column()));
    parts.push_back(static_cast<double>(part.columns()));
    const std::span<const double> values = part.values().first(rows * part.columns());
    parts.insert(parts.end(), values.begin(), values.end());
  }
  return exchange_ == nullptr ? parts : gathered(*exchange_, parts);
}

ParallelClock::Traced ParallelClock::traced(std::size_t probe) const {
  const StateProbe& spec = probes_[probe];
  Traced trace;
  for (std::int64_t step = spec.begin; step < now_; step += spec.interval)
    trace.steps.push_back(step);
  const std::size_t rows = trace.steps.size();
  trace.values.resize(rows * spec.neurons);
  const std::vector<double> parts = parts_of(probe, rows);
  for (auto part = parts.begin(); part != parts.end();) {
    const auto column = static_cast<std::ptrdiff_t>(*part++);
    const auto columns = static_cast<std::ptrdiff_t>(*part++);
    for (std::size_t row = 0; row < rows; ++row, part += columns)
      std::copy_n(part, columns,
                  trace.values.begin() + static_cast<std::ptrdiff_t>(row * spec.neurons) + column);
  }
  return trace;
}

ParallelClock::Traced ParallelClock::take_traced(std::size_t probe) {
  Traced trace = traced(probe);
  StateProbe& spec = probes_[probe];
  spec.begin += static_cast<std::int64_t>(trace.steps.size()) * spec.interval;
  for (const auto& shard : shards_)
    if (shard) shard->drop_traced(probe);
  return trace;
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
        if (rank_of_shard(s, ranks(), parts_) != rank || source.ring.empty()) continue;
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
  return total(
      [](const Shard& shard) { return shard.block().synapses() + shard.plastic().synapses(); });
}
std::uint64_t ParallelClock::synapse_bytes() const {
  return total([](const Shard& shard) { return shard.block().bytes() + shard.plastic().bytes(); });
}
std::uint64_t ParallelClock::plastic_synapses() const {
  return total([](const Shard& shard) { return shard.plastic().synapses(); });
}
std::uint64_t ParallelClock::plastic_bytes() const {
  return total([](const Shard& shard) { return shard.plastic().bytes(); });
}

std::uint64_t ParallelClock::weight_hash() const {
  return total([this](const Shard& shard) {
    std::uint64_t hash = 0;
    for (std::size_t p = 0; p < shared_->network.projections.size(); ++p)
      shard.plastic().each_weight(p, now_,
                                  [&](const PlasticWeight& each) { hash += weight_mix(p, each); });
    return hash;
  });
}

double ParallelClock::mean_weight(std::size_t projection) const {
  const WeightSum sum(largest_weight(shared_->network.projections[projection]));
  std::uint64_t count = 0;
  const std::uint64_t units = total([&](const Shard& shard) {
    std::uint64_t part = 0;
    shard.plastic().each_weight(projection, now_, [&](const PlasticWeight& each) {
      part += sum.units(each);
      ++count;
    });
    return part;
  });
  return sum.mean(units, sum_over_ranks(exchange_, {count})[0]);
}

PlasticWeights ParallelClock::weights(std::size_t projection) const {
  std::vector<PlasticWeight> all;
  for (const auto& shard : shards_)
    if (shard)
      shard->plastic().each_weight(projection, now_,
                                   [&](const PlasticWeight& each) { all.push_back(each); });
  if (exchange_ != nullptr) all = gathered(*exchange_, all);
  return in_order(std::move(all));
}

void ParallelClock::StateProbe::visit_state(StateArchive& archive) { archive("begin", begin); }

void ParallelClock::visit_state(StateArchive& archive) {
  archive("now", now_);
  archive("turn", turn_);
  archive("rates", *watch_);
  archive("probes", probes_);
  archive("sources", shared_->sources);
  archive("shards", shards_);
}

}  // namespace synfire
