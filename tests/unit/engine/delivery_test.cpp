// Every delivery kernel against its synapses taken one by one.
#include "core/engine/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "support/networks.h"

namespace synfire {
namespace {

using test::connect;
using test::float_population;
using test::random_weights;

struct Case {
  std::string name;
  Shape source, target;
  Connectivity connectivity;
};

Sparse sparse_example() {
  return {Tensor::of({4}, std::vector<std::int64_t>{0, 2, 2, 5}),
          Tensor::of({5}, std::vector<std::int32_t>{1, 0, 2, 2, 1}),
          Tensor::of({5}, std::vector<std::int8_t>{3, -4, 5, 6, -7}), Tensor()};
}

std::vector<Case> cases() {
  std::vector<Case> list{{"dense", {7}, {13}, Dense{random_weights({13, 7}, 1)}},
                         {"dense_wide", {9}, {150}, Dense{random_weights({150, 9}, 2)}},
                         {"dense_deep", {1040}, {33}, Dense{random_weights({33, 1040}, 2)}},
                         {"one_to_one", {6}, {6}, OneToOne{random_weights({6}, 3)}},
                         {"one_to_one_scalar", {6}, {6}, OneToOne{random_weights({1}, 3)}},
                         {"sparse", {3}, {3}, sparse_example()}};
  for (const Layout layout : {Layout::hwc, Layout::chw}) {
    const std::string suffix = layout == Layout::hwc ? "_hwc" : "_chw";
    const auto map = [&](std::int64_t c, std::int64_t h, std::int64_t w) {
      return map_shape({c, h, w}, layout);
    };
    const auto conv = [&](Shape weight, Pair stride, Pair dilation, Padding padding, int groups) {
      return Conv2d{
          random_weights(std::move(weight), 4), stride, dilation, padding, groups, layout};
    };
    list.push_back({"pointwise" + suffix, map(5, 4, 3), map(70, 4, 3),
                    conv({70, 5, 1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}, 1)});
    list.push_back({"same" + suffix, map(3, 6, 5), map(8, 6, 5),
                    conv({8, 3, 3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 1)});
    list.push_back({"strided" + suffix, map(2, 7, 8), map(4, 3, 4),
                    conv({4, 2, 3, 2}, {2, 2}, {1, 1}, {0, 1, 0, 1}, 1)});
    list.push_back({"dilated" + suffix, map(2, 9, 9), map(3, 5, 5),
                    conv({3, 2, 3, 3}, {1, 1}, {2, 2}, {0, 0, 0, 0}, 1)});
    list.push_back({"depthwise" + suffix, map(4, 5, 5), map(8, 5, 5),
                    conv({8, 1, 3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 4)});
    list.push_back({"depthwise_wide" + suffix, map(87, 6, 5), map(87, 3, 3),
                    conv({87, 1, 3, 2}, {2, 2}, {1, 1}, {1, 1, 1, 0}, 87)});
    list.push_back({"pointwise_64" + suffix, map(64, 3, 3), map(64, 3, 3),
                    conv({64, 64, 1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}, 1)});
    list.push_back({"many_channels" + suffix, map(130, 2, 3), map(37, 2, 3),
                    conv({37, 130, 1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}, 1)});
    list.push_back({"wide" + suffix, map(3, 9, 9), map(91, 5, 5),
                    conv({91, 3, 3, 3}, {2, 2}, {1, 1}, {1, 1, 1, 1}, 1)});
    list.push_back({"cropped" + suffix, map(2, 10, 10), map(5, 3, 3),
                    conv({5, 2, 3, 3}, {3, 3}, {1, 1}, {0, 0, 0, 0}, 1)});
    list.push_back({"grouped" + suffix, map(6, 4, 4), map(9, 4, 4),
                    conv({9, 2, 3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 3)});
    list.push_back({"sum_pool" + suffix, map(3, 5, 5), map(3, 3, 3),
                    Pool2d{PoolKind::sum, {3, 3}, {2, 2}, {1, 1, 1, 1}, layout}});
  }
  return list;
}

std::vector<std::int32_t> random_values(std::int64_t neurons, std::uint32_t seed,
                                        double activity = 0.6, std::int32_t most = 255) {
  std::mt19937 generator(seed);
  std::uniform_int_distribution<std::int32_t> payload(1, most);
  std::bernoulli_distribution spikes(activity), negative(0.5);
  std::vector<std::int32_t> values(static_cast<std::size_t>(neurons));
  for (std::int32_t& value : values)
    value = spikes(generator) ? payload(generator) * (negative(generator) ? -1 : 1) : 0;
  return values;
}

SpikeList spikes_of(std::span<const std::int32_t> values) {
  SpikeList list;
  list.reserve(values.size());
  for (std::uint32_t i = 0; i < values.size(); ++i)
    if (values[i] != 0) list.add(i, values[i]);
  return list;
}

class DeliveryKernels : public ::testing::TestWithParam<Case> {
 protected:
  Network network() const {
    Network network;
    network.populations = {float_population("source", GetParam().source),
                           float_population("target", GetParam().target)};
    network.projections = {connect("source", "target", GetParam().connectivity)};
    return network;
  }

  /// Delivers `spikes`, whose values are `values`, and compares with one synapse after the other.
  Delivered check(const Network& net, const SpikeList& spikes, std::span<const std::int32_t> values,
                  std::int32_t gain, Kernels kernels) const {
    std::vector<std::int32_t> expected(static_cast<std::size_t>(net.populations[1].size()), 10);
    std::uint64_t synops = 0;
    for (const auto& synapse : test::unroll(net, net.projections[0])) {
      const std::int32_t payload = values[static_cast<std::size_t>(synapse.source)];
      expected[static_cast<std::size_t>(synapse.target)] +=
          static_cast<std::int32_t>(synapse.weight) * payload * gain;
      synops += payload != 0 ? 1 : 0;
    }
    std::vector<std::int32_t> sums(expected.size(), 10);
    const auto deliveries = compile_projection(net, 0, kernels);
    EXPECT_EQ(deliveries.size(), 1U);
    const Delivered delivered = deliveries[0].delivery->deliver(spikes, gain, std::span(sums));
    EXPECT_EQ(delivered.synops, synops);
    EXPECT_EQ(sums, expected);
    return delivered;
  }
};

TEST_P(DeliveryKernels, EqualTheSumOverTheirSynapses) {
  const Network net = network();
  Diagnostics diagnostics;
  validate(net, diagnostics);
  ASSERT_FALSE(diagnostics.has_error()) << to_string(diagnostics.list().front());
  const auto values = random_values(net.populations[0].size(), 5);
  EXPECT_FALSE(check(net, spikes_of(values), values, 3, Kernels::automatic).dense);
}

TEST_P(DeliveryKernels, GiveTheSameSumsForMapsAndEvents) {
  const Network net = network();
  const auto values = random_values(net.populations[0].size(), 6);
  SpikeList spikes;
  spikes.set_values(values);
  EXPECT_FALSE(check(net, spikes, values, 1, Kernels::event).dense);
  EXPECT_FALSE(check(net, spikes, values, 2, Kernels::dense).dense) << "a gain needs events";
  // Only these have a kernel for maps.
  const bool mapped = GetParam().name.starts_with("dense") ||
                      (GetParam().name.ends_with("_hwc") && GetParam().name != "grouped_hwc" &&
                       GetParam().name != "depthwise_hwc");
  EXPECT_EQ(check(net, spikes, values, 1, Kernels::dense).dense, mapped);
  check(net, spikes, values, 1, Kernels::automatic);
}

TEST_P(DeliveryKernels, ServeAnyActivityAndAnyPayload) {
  const Network net = network();
  const std::int64_t neurons = net.populations[0].size();
  for (const double activity : {0.0, 0.02, 0.1, 0.4, 1.0})
    for (const std::int32_t most : {1, 255, 256, 32767}) {
      const auto values = random_values(neurons, 7, activity, most);
      SpikeList spikes;
      spikes.set_values(values);
      for (const Kernels kernels : {Kernels::event, Kernels::dense, Kernels::automatic})
        check(net, spikes, values, 1, kernels);
    }
}

TEST(DeliverySums, AreExactForTheGreatestPayloadsAndWeights) {
  for (const std::int64_t sources : {64, 513, 1026}) {
    Network net;
    net.populations = {float_population("source", {sources}), float_population("target", {17})};
    const std::vector<std::int8_t> least(static_cast<std::size_t>(17 * sources), -128);
    net.projections = {connect("source", "target", Dense{Tensor::of({17, sources}, least)})};
    for (const Kernels kernels : {Kernels::event, Kernels::dense}) {
      SpikeList spikes;
      spikes.set_values(std::vector<std::int32_t>(static_cast<std::size_t>(sources), 255));
      std::vector<std::int32_t> sums(17);
      compile_projection(net, 0, kernels)[0].delivery->deliver(spikes, 1, std::span(sums));
      EXPECT_THAT(sums, testing::Each(-128 * 255 * static_cast<std::int32_t>(sources)));
    }
  }
}

TEST(DeliveryChoice, FallsOnTheMapWhereManyNeuronsSpike) {
  Network net;
  net.populations = {float_population("source", {5, 5, 64}),
                     float_population("target", {5, 5, 64})};
  net.projections = {connect(
      "source", "target",
      Conv2d{random_weights({64, 64, 1, 1}, 1), {1, 1}, {1, 1}, {0, 0, 0, 0}, 1, Layout::hwc})};
  const auto deliveries = compile_projection(net, 0);
  const auto dense_at = [&](double activity) {
    SpikeList spikes;
    spikes.set_values(random_values(1600, 3, activity));
    std::vector<std::int32_t> sums(1600);
    return deliveries[0].delivery->deliver(spikes, 1, std::span(sums)).dense;
  };
  EXPECT_FALSE(dense_at(0.01));
  EXPECT_FALSE(dense_at(0.1));
  EXPECT_TRUE(dense_at(0.5));
  EXPECT_TRUE(dense_at(1.0));
}

TEST(SpikeLists, ListTheEventsOfAMap) {
  const std::vector<std::int32_t> values{0, 3, 0, -255, 32767, -32768, 0};
  SpikeList spikes;
  spikes.set_values(values);
  EXPECT_EQ(spikes.size(), 4U);
  EXPECT_EQ(spikes.map().size(), values.size());
  EXPECT_THAT(spikes.ids(), testing::ElementsAre(1, 3, 4, 5));
  EXPECT_THAT(spikes.payloads(), testing::ElementsAre(3, -255, 32767, -32768));
  spikes.clear();
  EXPECT_TRUE(spikes.empty());
  EXPECT_TRUE(spikes.map().empty());
  spikes.add(2, 1);
  EXPECT_THAT(spikes.ids(), testing::ElementsAre(2));
}

TEST(SpikeLists, TakeMapsInExchange) {
  const std::vector<std::int16_t> values{0, -3, 0, 0, 7};
  AlignedVector<std::int16_t> map(values.begin(), values.end());
  map.resize(values.size() + SpikeList::kMapSlack);
  SpikeList spikes;
  spikes.exchange_map(map, values.size(), 2, {-5, 9});
  EXPECT_EQ(spikes.size(), 2U);
  EXPECT_THAT(spikes.map(), testing::ElementsAreArray(values));
  EXPECT_THAT(spikes.ids(), testing::ElementsAre(1, 4));
  EXPECT_THAT(spikes.payloads(), testing::ElementsAre(-3, 7));
  EXPECT_EQ(spikes.range().high, 9) << "what the sender says";
  EXPECT_GE(map.size(), values.size() + SpikeList::kMapSlack);
}

TEST(SpikeLists, FindTheRangeOfTheirMaps) {
  std::vector<std::int32_t> values(100, 1);
  values[37] = 255, values[99] = -4;
  SpikeList spikes;
  spikes.set_values(values);
  EXPECT_EQ(spikes.range().low, -4);
  EXPECT_EQ(spikes.range().high, 255);
  EXPECT_FALSE(spikes.range().fits_byte());
}

TEST(SpikeLists, KeepPayloadsThatDoNotFitTheMap) {
  for (std::size_t at = 0; at < 40; ++at) {  // in whole vectors and behind them
    std::vector<std::int32_t> values(40);
    values[at] = at % 2 == 0 ? 32768 : -32769;
    SpikeList spikes;
    spikes.set_values(values);
    EXPECT_TRUE(spikes.map().empty());
    EXPECT_THAT(spikes.ids(), testing::ElementsAre(at));
    EXPECT_THAT(spikes.payloads(), testing::ElementsAre(values[at]));
  }
}

TEST_P(DeliveryKernels, CountTheirSynapses) {
  const Network net = network();
  EXPECT_EQ(synapse_count(net, net.projections[0]),
            static_cast<std::int64_t>(test::unroll(net, net.projections[0]).size()));
}

INSTANTIATE_TEST_SUITE_P(EveryKind, DeliveryKernels, ::testing::ValuesIn(cases()),
                         [](const auto& variant) { return variant.param.name; });

}  // namespace
}  // namespace synfire
