#include "targets/cpu/bench.h"

#include <sys/resource.h>

#include <chrono>
#include <cmath>

#include "core/engine/parallel_clock.h"
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

std::vector<std::uint64_t> spikes_of(const ParallelClock& engine, std::size_t populations) {
  std::vector<std::uint64_t> spikes;
  for (std::size_t p = 0; p < populations; ++p) spikes.push_back(engine.spikes(p));
  return spikes;
}

SpikeTrain train_of(const ParallelClock& engine, const Network& network, std::size_t population) {
  ParallelClock::Recorded spikes = engine.recorded(population);
  SpikeTrain train{network.populations[population].name, {}, std::move(spikes.neurons), {}};
  train.timestamps_ms.reserve(spikes.steps.size());
  for (const std::int64_t step : spikes.steps)
    train.timestamps_ms.push_back(static_cast<double>(step) * network.dt_ms);
  return train;
}

}  // namespace

BenchResult run_bench(const Network& network, const BenchOptions& options) {
  const ModelRegistry registry(neuron_models());
  const auto steps_of = [&](double ms) {
    return static_cast<std::int64_t>(std::llround(ms / network.dt_ms));
  };
  BenchResult result;
  const auto building = Clock::now();
  ParallelClock engine(network, registry, options.threads, options.exchange);
  result.build_s = greatest_over_ranks(options.exchange, seconds_since(building));
  result.synapses = engine.synapses();
  result.weight_error = engine.scale().relative_error();
  double neurons = 0;
  for (const Population& population : network.populations)
    if (!registry.find(population.model)->generates())
      neurons += static_cast<double>(population.size());

  if (options.rate_limit_hz > 0) engine.limit_rate(options.rate_limit_hz);
  engine.run(steps_of(options.warm_up_ms));
  result.begin_ms = static_cast<double>(engine.steps_done()) * network.dt_ms;
  if (options.record) engine.start_recording();
  const auto before = spikes_of(engine, network.populations.size());
  const std::uint64_t events = engine.synaptic_events();
  const auto start = Clock::now();
  engine.run(steps_of(options.time_ms));
  const double wall = greatest_over_ranks(options.exchange, seconds_since(start));

  result.end_ms = static_cast<double>(engine.steps_done()) * network.dt_ms;
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
    if (options.record) result.trains.push_back(train_of(engine, network, p));
  }
  result.rate_hz = static_cast<double>(result.spikes) / neurons / simulated_s;
  result.spike_hash = engine.spike_hash();
  if (result.synapses > 0)
    result.bytes_per_synapse =
        static_cast<double>(engine.synapse_bytes()) / static_cast<double>(result.synapses);
  // Before the ceiling takes its own memory.
  result.peak_bytes = sum_over_ranks(options.exchange, {peak_bytes()})[0];
  if (options.exchange != nullptr)
    result.ranks = static_cast<std::int32_t>(options.exchange->ranks());
  const std::int32_t workers = options.threads * result.ranks;
  const double row = static_cast<double>(result.synapses) / neurons / workers;
  result.ceiling_events_per_s =
      delivery_ceiling(static_cast<std::size_t>(neurons / workers), static_cast<std::size_t>(row));
  return result;
}

}  // namespace synfire
