#include "targets/cpu/bench.h"

#include <sys/resource.h>

#include <chrono>
#include <cmath>

#include "core/engine/event_engine.h"
#include "core/engine/parallel_clock.h"
#include "core/io/spike_piece.h"
#include "neurons/models.h"
#include "targets/cpu/ceiling.h"

namespace synfire {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::uint64_t peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

/// The clock engine, advanced by ms.
class ClockRun {
 public:
  ClockRun(const Network& network, const ModelRegistry& registry, const BenchOptions& options)
      : network_(network), engine_(network, registry, options.threads, options.exchange) {
    if (options.rate_limit_hz > 0) engine_.limit_rate(options.rate_limit_hz);
  }
  void run(double ms) { engine_.run(static_cast<std::int64_t>(std::llround(ms / network_.dt_ms))); }
  double now_ms() const { return static_cast<double>(engine_.steps_done()) * network_.dt_ms; }
  void start_recording() { engine_.start_recording(); }
  SpikeTrain train(std::size_t population) const {
    RecordedSpikes spikes = engine_.recorded(population);
    SpikePiece piece{network_.populations[population].name};
    for (const std::int64_t step : spikes.steps)
      piece.times_ms.push_back(static_cast<double>(step) * network_.dt_ms);
    piece.counts = std::move(spikes.counts), piece.neurons = std::move(spikes.neurons);
    SpikeTrain train{piece.population, {}, {}, {}};
    piece.append_to(train);
    return train;
  }
  const ParallelClock& engine() const { return engine_; }
  double weight_error() const { return engine_.scale().relative_error(); }

 private:
  const Network& network_;
  ParallelClock engine_;
};

class EventRun {
 public:
  EventRun(const Network& network, const ModelRegistry& registry) : engine_(network, registry) {}
  void run(double ms) { engine_.run(ms), now_ms_ += ms; }
  double now_ms() const { return now_ms_; }
  void start_recording() {}
  SpikeTrain train(std::size_t) const { return {}; }
  const EventEngine& engine() const { return engine_; }
  double weight_error() const { return 0; }

 private:
  EventEngine engine_;
  double now_ms_ = 0;
};

template <typename Engine>
std::vector<std::uint64_t> spikes_of(const Engine& engine, std::size_t populations) {
  std::vector<std::uint64_t> spikes;
  for (std::size_t p = 0; p < populations; ++p) spikes.push_back(engine.spikes(p));
  return spikes;
}

double neurons_of(const Network& network, const ModelRegistry& registry) {
  double neurons = 0;
  for (const Population& population : network.populations)
    if (!registry.find(population.model)->generates())
      neurons += static_cast<double>(population.size());
  return neurons;
}

template <typename Engine>
void note_plastic(const Network& network, const Engine& engine, BenchResult& result) {
  result.plastic_synapses = engine.plastic_synapses();
  if (result.plastic_synapses == 0) return;
  const auto count = static_cast<double>(result.plastic_synapses);
  result.bytes_per_plastic_synapse = static_cast<double>(engine.plastic_bytes()) / count;
  result.weight_hash = engine.weight_hash();
  for (std::size_t i = 0; i < network.projections.size(); ++i)
    if (!network.projections[i].is_static()) result.mean_plastic_weight = engine.mean_weight(i);
}

/// Runs what `make` builds, and measures.
template <typename Make>
BenchResult measure(const Network& network, const ModelRegistry& registry,
                    const BenchOptions& options, Make&& make) {
  BenchResult result;
  const auto building = Clock::now();
  auto runner = make();
  result.build_s = greatest_over_ranks(options.exchange, seconds_since(building));
  const auto& engine = runner.engine();
  result.synapses = engine.synapses();
  result.weight_error = runner.weight_error();

  runner.run(options.warm_up_ms);
  result.begin_ms = runner.now_ms();
  if (options.record) runner.start_recording();
  const auto before = spikes_of(engine, network.populations.size());
  const std::uint64_t events = engine.synaptic_events();
  const auto start = Clock::now();
  runner.run(options.time_ms);
  const double wall = greatest_over_ranks(options.exchange, seconds_since(start));

  result.end_ms = runner.now_ms();
  const double simulated_s = options.time_ms / 1000;
  result.real_time_factor = wall / simulated_s;
  result.synaptic_events_per_s = static_cast<double>(engine.synaptic_events() - events) / wall;
  for (std::size_t p = 0; p < before.size(); ++p) {
    const Population& population = network.populations[p];
    const std::uint64_t spikes = engine.spikes(p) - before[p];
    result.population_rates_hz.push_back(static_cast<double>(spikes) /
                                         static_cast<double>(population.size()) / simulated_s);
    if (registry.find(population.model)->generates()) continue;
    result.spikes += spikes;
    if (options.record) result.trains.push_back(runner.train(p));
  }
  result.rate_hz = static_cast<double>(result.spikes) / neurons_of(network, registry) / simulated_s;
  result.spike_hash = engine.spike_hash();
  if (result.synapses > 0)
    result.bytes_per_synapse =
        static_cast<double>(engine.synapse_bytes()) / static_cast<double>(result.synapses);
  note_plastic(network, engine, result);
  // Before the ceiling takes its own memory.
  result.peak_bytes = sum_over_ranks(options.exchange, {peak_bytes()})[0];
  if (options.exchange != nullptr)
    result.ranks = static_cast<std::int32_t>(options.exchange->ranks());
  return result;
}

}  // namespace

BenchResult run_bench(const Network& network, const BenchOptions& options) {
  const ModelRegistry registry = model_registry();
  BenchResult result =
      options.engine == BenchEngine::event
          ? measure(network, registry, options, [&] { return EventRun(network, registry); })
          : measure(network, registry, options,
                    [&] { return ClockRun(network, registry, options); });
  const double neurons = neurons_of(network, registry);
  const std::int32_t workers = options.threads * result.ranks;
  const double row = static_cast<double>(result.synapses) / neurons / workers;
  result.ceiling_events_per_s =
      delivery_ceiling(static_cast<std::size_t>(neurons / workers), static_cast<std::size_t>(row));
  return result;
}

}  // namespace synfire
