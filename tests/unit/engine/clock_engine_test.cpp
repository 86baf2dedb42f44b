#include "core/engine/clock_engine.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/engine/probe.h"
#include "neurons/models.h"
#include "support/networks.h"

namespace synfire {
namespace {

using test::connect;
using test::float_population;
using Spike = std::pair<std::int64_t, std::uint32_t>;

Tensor weight(float value) { return Tensor::of({1}, std::vector<float>{value}); }

/// Spikes of population `index` in `steps` steps, as (step, neuron).
std::vector<Spike> spikes_of(const Network& network, std::size_t index, std::int64_t steps) {
  const CompiledNetwork compiled(network, ModelRegistry(neuron_models()));
  ClockEngine engine(compiled);
  std::vector<Spike> list;
  engine.observe([&](std::int64_t step, std::size_t population, const SpikeList& spikes) {
    if (population != index) return;
    for (const std::uint32_t id : spikes.ids()) list.emplace_back(step, id);
  });
  engine.run(steps);
  return list;
}

/// A neuron that fires in every step (it is driven far above its threshold).
Population metronome(const std::string& name) {
  Population population = float_population(name, {1});
  population.parameters["i_offset"] = 2.0;
  return population;
}

TEST(ClockEngine, DeliversAfterExactlyTheDelay) {
  for (const double delay : {1.0, 2.0, 7.0}) {
    Network network;
    network.populations = {metronome("a"), float_population("b", {1})};
    network.projections = {connect("a", "b", OneToOne{weight(5)}, delay)};
    const auto spikes = spikes_of(network, 1, 12);
    ASSERT_FALSE(spikes.empty());
    EXPECT_EQ(spikes.front().first, static_cast<std::int64_t>(delay));
  }
}

TEST(ClockEngine, LetsCurrentsDecayToZeroAndNotToSubnormalNumbers) {
  Network network;
  network.dt_ms = 0.1;
  network.populations = {float_population("a", {1}, "lif"), float_population("b", {1}, "lif_exp")};
  network.populations[0].parameters = {{"i_offset", 1.001}, {"refractory_ms", 1e4}};
  network.populations[1].parameters = {{"tau_syn_exc_ms", 1.0}, {"v_threshold", 100.0}};
  network.projections = {connect("a", "b", OneToOne{weight(1)}, 1.0)};
  const CompiledNetwork compiled(network, ModelRegistry(neuron_models()));
  ClockEngine engine(compiled);
  double before = 0;
  for (int part = 0; part < 400; ++part) {
    const double current = engine.group(1).state("i_exc")[0];
    before = current != 0 ? current : before;
    engine.run(10);
  }
  EXPECT_EQ(engine.group(1).state("i_exc")[0], 0);
  EXPECT_GT(before, 1e-38);
  EXPECT_LT(before, 1e-37);
}

TEST(ClockEngine, SumsAllInputsOfAStepBeforeTheThresholdTest) {
  Network network;
  network.populations = {metronome("a"), metronome("b"), float_population("c", {1})};
  network.projections = {connect("a", "c", OneToOne{weight(5)}),
                         connect("b", "c", OneToOne{weight(-5)})};
  EXPECT_TRUE(spikes_of(network, 2, 20).empty());
}

TEST(ClockEngine, KeepsDelaysOfIndividualSynapses) {
  Network network;
  network.populations = {float_population("a", {1}), float_population("b", {3})};
  network.populations[0].parameters["v_init"] = 0.5;  // one spike, then silence
  network.populations[0].parameters["i_offset"] = 0.0;
  network.populations[0].parameters["v_threshold"] = 0.25;
  Sparse rows{Tensor::of({2}, std::vector<std::int64_t>{0, 3}),
              Tensor::of({3}, std::vector<std::int32_t>{0, 1, 2}), weight(9),
              Tensor::of({3}, std::vector<double>{4, 1, 2})};
  network.projections = {connect("a", "b", rows)};
  const std::vector<Spike> expected{{1, 1}, {2, 2}, {4, 0}};
  EXPECT_EQ(spikes_of(network, 1, 10), expected);
}

TEST(ClockEngine, ResetsByZeroByValueAndBySubtraction) {
  const auto potential = [](const std::string& reset) {
    Network network;
    network.populations = {metronome("a")};
    network.populations[0].parameters["i_offset"] = 1.5;
    network.populations[0].parameters["reset"] = reset;
    network.populations[0].parameters["v_reset"] = -0.25;
    const CompiledNetwork compiled(network, ModelRegistry(neuron_models()));
    ClockEngine engine(compiled);
    engine.step();
    return engine.group(0).state("v").at(0);
  };
  EXPECT_EQ(potential("zero"), 0);
  EXPECT_EQ(potential("value"), -0.25);
  EXPECT_EQ(potential("subtract"), 0.5);
}

TEST(ClockEngine, HoldsARefractoryNeuron) {
  Network network;
  network.populations = {metronome("a")};
  network.populations[0].parameters["refractory_ms"] = 3.0;
  const std::vector<Spike> expected{{0, 0}, {4, 0}, {8, 0}};
  EXPECT_EQ(spikes_of(network, 0, 12), expected);
}

TEST(ClockEngine, FollowsTheClosedFormOfALeakyNeuron) {
  Network network;
  network.dt_ms = 0.1;
  network.populations = {float_population("a", {1}, "li")};
  network.populations[0].parameters = {
      {"tau_mem_ms", 2.5}, {"r", 2.0}, {"i_offset", 0.75}, {"v_leak", 0.5}, {"v_init", -1.0}};
  const CompiledNetwork compiled(network, ModelRegistry(neuron_models()));
  ClockEngine engine(compiled);
  for (int step = 1; step <= 100; ++step) {
    engine.step();
    const double exact = 2.0 + (-1.0 - 2.0) * std::exp(-0.1 * step / 2.5);
    EXPECT_NEAR(engine.group(0).state("v").at(0), exact, 2e-6) << "step " << step;
  }
}

TEST(ClockEngine, CountsASynOpPerSynapseAndSpike) {
  Network network;
  network.populations = {metronome("a"), float_population("b", {4}, "li")};
  network.projections = {
      connect("a", "b", Dense{Tensor::of({4, 1}, std::vector<float>{1, 2, 3, 4})})};
  const CompiledNetwork compiled(network, ModelRegistry(neuron_models()));
  ClockEngine engine(compiled);
  engine.run(11);
  EXPECT_EQ(engine.spikes(0), 11U);
  EXPECT_EQ(engine.synops(1), 40U);  // the last spike is still on its way
}

TEST(ClockEngine, StartsAgainFromTheSameStateAfterReset) {
  Network network;
  network.dt_ms = 0.1;
  network.populations = {float_population("drive", {50}, "poisson"),
                         float_population("a", {50}, "lif")};
  network.populations[0].parameters["rate_hz"] = 500.0;
  network.projections = {connect("drive", "a", fixed_in_degree(10, 4.0, true, true))};
  const CompiledNetwork compiled(network, ModelRegistry(neuron_models()));
  ClockEngine engine(compiled);
  engine.run(500);
  const auto first = engine.group(1).state("v");
  EXPECT_GT(engine.spikes(1), 0U);
  engine.reset();
  engine.run(500);
  EXPECT_EQ(engine.group(1).state("v"), first);
}

TEST(ClockEngine, RefusesAnUnknownModelAndAnUnknownParameterWithTheNearestName) {
  Network network;
  network.populations = {float_population("a", {1}, "liff"), float_population("b", {1}, "lif")};
  network.populations[1].parameters["tau_men_ms"] = 3.0;
  try {
    const CompiledNetwork compiled(network, ModelRegistry(neuron_models()));
    FAIL() << "no failure";
  } catch (const Failure& failure) {
    ASSERT_EQ(failure.diagnostics().size(), 2U);
    EXPECT_EQ(failure.diagnostics()[0].code, Code::model_unknown);
    EXPECT_NE(failure.diagnostics()[0].hint.find("lif"), std::string::npos);
    EXPECT_EQ(failure.diagnostics()[1].code, Code::parameter_invalid);
    EXPECT_NE(failure.diagnostics()[1].hint.find("tau_mem_ms"), std::string::npos);
  }
}

TEST(Probe, RecordsAStateAtItsInterval) {
  Network network;
  network.populations = {float_population("a", {2}, "li")};
  network.populations[0].parameters = {{"tau_mem_ms", 5.0}, {"i_offset", 1.0}};
  const CompiledNetwork compiled(network, ModelRegistry(neuron_models()));
  ClockEngine engine(compiled);
  const Probe probe(compiled, parse_probe("a.v:3"));
  Trace trace = probe.empty_trace();
  for (int step = 0; step < 8; ++step) engine.step(), probe.record(engine, 100, trace);
  EXPECT_EQ(trace.steps, (std::vector<std::int64_t>{100, 103, 106}));
  ASSERT_EQ(trace.values.size(), 6U);
  EXPECT_NEAR(trace.values[2], 1 - std::exp(-4.0 / 5.0), 1e-6);  // after the fourth step
}

TEST(Probe, RefusesStatesThatTheModelLacksAndMalformedTexts) {
  Network network;
  network.populations = {float_population("a", {1}, "lif")};
  const CompiledNetwork compiled(network, ModelRegistry(neuron_models()));
  EXPECT_THROW(Probe(compiled, {"a", "w", 1}), Failure);
  EXPECT_THROW(Probe(compiled, {"b", "v", 1}), Failure);
  for (const char* text : {"", "a", ".v", "a.", "a.v:", "a.v:0", "a.v:x", "a.v:-1"})
    EXPECT_THROW(parse_probe(text), Failure) << text;
}

// Brunel 2000, 10,000 neurons with 1000 inputs each and a constant drive: the same graph type and
// engine as a converted network.
Network balanced_network() {
  Network network;
  network.dt_ms = 0.1;
  network.seed = 12;
  for (const auto& [name, size] : {std::pair{"excitatory", 8000}, std::pair{"inhibitory", 2000}}) {
    Population population = float_population(name, {size}, "lif");
    population.parameters = {{"tau_mem_ms", 20.0},
                             {"v_threshold", 20.0},
                             {"v_reset", 10.0},
                             {"reset", std::string("value")},
                             {"refractory_ms", 2.0},
                             {"input", std::string("delta")},
                             {"i_offset", 24.0},
                             {"v_init_spread", 20.0},
                             {"spike_at", std::string("reached")}};
    network.populations.push_back(population);
  }
  for (const std::string target : {"excitatory", "inhibitory"}) {
    network.projections.push_back(
        connect("excitatory", target, fixed_in_degree(800, 0.1, false, true), 1.5));
    network.projections.push_back(
        connect("inhibitory", target, fixed_in_degree(200, -0.5, false, true), 1.5));
  }
  return network;
}

TEST(ClockEngine, RunsABalancedNetworkOfTenThousandNeuronsAtItsKnownRate) {
  const Network network = balanced_network();
  const CompiledNetwork compiled(network, ModelRegistry(neuron_models()));
  ClockEngine engine(compiled);
  engine.run(2000);  // 200 ms until the start is forgotten
  const std::uint64_t before = engine.spikes(0) + engine.spikes(1);
  engine.run(2000);
  const double spikes = static_cast<double>(engine.spikes(0) + engine.spikes(1) - before);
  const double rate = spikes / 10000 / 0.2;
  // Four simulators agree on 15.4 to 15.9 Hz for this network.
  EXPECT_NEAR(rate, 15.7, 1.0);
}

}  // namespace
}  // namespace synfire
