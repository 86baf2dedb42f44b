// Delivery of one step's spikes by activity (percent of the source's neurons) and kernel: single
// events from a list, events of a map, every value of a map, and the engine's own choice. The
// layers of the reference keyword network; items are the source's maps.
#include <benchmark/benchmark.h>

#include <random>

#include "core/engine/delivery.h"

namespace synfire {
namespace {

constexpr std::int64_t kHeight = 25, kWidth = 5;

enum class Served : std::uint8_t { listed, event, dense, automatic };

struct Layer {
  Shape source, target;
  Connectivity connectivity;
};

Tensor weights(Shape shape) {
  std::mt19937 generator(1);
  std::uniform_int_distribution<int> uniform(-127, 127);
  std::vector<std::int8_t> values(static_cast<std::size_t>(element_count(shape)));
  for (std::int8_t& value : values) value = static_cast<std::int8_t>(uniform(generator));
  return Tensor::of(std::move(shape), values);
}

Layer pointwise(std::int64_t in, std::int64_t out) {
  return {{kHeight, kWidth, in},
          {kHeight, kWidth, out},
          Conv2d{weights({out, in, 1, 1}), {1, 1}, {1, 1}, {0, 0, 0, 0}, 1, Layout::hwc}};
}
Layer depthwise() {
  return {{kHeight, kWidth, 64},
          {kHeight, kWidth, 64},
          Conv2d{weights({64, 1, 3, 3}), {1, 1}, {1, 1}, {1, 1, 1, 1}, 64, Layout::hwc}};
}
Layer general() {
  return {{kHeight, kWidth, 16},
          {kHeight, kWidth, 32},
          Conv2d{weights({32, 16, 3, 3}), {1, 1}, {1, 1}, {1, 1, 1, 1}, 1, Layout::hwc}};
}
Layer first() {
  return {{49, 10, 1},
          {kHeight, kWidth, 64},
          Conv2d{weights({64, 1, 10, 4}), {2, 2}, {1, 1}, {4, 5, 1, 1}, 1, Layout::hwc}};
}
Layer dense() { return {{640}, {128}, Dense{weights({128, 640})}}; }

std::vector<std::int32_t> random_values(std::int64_t neurons, double activity, unsigned seed) {
  std::mt19937 generator(seed);
  std::bernoulli_distribution spikes(activity);
  std::uniform_int_distribution<std::int32_t> payload(1, 255);
  std::vector<std::int32_t> values(static_cast<std::size_t>(neurons));
  for (std::int32_t& value : values) value = spikes(generator) ? payload(generator) : 0;
  return values;
}

SpikeList spikes_of(std::span<const std::int32_t> values, Served served) {
  SpikeList spikes;
  if (served != Served::listed) return spikes.set_values(values), spikes;
  spikes.reserve(values.size());
  for (std::uint32_t i = 0; i < values.size(); ++i)
    if (values[i] != 0) spikes.add(i, values[i]);
  return spikes;
}

Network network_of(const Layer& layer) {
  Network network;
  Population source, target;
  source.name = "source", source.shape = layer.source;
  target.name = "target", target.shape = layer.target;
  network.populations = {source, target};
  Projection projection;
  projection.name = "projection", projection.source = "source", projection.target = "target";
  projection.connectivity = layer.connectivity;
  network.projections = {projection};
  return network;
}

/// Several maps in turns, so that branches are not learned by heart.
void serve(benchmark::State& state, Layer (*make)(), Served served) {
  constexpr std::size_t kMaps = 16;
  const Network network = network_of(make());
  const Kernels kernels = served == Served::dense       ? Kernels::dense
                          : served == Served::automatic ? Kernels::automatic
                                                        : Kernels::event;
  const auto delivery = compile_projection(network, 0, kernels);
  std::vector<SpikeList> maps;
  for (unsigned i = 0; i < kMaps; ++i)
    maps.push_back(spikes_of(random_values(network.populations[0].size(),
                                           static_cast<double>(state.range(0)) / 100, i + 1),
                             served));
  AlignedVector<std::int32_t> sums(static_cast<std::size_t>(network.populations[1].size()));
  std::size_t next = 0;
  for ([[maybe_unused]] const auto iteration : state)
    benchmark::DoNotOptimize(delivery[0].delivery->deliver(
        maps[next++ % kMaps], 1, std::span<std::int32_t>(sums.data(), sums.size())));
  state.SetItemsProcessed(state.iterations());
}

Layer pointwise_64() { return pointwise(64, 64); }
Layer pointwise_16_to_32() { return pointwise(16, 32); }
Layer pointwise_256() { return pointwise(256, 256); }

void activities(benchmark::internal::Benchmark* bench) {
  for (const std::int64_t percent : {1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100})
    bench->Arg(percent);
}

#define SYNFIRE_SERVE(layer)                                                          \
  BENCHMARK_CAPTURE(serve, layer##_listed, layer, Served::listed)->Apply(activities); \
  BENCHMARK_CAPTURE(serve, layer##_event, layer, Served::event)->Apply(activities);   \
  BENCHMARK_CAPTURE(serve, layer##_dense, layer, Served::dense)->Apply(activities);   \
  BENCHMARK_CAPTURE(serve, layer##_auto, layer, Served::automatic)->Apply(activities)
SYNFIRE_SERVE(pointwise_64);
SYNFIRE_SERVE(pointwise_16_to_32);
SYNFIRE_SERVE(pointwise_256);
SYNFIRE_SERVE(depthwise);
SYNFIRE_SERVE(general);
SYNFIRE_SERVE(first);
SYNFIRE_SERVE(dense);

}  // namespace
}  // namespace synfire
