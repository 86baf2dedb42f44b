#include "core/engine/partition.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "neurons/models.h"
#include "support/networks.h"

namespace synfire {
namespace {

using test::connect;
using test::float_population;

ModelRegistry registry() { return ModelRegistry(neuron_models()); }

/// How many receiving neurons each shard has; expects that every neuron is in one slice.
std::vector<std::int64_t> loads(const Network& network, const Partition& partition) {
  std::vector<std::int64_t> begins(network.populations.size()), loads(partition.shards());
  for (std::size_t shard = 0; shard < partition.shards(); ++shard) {
    const auto slices = partition.slices(shard);
    EXPECT_LE(partition.sums(slices), kMaxShardNeurons);
    for (const ShardSlice& each : slices) {
      EXPECT_EQ(each.slice.first, begins[each.population]);
      EXPECT_EQ(each.slice.first % 128, 0);
      begins[each.population] += each.slice.count;
      const Population& population = network.populations[each.population];
      if (population.model != "poisson") loads[shard] += each.slice.count;
    }
  }
  for (std::size_t p = 0; p < begins.size(); ++p)
    EXPECT_EQ(begins[p], network.populations[p].size());
  return loads;
}

TEST(Partition, GeneratorsTakeNoPlaceAmongTheSums) {
  Network network;
  network.populations = {float_population("drive", {60000}, "poisson"),
                         float_population("neurons", {60000}, "lif")};
  network.projections = {
      connect("drive", "neurons", OneToOne{Tensor::of({1}, std::vector<float>{1})}, 1)};
  const Partition partition(network, registry(), 1);
  EXPECT_EQ(partition.shards(), 1);
  EXPECT_EQ(partition.sums(partition.slices(0)), 60000);
  EXPECT_EQ(loads(network, partition), std::vector<std::int64_t>{60000});
}

TEST(Partition, EveryThreadHasAsManyShardsAndNeurons) {
  Network network;
  network.populations = {float_population("a", {150000}, "lif"),
                         float_population("b", {40000}, "lif")};
  for (const std::size_t threads : {1U, 2U, 3U, 5U, 16U}) {
    const Partition partition(network, registry(), threads);
    EXPECT_EQ(partition.shards() % threads, 0);
    EXPECT_LE(partition.shards(), threads < 3 ? 4 : threads);
    const auto all = loads(network, partition);
    const auto [least, most] = std::minmax_element(all.begin(), all.end());
    EXPECT_LE(*most - *least, 256) << threads;
  }
}

TEST(Partition, SmallPopulationsAreDealtOut) {
  Network network;
  for (int i = 0; i < 700; ++i)
    network.populations.push_back(float_population("p" + std::to_string(i), {100}, "lif"));
  for (const std::size_t threads : {1U, 4U}) {
    const Partition partition(network, registry(), threads);
    for (const std::int64_t load : loads(network, partition))
      EXPECT_EQ(load, 70000 / static_cast<std::int64_t>(partition.shards()));
  }
}

TEST(Partition, NeuronsJoinedOneToOneAreTogether) {
  Network network;
  network.populations = {float_population("first", {1000}, "lif"),
                         float_population("a", {300}, "lif"), float_population("b", {700}, "lif"),
                         float_population("c", {300}, "lif"),
                         float_population("drive", {300}, "poisson")};
  const OneToOne one{Tensor::of({1}, std::vector<float>{1})};
  network.projections = {connect("c", "a", one, 1), connect("drive", "c", one, 1)};
  const Partition partition(network, registry(), 7);
  loads(network, partition);
  for (std::size_t shard = 0; shard < 7; ++shard) {
    std::vector<std::pair<std::int64_t, std::int64_t>> joined;
    for (const ShardSlice& each : partition.slices(shard))
      if (each.population % 2 == 1 || each.population == 4)
        joined.emplace_back(each.slice.first, each.slice.count);
    EXPECT_TRUE(joined.empty() || joined.size() == 3);
    for (const auto& each : joined) EXPECT_EQ(each, joined.front());
  }
}

}  // namespace
}  // namespace synfire
