// The event engine against arithmetic done by hand, against itself in its two orders, and against
// the clock engine as dt goes to 0.
#include "core/engine/event_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/engine/clock_engine.h"
#include "core/net/reference.h"
#include "neurons/models.h"
#include "support/networks.h"

namespace synfire {
namespace {

using test::connect;
using test::float_population;

ModelRegistry registry() { return ModelRegistry(neuron_models()); }

Population population(const std::string& name, std::int64_t size, const std::string& model,
                      Parameters parameters) {
  Population result = float_population(name, {size}, model);
  result.parameters = std::move(parameters);
  if (model == "lif") result.parameters["input"] = std::string("delta");
  return result;
}

OneToOne pairs(float weight) { return {Tensor::of({1}, std::vector<float>{weight})}; }

/// A neuron that spikes at the given time, and not again for 10 s.
Population at(const std::string& name, std::vector<double> times) {
  std::vector<double> start;
  for (const double time : times) start.push_back(-time);
  const auto size = static_cast<std::int64_t>(start.size());
  // dt is 1 ms in these networks: the offset is the slope per ms.
  return population(name, size, "if",
                    {{"i_offset", 1.0},
                     {"v_threshold", 0.0},
                     {"v_init", Tensor::of({size}, start)},
                     {"reset", std::string("value")},
                     {"v_reset", -1e4}});
}

EventSpikes run(const Network& network, double ms, EventOrder order = EventOrder::automatic) {
  EventEngine engine(network, registry(), {.order = order, .records = true});
  engine.run(ms);
  return engine.recorded();
}

/// Spikes of one instant come in no order.
EventSpikes sorted(EventSpikes spikes) {
  std::sort(spikes.begin(), spikes.end(), [](const EventSpike& a, const EventSpike& b) {
    return std::pair(a.time_ms, a.neuron) < std::pair(b.time_ms, b.neuron);
  });
  return spikes;
}

/// The times of one neuron's spikes.
std::vector<double> times_of(const EventSpikes& spikes, std::uint32_t neuron) {
  std::vector<double> times;
  for (const EventSpike& spike : spikes)
    if (spike.neuron == neuron) times.push_back(spike.time_ms);
  return times;
}

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

/// Every kind of connectivity, with weights of both signs; `each` gives every neuron a threshold
/// and a time constant of its own.
Network mixed_network(const std::string& model, bool each, double refractory_ms) {
  Network network;
  network.dt_ms = 0.5;
  network.seed = 5;
  for (const auto& [name, size] : {std::pair{"a", 300}, std::pair{"b", 130}}) {
    network.populations.push_back(population(name, size, model,
                                             {{"v_threshold", 4.0},
                                              {"v_init_spread", 4.0},
                                              {"refractory_ms", refractory_ms},
                                              {"i_offset", model == "if" ? 0.1 : 4.5}}));
    Parameters& parameters = network.populations.back().parameters;
    if (model != "if") parameters["tau_mem_ms"] = 10.0;
    std::vector<double> taus, thresholds;
    for (int i = 0; i < size; ++i)
      taus.push_back(5.0 + 0.1 * i), thresholds.push_back(4.0 + 0.01 * i);
    if (each) parameters["v_threshold"] = Tensor::of({size}, thresholds);
    if (each && model != "if") parameters["tau_mem_ms"] = Tensor::of({size}, taus);
  }
  network.populations.push_back(population("drive", 300, "poisson", {{"rate_hz", 300.0}}));
  const Distribution weights{DistributionKind::normal, 0.05, 0.3};
  RandomRule own = fixed_in_degree(20, 0, true, false);
  own.weight = weights;
  RandomRule spread = fixed_in_degree(5, 0.25, true, false);
  spread.delay_ms = Distribution{DistributionKind::uniform, 0.7, 3.3};
  network.projections = {connect("a", "b", fixed_in_degree(30, 0.375, true, true), 1.5),
                         connect("a", "a", pairwise_bernoulli(0.1, -0.25, false), 2.2),
                         connect("b", "a", own, 0.6), connect("b", "b", spread),
                         connect("drive", "a", pairs(0.5F), 0.1)};
  if (model == "lif_exp") network.projections[1].receptor = 1;
  return network;
}

struct Mixed {
  std::string model;
  bool each;
  double refractory_ms;
};

class EventOrders : public ::testing::TestWithParam<Mixed> {};

TEST_P(EventOrders, GiveTheSameSpikesBitByBit) {
  const auto& [model, each, refractory_ms] = GetParam();
  const Network network = mixed_network(model, each, refractory_ms);
  EventEngine windows(network, registry(), {EventOrder::windows, true});
  EventEngine calendar(network, registry(), {EventOrder::calendar, true});
  EventEngine cut(network, registry(), {EventOrder::windows, true});
  EXPECT_TRUE(windows.has_windows());
  EXPECT_FALSE(calendar.has_windows());
  windows.run(300);
  calendar.run(300);
  for (const double part : {0.3, 17.77, 81.93, 200.0}) cut.run(part);
  EXPECT_GT(windows.spikes(0), 1000U);
  EXPECT_GT(windows.spikes(1), 500U);
  const EventSpikes expected = sorted(windows.recorded()), found = sorted(calendar.recorded());
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    ASSERT_EQ(found[i], expected[i]) << i << ": " << expected[i].time_ms;
  EXPECT_EQ(windows.spike_hash(), calendar.spike_hash());
  EXPECT_EQ(windows.spike_hash(), cut.spike_hash());
  EXPECT_EQ(windows.synaptic_events(), calendar.synaptic_events());
}

INSTANTIATE_TEST_SUITE_P(Models, EventOrders,
                         ::testing::Values(Mixed{"if", false, 0}, Mixed{"if", true, 1.0},
                                           Mixed{"lif", false, 0.0}, Mixed{"lif", false, 1.0},
                                           Mixed{"lif", false, 0.25}, Mixed{"lif", true, 3.0},
                                           Mixed{"lif_exp", false, 1.0},
                                           Mixed{"lif_exp", true, 0.0}));

/// 200 neurons that a constant drive makes spike, and 300 that they excite; nothing goes back.
Network feed_forward(double dt_ms) {
  Network network;
  network.dt_ms = dt_ms;
  const Parameters lif{{"tau_mem_ms", 20.0},
                       {"i_offset", 24.0},
                       {"v_threshold", 20.0},
                       {"v_init_spread", 20.0},
                       {"refractory_ms", 2.0}};
  network.populations = {population("a", 200, "lif", lif), population("b", 300, "lif", lif)};
  network.projections = {connect("a", "b", fixed_in_degree(10, 0.03125, true, false), 1.6)};
  return network;
}

/// Times of each neuron's spikes on the grid: step n ends at (n + 1) dt.
std::vector<std::vector<double>> clock_times(const Network& network, double ms) {
  const CompiledNetwork compiled(network, registry());
  ClockEngine engine(compiled);
  std::vector<std::vector<double>> times(500);
  engine.observe([&](std::int64_t step, std::size_t population, const SpikeList& spikes) {
    for (const std::uint32_t id : spikes.ids())
      times[population * 200 + id].push_back(static_cast<double>(step + 1) * network.dt_ms);
  });
  engine.run(std::llround(ms / network.dt_ms));
  return times;
}

/// How far each neuron's first three spikes are from those on the grid, in the mean.
double mean_error(double dt_ms) {
  const Network network = feed_forward(dt_ms);
  const EventSpikes spikes = run(network, 150);
  const auto grid = clock_times(network, 150);
  double sum = 0, count = 0;
  for (std::uint32_t neuron = 0; neuron < 500; ++neuron) {
    const std::vector<double> exact = times_of(spikes, neuron);
    for (std::size_t k = 0; k < std::min({exact.size(), grid[neuron].size(), std::size_t{3}}); ++k)
      sum += std::abs(grid[neuron][k] - exact[k]), ++count;
  }
  EXPECT_GT(count, 1400);
  return sum / count;
}

TEST(EventEngine, IsWhatTheClockEngineTendsToLinearlyInDt) {
  for (const double dt : {0.4, 0.2, 0.1, 0.05, 0.025}) {
    const double error = mean_error(dt);
    RecordProperty("error_at_" + std::to_string(dt), std::to_string(error));
    EXPECT_NEAR(error / dt, 1, 0.2) << dt;
  }
}

TEST(EventEngine, RunsBrunelsNetworkAtTheRateThatTheGridTendsTo) {
  // Event-driven prototypes of the full network give 16.1 to 16.2 Hz, the grid 16.06 at 6.25 us.
  const Network network = brunel_network(Drive::dc, 1, 1);
  EventEngine engine(network, registry());
  engine.run(200);
  const std::uint64_t before = engine.spikes(0) + engine.spikes(1);
  engine.run(300);
  EXPECT_NEAR(static_cast<double>(engine.spikes(0) + engine.spikes(1) - before) / 1e4 / 0.3, 16.15,
              0.25);
}

TEST(EventEngine, RunsVogelsAndAbbottsNetworkAtTheRateOfTheGrid) {
  EventEngine engine(cuba_network(1, 1), registry());
  engine.run(1000);
  EXPECT_NEAR(static_cast<double>(engine.spikes(0) + engine.spikes(1)) / 4000, 5.6, 0.5);
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
