#include "targets/cpu/activity_bench.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

#include "core/base/aligned_vector.h"
#include "core/base/random_sequence.h"
#include "core/engine/delivery.h"

namespace synfire {
namespace {

using Clock = std::chrono::steady_clock;
using Sums = AlignedVector<std::int32_t>;

constexpr std::size_t kMaps = 16;  // in turns, so that branches are not learned by heart
constexpr int kRounds = 12, kRepeats = 12;

Network pointwise_network() {
  Network network;
  for (const char* const name : {"source", "target"}) {
    Population& population = network.populations.emplace_back();
    population.name = name;
    population.shape = {kActivityRows, kActivityColumns, kActivityChannels};
  }
  RandomSequence random(Random(1, Stream::weight, 0));
  std::vector<std::int8_t> weights(std::size_t{kActivityChannels} * kActivityChannels);
  for (std::int8_t& weight : weights)
    weight = static_cast<std::int8_t>(static_cast<std::int32_t>(random.below(255)) - 127);
  const Shape shape{kActivityChannels, kActivityChannels, 1, 1};
  Projection projection;
  projection.name = "pointwise", projection.source = "source", projection.target = "target";
  projection.connectivity =
      Conv2d{Tensor::of(shape, weights), {1, 1}, {1, 1}, {0, 0, 0, 0}, 1, Layout::hwc};
  network.projections.push_back(std::move(projection));
  return network;
}

std::vector<SpikeList> random_maps(std::int64_t neurons, double activity) {
  std::vector<SpikeList> maps(kMaps);
  std::vector<std::int32_t> values(static_cast<std::size_t>(neurons));
  for (std::size_t m = 0; m < kMaps; ++m) {
    RandomSequence random(Random(1, Stream::drive, m));
    for (std::int32_t& value : values)
      value = random.uniform() < activity ? 1 + static_cast<std::int32_t>(random.below(255)) : 0;
    maps[m].set_values(values);
  }
  return maps;
}

void serve_all(const Delivery& delivery, const std::vector<SpikeList>& maps, Sums& sums) {
  for (const SpikeList& map : maps)
    delivery.deliver(map, 1, std::span<std::int32_t>(sums.data(), sums.size()));
}

/// The three ways of serving the same network.
class Ways {
 public:
  Ways() : network_(pointwise_network()) {
    for (const Kernels kernels : {Kernels::event, Kernels::dense, Kernels::automatic})
      ways_.push_back(compile_projection(network_, 0, kernels));
  }

  ActivityCost cost(double activity) const {
    const std::vector<SpikeList> maps = random_maps(network_.populations[0].size(), activity);
    compare(maps);
    std::array<double, 3> best;
    best.fill(std::numeric_limits<double>::max());
    for (int round = 0; round < kRounds; ++round)
      for (std::size_t way = 0; way < best.size(); ++way)
        best[way] = std::min(best[way], seconds(way, maps));
    return {activity, best[0], best[1], best[2]};
  }

 private:
  const Delivery& way(std::size_t index) const { return *ways_[index][0].delivery; }
  Sums zeros() const { return Sums(static_cast<std::size_t>(network_.populations[1].size())); }

  void compare(const std::vector<SpikeList>& maps) const {
    std::array<Sums, 3> sums{zeros(), zeros(), zeros()};
    for (std::size_t i = 0; i < sums.size(); ++i) serve_all(way(i), maps, sums[i]);
    if (sums[0] != sums[1] || sums[0] != sums[2])
      fail(Code::internal, "kernels", "events and whole maps give different sums");
  }

  double seconds(std::size_t index, const std::vector<SpikeList>& maps) const {
    Sums sums = zeros();
    const auto start = Clock::now();
    for (int i = 0; i < kRepeats; ++i) serve_all(way(index), maps, sums);
    const std::chrono::duration<double> wall = Clock::now() - start;
    return wall.count() / (kRepeats * static_cast<double>(kMaps));
  }

  Network network_;
  std::vector<std::vector<DelayedDelivery>> ways_;
};

}  // namespace

std::vector<ActivityCost> activity_costs(std::span<const double> activities) {
  const Ways ways;
  std::vector<ActivityCost> costs;
  for (const double activity : activities) costs.push_back(ways.cost(activity));
  return costs;
}

}  // namespace synfire
