// The event engine on Brunel's network with a constant drive: items are synaptic events.
#include <benchmark/benchmark.h>

#include "core/engine/event_engine.h"
#include "core/net/reference.h"
#include "neurons/models.h"

namespace synfire {
namespace {

/// Time constants that differ from neuron to neuron by up to 1 %: no exponential is shared, and the
/// network is as active as with one for all.
void spread_time_constants(Network& network) {
  for (Population& population : network.populations) {
    std::vector<float> tau(static_cast<std::size_t>(population.size()));
    for (std::size_t i = 0; i < tau.size(); ++i)
      tau[i] = 20.0F + 0.2F * (static_cast<float>(i % 101) / 50.0F - 1.0F);
    population.parameters["tau_mem_ms"] = Tensor::of({population.size()}, tau);
  }
}

void brunel_dc(benchmark::State& state, bool shares) {
  constexpr double kStep = 100;  // ms
  Network network = brunel_network(Drive::dc, 1, 1);
  if (!shares) spread_time_constants(network);
  EventEngine engine(network, ModelRegistry(neuron_models()), {});
  engine.run(kStep);
  const std::uint64_t before = engine.synaptic_events();
  for ([[maybe_unused]] const auto iteration : state) engine.run(kStep);
  const std::uint64_t events = engine.synaptic_events() - before;
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
  state.counters["real_time_factor"] = benchmark::Counter(
      kStep / 1000, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(brunel_dc, one_time_constant, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(brunel_dc, one_per_neuron, false)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace synfire
