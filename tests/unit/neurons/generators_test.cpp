// Spike trains, rates that change, currents and escape, against what they are defined to be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/engine/clock_engine.h"
#include "core/engine/event_engine.h"
#include "core/engine/parallel_clock.h"
#include "neurons/common/elementary.h"
#include "neurons/models.h"
#include "support/networks.h"

namespace synfire {
namespace {

using test::connect;
using test::float_population;

Tensor list(const std::vector<double>& values) {
  return Tensor::of({static_cast<std::int64_t>(values.size())}, values);
}
OneToOne pairs(std::vector<float> weights) {
  const auto count = static_cast<std::int64_t>(weights.size());
  return {Tensor::of({count}, weights)};
}

/// Integrators that add up what flows into them: v grows by r I a step.
Network integrators(const std::string& source, Connectivity connectivity, std::int64_t sources) {
  Network network;
  network.dt_ms = 0.5;
  network.populations = {float_population("s", {sources}, source),
                         float_population("n", {3}, "if")};
  network.populations[1].parameters["v_threshold"] = 1e9;
  network.projections = {connect("s", "n", std::move(connectivity), 1.0)};
  return network;
}

std::vector<double> potential_after(const Network& network, std::int64_t steps) {
  const CompiledNetwork compiled(network, model_registry());
  ClockEngine engine(compiled);
  engine.run(steps);
  return engine.group(1).state("v");
}

TEST(Currents, FlowADelayAfterTheyAreSentTimesTheirWeights) {
  Network network = integrators("current_dc", pairs({1, 2, -1}), 3);
  network.populations[0].parameters = {{"amplitude", 4.0}, {"start_ms", 1.0}, {"stop_ms", 2.5}};
  // Sent in steps 2, 3 and 4, it flows in steps 4, 5 and 6.
  EXPECT_THAT(potential_after(network, 4), testing::ElementsAre(0, 0, 0));
  EXPECT_THAT(potential_after(network, 5), testing::ElementsAre(4, 8, -4));
  EXPECT_THAT(potential_after(network, 10), testing::ElementsAre(12, 24, -12));
}

TEST(Currents, AddUpFromAllToAll) {
  Network network = integrators("current_dc", all_to_all({.first = 0.5}), 2);
  network.populations[0].parameters["amplitude"] = list({3, 5});
  EXPECT_THAT(potential_after(network, 3), testing::ElementsAre(4, 4, 4));
}

TEST(Currents, ChangeAtTheirTimes) {
  Network network = integrators("current_step", pairs({1}), 3);
  network.populations[0].parameters = {{"times_ms", list({0.5, 1.5})},
                                       {"amplitudes", list({2, -1})}};
  EXPECT_THAT(potential_after(network, 6), testing::Each(2 + 2 - 1));
}

TEST(Currents, AreSinesOfTheirFrequency) {
  Network network;
  network.dt_ms = 0.25;
  network.populations = {float_population("s", {1}, "current_sine")};
  network.populations[0].parameters = {
      {"amplitude", 2.0}, {"offset", 1.0}, {"frequency_hz", 40.0}, {"phase_deg", 30.0}};
  const CompiledNetwork compiled(network, model_registry());
  ClockEngine engine(compiled);
  for (int step = 0; step < 300; ++step) {
    engine.step();
    const double phase = 2 * std::acos(-1.0) * (40e-3 * 0.25 * step + 30.0 / 360);
    EXPECT_NEAR(engine.group(0).state("i")[0], 1 + 2 * std::sin(phase), 1e-6);
  }
}

TEST(Currents, OfNoiseAreNormalAndIndependent) {
  Network network;
  network.populations = {float_population("s", {4000}, "current_noise")};
  network.populations[0].parameters = {{"mean", 3.0}, {"std", 2.0}, {"interval_ms", 5.0}};
  const CompiledNetwork compiled(network, model_registry());
  ClockEngine engine(compiled);
  engine.run(1);
  const auto first = engine.group(0).state("i");
  double mean = 0, square = 0, neighbours = 0;
  for (std::size_t i = 0; i + 1 < first.size(); ++i) {
    const double x = (first[i] - 3) / 2;
    mean += x, square += x * x, neighbours += x * (first[i + 1] - 3) / 2;
  }
  EXPECT_NEAR(mean / 4000, 0, 0.06);
  EXPECT_NEAR(square / 4000, 1, 0.08);
  EXPECT_NEAR(neighbours / 4000, 0, 0.06);
  engine.run(4);
  EXPECT_EQ(engine.group(0).state("i"), first);
  engine.run(1);
  EXPECT_NE(engine.group(0).state("i"), first);
}

TEST(Currents, AreRefusedWhereTheyCannotFlow) {
  Network network = integrators("current_dc", fixed_in_degree(1, 1), 3);
  network.populations.push_back(float_population("p", {3}, "poisson"));
  network.projections.push_back(connect("s", "p", pairs({1})));
  network.projections[1].name = "into_poisson";
  Diagnostics diagnostics;
  validate_models(network, model_registry(), diagnostics);
  std::string all;
  for (const Diagnostic& fault : diagnostics.list()) all += fault.where + fault.message + "\n";
  EXPECT_THAT(all, testing::HasSubstr("cannot flow through"));
  EXPECT_THAT(all, testing::HasSubstr("net.projections.into_poisson"));
  EXPECT_THAT(all, testing::HasSubstr("take no currents"));
}

TEST(SpikeTrains, SpikeInTheStepsOfTheirTimes) {
  Network network = integrators("spike_train", pairs({1}), 3);
  network.populations[0].parameters = {{"times_ms", list({2, 0.5, 0.5, 2, 2.1})},
                                       {"neurons", list({0, 1, 1, 2, 0})}};
  const CompiledNetwork compiled(network, model_registry());
  ClockEngine engine(compiled);
  std::vector<std::array<std::int64_t, 3>> seen;
  engine.observe([&](std::int64_t step, std::size_t population, const SpikeList& spikes) {
    for (std::size_t i = 0; population == 0 && i < spikes.size(); ++i)
      seen.push_back({step, spikes.ids()[i], spikes.payloads()[i]});
  });
  engine.run(10);
  EXPECT_THAT(seen,
              testing::ElementsAre(testing::ElementsAre(1, 1, 2), testing::ElementsAre(4, 0, 2),
                                   testing::ElementsAre(4, 2, 1)));
  EXPECT_THAT(engine.group(1).state("v"), testing::ElementsAre(2, 2, 1));
}

TEST(SpikeTrains, DriveTheEventEngineAtTheirTimes) {
  Network network = integrators("spike_train", pairs({1}), 3);
  network.populations[0].parameters["times_ms"] = list({0.3, 7.77});
  network.populations[1].parameters["v_threshold"] = 1.5;
  network.populations[1].parameters["input"] = std::string("delta");
  EventEngine engine(network, model_registry());
  engine.run(20);
  EXPECT_EQ(engine.spikes(0), 6U);
  EXPECT_EQ(engine.spikes(1), 3U);
}

/// Steps of the spikes of a spike_train population of one neuron.
std::vector<std::int64_t> steps_of_train(Parameters parameters, std::int64_t steps,
                                         std::int64_t neurons = 1) {
  Network network = integrators("spike_train", all_to_all({.first = 1}), neurons);
  network.populations[0].parameters = std::move(parameters);
  const CompiledNetwork compiled(network, model_registry());
  ClockEngine engine(compiled);
  std::vector<std::int64_t> seen;
  engine.observe([&](std::int64_t step, std::size_t population, const SpikeList& spikes) {
    for (std::size_t i = 0; population == 0 && i < spikes.size(); ++i) seen.push_back(step);
  });
  engine.run(steps);
  return seen;
}

TEST(SpikeTrains, ComeAgainAtARateAndShifted) {
  EXPECT_THAT(steps_of_train({{"times_ms", list({2, 5})},
                              {"shift_ms", -1.0},
                              {"repeats", std::int64_t{3}},
                              {"repeat_rate_hz", 100.0}},
                             100),
              testing::ElementsAre(2, 8, 22, 28, 42, 48));
  EXPECT_THAT(steps_of_train({{"times_ms", list({2})},
                              {"burst", std::int64_t{3}},
                              {"burst_rate_hz", 500.0},
                              {"repeats", std::int64_t{2}},
                              {"repeat_rate_hz", 50.0}},
                             100),
              testing::ElementsAre(4, 8, 12, 44, 48, 52));
  EXPECT_THROW(steps_of_train({{"times_ms", list({2, 5})}, {"shift_ms", -3.0}}, 10), Failure);
}

TEST(SpikeTrains, OfAPacketAreNormallyDistributedAroundItsTime) {
  const auto steps = steps_of_train({{"times_ms", list({50})}, {"jitter_ms", 4.0}}, 200, 2000);
  ASSERT_EQ(steps.size(), 2000U);
  double sum = 0, squares = 0;
  for (const std::int64_t step : steps) sum += static_cast<double>(step) / 2;
  const double mean = sum / 2000;
  for (const std::int64_t step : steps)
    squares += std::pow(static_cast<double>(step) / 2 - mean, 2);
  EXPECT_NEAR(mean, 50, 0.3);
  EXPECT_NEAR(std::sqrt(squares / 2000), 4, 0.25);
  EXPECT_EQ(steps, steps_of_train({{"times_ms", list({50})}, {"jitter_ms", 4.0}}, 200, 2000));
}

TEST(InhomogeneousPoisson, HasTheRateOfItsTimeInBothEngines) {
  Network network;
  network.dt_ms = 0.5;
  network.populations = {float_population("s", {2000}, "poisson_inhomogeneous")};
  network.populations[0].parameters = {{"times_ms", list({10.25, 110.25, 200})},
                                       {"rates_hz", list({20, 100, 0})}};
  const CompiledNetwork compiled(network, model_registry());
  ClockEngine engine(compiled);
  std::array<double, 3> counts{};
  engine.observe([&](std::int64_t step, std::size_t, const SpikeList& spikes) {
    for (const std::int32_t payload : spikes.payloads())
      counts[step < 20 ? 0 : step < 220 ? 1 : 2] += payload;
  });
  engine.run(600);
  EXPECT_EQ(counts[0], 0);
  EXPECT_NEAR(counts[1], 2000 * 0.02 * 99.75, 250);
  EXPECT_NEAR(counts[2], 2000 * (0.1 * 89.75 + 0.02 * 0.25), 500);
  EventEngine events(network, model_registry());
  events.run(100);  // a generator may be one window ahead
  EXPECT_NEAR(static_cast<double>(events.spikes(0)), 2000 * 0.02 * 89.75, 450);
  events.run(200);
  EXPECT_NEAR(static_cast<double>(events.spikes(0)), 2000 * (2 + 8.975), 600);
}

TEST(Gif, EscapesAtTheRateOfItsHazard) {
  Network network;
  network.dt_ms = 0.5;
  network.populations = {float_population("n", {5000}, "gif")};
  // At rest 1 mV below the threshold, which makes 50 Hz exp(-1 / 2).
  network.populations[0].parameters = {{"v_threshold", -69.0},
                                       {"delta", 2.0},
                                       {"lambda_0_hz", 50.0},
                                       {"v_reset", -70.0},
                                       {"refractory_ms", 0.0}};
  const CompiledNetwork compiled(network, model_registry());
  ClockEngine engine(compiled);
  engine.run(200);
  const double chance = 1 - std::exp(-0.05 * 0.5 * std::exp(-0.5));
  EXPECT_NEAR(static_cast<double>(engine.spikes(0)) / 5000 / 200, chance, chance * 0.03);
}

TEST(Elementary, FunctionsAreThoseOfTheLibraryButForRounding) {
  for (double x = -80; x < 80; x += 0.0371) {
    const auto f = static_cast<float>(x);
    EXPECT_NEAR(synfire_expf(f) / std::exp(f), 1, 3e-7) << x;
    EXPECT_NEAR(synfire_exp(x * 8) / std::exp(x * 8), 1, 1e-15) << x;
    EXPECT_NEAR(synfire_sin_turns(x), std::sin(2 * std::acos(-1.0) * std::remainder(x, 1.0)), 1e-15)
        << x;
    EXPECT_NEAR(synfire_log(std::exp(x)), x, 1e-14 * std::abs(x) + 1e-15) << x;
    EXPECT_NEAR(synfire_linoidf(f / 40), f == 0 ? 1 : f / 40 / std::expm1(f / 40), 2e-6 * 3) << x;
  }
  EXPECT_EQ(synfire_expf(0), 1);
  EXPECT_EQ(synfire_linoidf(0), 1);
  EXPECT_EQ(synfire_expf(-1e30F), synfire_expf(-87));
}

}  // namespace
}  // namespace synfire
