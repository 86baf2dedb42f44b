// The event engine against arithmetic done by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "engine/event_networks.h"

namespace synfire {
namespace {

using namespace test;

TEST(EventEngine, FiresAtTheAnalyticTimesOfConstantDrive) {
  constexpr double kTau = 13.7, kInf = 24.3, kThreshold = 19.9, kReset = 3.3, kRefractory = 2.1;
  Network network;
  network.populations = {
      population("lif", 1, "lif",
                 {{"tau_mem_ms", kTau},
                  {"i_offset", kInf},
                  {"v_threshold", kThreshold},
                  {"reset", std::string("value")},
                  {"v_reset", kReset},
                  {"refractory_ms", kRefractory},
                  {"v_init", 7.7}}),
      population("if", 1, "if", {{"i_offset", 0.37}, {"v_threshold", 1.9}, {"v_init", 0.3}})};
  const EventSpikes spikes = run(network, 500);
  const auto rise = [&](double v) { return kTau * std::log((kInf - v) / (kInf - kThreshold)); };
  double expected = rise(7.7);
  const std::vector<double> lif = times_of(spikes, 0), integrator = times_of(spikes, 1);
  ASSERT_GT(lif.size(), 15U);
  for (const double time : lif) {
    EXPECT_NEAR(time, expected, 1e-12);
    expected += kRefractory + rise(kReset);
  }
  ASSERT_EQ(integrator.size(), 97U);
  for (std::size_t k = 0; k < integrator.size(); ++k)
    EXPECT_NEAR(integrator[k], (1.6 + 1.9 * static_cast<double>(k)) / 0.37, 1e-12);
}

TEST(EventEngine, FiresAtTheInstantOfTheInputThatCrosses) {
  Network network;
  network.populations = {
      at("source", {3.25, 9.0625}),
      population("target", 2, "lif", {{"tau_mem_ms", 10.0}, {"v_threshold", 1.0}})};
  // 0.75 decays to 0.42 between the inputs: the second alone does not do it, both do.
  network.projections = {connect("source", "target", fixed_in_degree(2, 0.75, true, false), 1.7)};
  network.projections[0].connectivity =
      Sparse{Tensor::of({3}, std::vector<std::int64_t>{0, 2, 3}),
             Tensor::of({3}, std::vector<std::int32_t>{0, 1, 0}),
             Tensor::of({1}, std::vector<float>{0.75F}), Tensor()};
  for (const EventOrder order : {EventOrder::windows, EventOrder::calendar}) {
    const EventSpikes spikes = run(network, 50, order);
    EXPECT_THAT(times_of(spikes, 2), ::testing::ElementsAre(9.0625 + 1.7));
    EXPECT_THAT(times_of(spikes, 3), ::testing::IsEmpty());
  }
}

TEST(EventEngine, SumsInputsOfOneInstantBeforeTheThresholdIsTested) {
  Network network;
  network.populations = {at("excitatory", {5, 5, 5}), at("inhibitory", {5, 7}),
                         population("target", 3, "lif", {{"v_threshold", 1.0}})};
  const auto onto = [&](std::vector<std::int32_t> targets, std::size_t sources, float weight) {
    std::vector<std::int64_t> offsets(sources + 1, static_cast<std::int64_t>(targets.size()));
    for (std::size_t i = 0; i < sources; ++i)
      offsets[i] = std::min<std::int64_t>(static_cast<std::int64_t>(i), offsets.back());
    const auto count = static_cast<std::int64_t>(targets.size());
    return Sparse{Tensor::of({static_cast<std::int64_t>(sources) + 1}, offsets),
                  Tensor::of({count}, targets), Tensor::of({1}, std::vector<float>{weight}),
                  Tensor()};
  };
  // Three inputs of 0.5 at 6.5 ms reach target 0 with one of -0.75: the sum is 0.75, no spike.
  // Target 1 gets the same without the last, target 2 gets it 2 ms later.
  network.projections = {
      connect("excitatory", "target",
              Sparse{Tensor::of({4}, std::vector<std::int64_t>{0, 3, 6, 9}),
                     Tensor::of({9}, std::vector<std::int32_t>{0, 1, 2, 0, 1, 2, 0, 1, 2}),
                     Tensor::of({1}, std::vector<float>{0.5F}), Tensor()},
              1.5),
      connect("inhibitory", "target", onto({0, 2}, 2, -0.75F), 1.5)};
  for (const EventOrder order : {EventOrder::windows, EventOrder::calendar}) {
    const EventSpikes spikes = run(network, 20, order);
    EXPECT_THAT(times_of(spikes, 5), ::testing::IsEmpty());
    EXPECT_THAT(times_of(spikes, 6), ::testing::ElementsAre(6.5));
    EXPECT_THAT(times_of(spikes, 7), ::testing::ElementsAre(6.5));
  }
}

TEST(EventEngine, DiscardsInputsInTheRefractoryPeriod) {
  Network network;
  network.populations = {
      at("source", {1, 2, 3.5, 4}),
      population("target", 1, "lif",
                 {{"v_threshold", 1.0}, {"refractory_ms", 2.0}, {"tau_mem_ms", 10.0}})};
  network.projections = {connect("source", "target",
                                 Sparse{Tensor::of({5}, std::vector<std::int64_t>{0, 1, 2, 3, 4}),
                                        Tensor::of({4}, std::vector<std::int32_t>{0, 0, 0, 0}),
                                        Tensor::of({1}, std::vector<float>{1.25F}), Tensor()},
                                 0.5)};
  // A spike at 1.5; the input of 2.5 is lost; those of 4 and 4.5: one spike, one lost.
  for (const EventOrder order : {EventOrder::windows, EventOrder::calendar})
    EXPECT_THAT(times_of(run(network, 20, order), 4), ::testing::ElementsAre(1.5, 4.0));
}

TEST(EventEngine, KeepsDelaysThatAreOnNoGrid) {
  Network network;
  network.populations = {at("source", {1.0}),
                         population("target", 3, "if", {{"v_threshold", 0.5}})};
  const std::vector<double> delays{0.123456789, 2.718281828459045, 1e-7};
  network.projections = {
      connect("source", "target",
              Sparse{Tensor::of({2}, std::vector<std::int64_t>{0, 3}),
                     Tensor::of({3}, std::vector<std::int32_t>{0, 1, 2}),
                     Tensor::of({1}, std::vector<float>{1.0F}), Tensor::of({3}, delays)})};
  const EventSpikes spikes = run(network, 10);
  for (std::uint32_t i = 0; i < 3; ++i)
    EXPECT_THAT(times_of(spikes, 1 + i), ::testing::ElementsAre(1.0 + delays[i]));
}

TEST(EventEngine, PassesSpikesOnAtOnceWithoutDelay) {
  Network network;
  network.populations = {at("source", {2.5}), population("chain", 4, "if", {{"v_threshold", 0.5}})};
  network.projections = {connect("source", "chain",
                                 Sparse{Tensor::of({2}, std::vector<std::int64_t>{0, 1}),
                                        Tensor::of({1}, std::vector<std::int32_t>{0}),
                                        Tensor::of({1}, std::vector<float>{1.0F}), Tensor()},
                                 0.0),
                         connect("chain", "chain",
                                 Sparse{Tensor::of({5}, std::vector<std::int64_t>{0, 1, 2, 3, 3}),
                                        Tensor::of({3}, std::vector<std::int32_t>{1, 2, 3}),
                                        Tensor::of({1}, std::vector<float>{1.0F}), Tensor()},
                                 0.0)};
  const EventSpikes spikes = run(network, 5);
  ASSERT_EQ(spikes.size(), 5U);
  for (const EventSpike& spike : spikes) EXPECT_EQ(spike.time_ms, 2.5);
  EXPECT_THROW(run(network, 5, EventOrder::windows), Failure);
}

TEST(EventEngine, StopsSpikesThatGoRoundInNoTime) {
  Network network;
  network.populations = {at("source", {2.5}), population("loop", 2, "if", {{"v_threshold", 0.5}})};
  network.projections = {connect("source", "loop",
                                 Sparse{Tensor::of({2}, std::vector<std::int64_t>{0, 1}),
                                        Tensor::of({1}, std::vector<std::int32_t>{0}),
                                        Tensor::of({1}, std::vector<float>{1.0F}), Tensor()},
                                 0.0),
                         connect("loop", "loop",
                                 Sparse{Tensor::of({3}, std::vector<std::int64_t>{0, 1, 2}),
                                        Tensor::of({2}, std::vector<std::int32_t>{1, 0}),
                                        Tensor::of({1}, std::vector<float>{1.0F}), Tensor()},
                                 0.0)};
  EXPECT_THROW(run(network, 5), Failure);
  network.populations[1].parameters["refractory_ms"] = 1.0;
  EXPECT_EQ(run(network, 5).size(), 3U);
}

TEST(EventEngine, ShowsPotentialsAtAnyTime) {
  Network network;
  network.populations = {population("a", 1, "lif", {{"tau_mem_ms", 10.0}, {"v_init", 0.5}}),
                         population("b", 1, "lif_exp", {{"tau_mem_ms", 10.0}, {"v_init", -0.5}})};
  EventEngine engine(network, registry());
  engine.run(3.7);
  EXPECT_NEAR(engine.state(0, "v", 0), 0.5 * std::exp(-0.37), 1e-15);
  EXPECT_NEAR(engine.state(1, "v", 0), -0.5 * std::exp(-0.37), 1e-15);
}

TEST(EventEngine, DrawsPoissonTrainsOfTheRateAsked) {
  Network network;
  network.populations = {population("drive", 50, "poisson", {{"rate_hz", 200.0}}),
                         population("count", 50, "if", {{"v_threshold", 0.5}})};
  network.projections = {connect("drive", "count", pairs(1.0F), 0.25)};
  const EventSpikes spikes = run(network, 2000);
  // 20,000 expected, with a standard deviation of 141.
  EXPECT_NEAR(static_cast<double>(spikes.size()), 20000, 600);
  // Intervals of an exponential distribution: their coefficient of variation is 1.
  double sum = 0, squares = 0, count = 0;
  for (std::uint32_t i = 50; i < 100; ++i) {
    const std::vector<double> times = times_of(spikes, i);
    for (std::size_t k = 1; k < times.size(); ++k) {
      const double interval = times[k] - times[k - 1];
      sum += interval, squares += interval * interval, ++count;
    }
  }
  const double mean = sum / count;
  EXPECT_NEAR(mean, 5, 0.15);
  EXPECT_NEAR(std::sqrt(squares / count - mean * mean) / mean, 1, 0.05);
}

TEST(EventEngine, SaysWhyItDoesNotRunANetwork) {
  Network network;
  network.populations = {population("a", 4, "li", {}), population("b", 2, "if", {})};
  try {
    run(network, 1);
    FAIL();
  } catch (const Failure& failure) {
    ASSERT_EQ(failure.diagnostics().size(), 1U);
    EXPECT_EQ(failure.diagnostics()[0].where, "net.populations.a");
    EXPECT_NE(failure.diagnostics()[0].hint.find("lif_exp"), std::string::npos);
  }
  network.populations[0] = float_population("a", {4}, "lif");  // its input is a held current
  EXPECT_THROW(run(network, 1), Failure);
  network.populations[0].parameters = {
      {"input", std::string("delta")}, {"v_reset", 2.0}, {"reset", std::string("value")}};
  EXPECT_THROW(run(network, 1), Failure);  // it would never stop to spike
  network.populations[0].parameters["refractory_ms"] = 1.0;
  EXPECT_NO_THROW(run(network, 1));
  network.projections = {connect("a", "b", Dense{Tensor::of({2, 4}, std::vector<float>(8, 1.0F))})};
  EXPECT_EQ(EventEngine::unsupported(network, registry()), "projection a->b is dense");
  EXPECT_THROW(run(network, 1), Failure);
}

}  // namespace
}  // namespace synfire
