// Saved in the middle and restored into a new engine, every neuron model, synapse model and
// plasticity rule goes on as if nothing had happened.
#include <gtest/gtest.h>

#include <random>

#include "converters/passes/common/coding.h"
#include "core/base/state_archive.h"
#include "core/engine/clock_engine.h"
#include "core/engine/event_engine.h"
#include "core/engine/parallel_clock.h"
#include "engine/plastic_networks.h"
#include "neurons/models.h"
#include "support/lively_network.h"

namespace synfire {
namespace {

using test::connect;
using Values = std::vector<double>;

/// make() gives an engine, advance(engine, part) runs the first or the second part, look(engine)
/// tells all that can be seen of it.
template <typename Make, typename Advance, typename Look>
void expect_the_same_after_a_restart(const Make& make, const Advance& advance, const Look& look) {
  auto whole = make();
  advance(*whole, 0);
  const auto bytes = saved_state(*whole);
  advance(*whole, 1);
  auto rest = make();
  restore_state(*rest, bytes, "state");
  EXPECT_EQ(saved_state(*rest).size(), bytes.size());
  advance(*rest, 1);
  EXPECT_EQ(look(*rest), look(*whole));
}

Values number(std::uint64_t hash) {
  return {static_cast<double>(hash >> 32), static_cast<double>(hash & UINT32_MAX)};
}

void add(Values& values, const Values& more) {
  values.insert(values.end(), more.begin(), more.end());
}

Values look_at(const ClockEngine& engine, const Network& network) {
  Values values;
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    add(values, number(engine.spikes(p)));
    add(values, number(engine.synops(p)));
    for (const StateInfo& state : model_registry().find(network.populations[p].model)->states)
      add(values, engine.group(p).state(state.name));
  }
  return values;
}

Values look_at(ParallelClock& engine, const Network& network) {
  Values values;
  add(values, number(engine.spike_hash()));
  add(values, number(engine.weight_hash()));
  add(values, number(engine.synaptic_events()));
  for (std::size_t p = 0; p < network.populations.size(); ++p)
    add(values, number(engine.spikes(p)));
  const ParallelClock::Traced traced = engine.take_traced(0);
  add(values, Values(traced.steps.begin(), traced.steps.end()));
  add(values, traced.values);
  const auto spikes = engine.take_recorded(0);
  add(values, Values(spikes.steps.begin(), spikes.steps.end()));
  add(values, Values(spikes.neurons.begin(), spikes.neurons.end()));
  return values;
}

Values look_at(const EventEngine& engine, const Network& network) {
  Values values;
  add(values, number(engine.spike_hash()));
  add(values, number(engine.weight_hash()));
  add(values, number(engine.synaptic_events()));
  for (std::size_t p = 0; p < network.populations.size(); ++p)
    for (const StateInfo& state : model_registry().find(network.populations[p].model)->states)
      for (std::int64_t i = 0; i < network.populations[p].size(); ++i)
        values.push_back(engine.state(p, state.name, i));
  for (const EventSpike& spike : engine.recorded()) values.push_back(spike.time_ms);
  return values;
}

void restart_clock(const Network& network, std::int64_t first, std::int64_t rest) {
  const CompiledNetwork compiled(network, model_registry());
  expect_the_same_after_a_restart(
      [&] { return std::make_unique<ClockEngine>(compiled); },
      [&](ClockEngine& engine, int part) {
        engine.run(part == 0 ? first : rest);
        for (std::size_t p = 0; p < network.populations.size(); ++p)
          if (network.populations[p].model == "input")
            engine.group(p).inject(std::vector<std::int32_t>(
                static_cast<std::size_t>(network.populations[p].size()), 1));
      },
      [&](const ClockEngine& engine) { return look_at(engine, network); });
}

/// `reward` is given after a third of each part.
void restart_parallel(const Network& network, const std::string& variable, double reward = 0) {
  expect_the_same_after_a_restart(
      [&] {
        // Two shards on one thread: more threads add nothing but waiting.
        auto engine = std::make_unique<ParallelClock>(network, model_registry(), 1, nullptr, 2);
        engine->limit_rate(2000);
        engine->start_recording();
        engine->add_probe(0, variable, 3, {});
        return engine;
      },
      [&](ParallelClock& engine, int part) {
        engine.run(part == 0 ? 51 : 117);
        if (reward > 0) engine.reward(reward);
        engine.run(part == 0 ? 100 : 234);
        engine.take_traced(0);
        engine.run(part == 0 ? 2 : 5);
      },
      [&](ParallelClock& engine) { return look_at(engine, network); });
}

void restart_events(const Network& network, EventOrder order, double reward = 0) {
  expect_the_same_after_a_restart(
      [&] {
        return std::make_unique<EventEngine>(network, model_registry(),
                                             EventOptions{.order = order, .records = true});
      },
      [&](EventEngine& engine, int part) {
        engine.run(part == 0 ? 31.7 : 60);
        if (reward > 0) engine.reward(reward);
        engine.run(part == 0 ? 40 : 101.3);
      },
      [&](const EventEngine& engine) {
        EXPECT_NE(engine.spike_hash(), 0U);
        return look_at(engine, network);
      });
}

class Restarts : public ::testing::TestWithParam<const ModelInfo*> {
 protected:
  const ModelInfo& model() const { return *GetParam(); }
  Network network() const {
    return model().receptors > 0 ? test::lively_network(model()) : test::generator_network(model());
  }
  bool is_coded() const { return model().format == NumberFormat::integer; }
  std::string variable() const {
    return std::string(model().receptors > 0 ? model().states[0].name : "v");
  }
};

TEST_P(Restarts, OfThePlainClockEngine) {
  if (is_coded()) GTEST_SKIP() << "below";
  restart_clock(network(), 150, 300);
}

TEST_P(Restarts, OfTheParallelClockEngine) {
  if (!model().splits) GTEST_SKIP() << "does not split";
  restart_parallel(network(), variable());
}

TEST_P(Restarts, OfTheEventEngine) {
  if (model().create_events == nullptr) GTEST_SKIP() << "has no closed form";
  const Network events = test::event_network(network());
  restart_events(events, EventOrder::automatic);
  restart_events(events, EventOrder::calendar);
}

INSTANTIATE_TEST_SUITE_P(All, Restarts, ::testing::ValuesIn(neuron_models()),
                         [](const auto& each) { return std::string(each.param->name); });

/// With everything that any rule may have.
Network plastic_network(const std::string& rule, const std::string& synapse) {
  Network network = test::noisy_network({rule, {}}, {synapse, {}});
  if (rule.empty()) return network;
  Parameters& parameters = network.projections[0].plasticity.parameters;
  const bool follows = model_registry().find_plasticity(rule)->follows_potentials;
  if (follows)
    parameters.insert({{"theta_minus", 0.1},
                       {"theta_plus", 0.4},
                       {"v_init", 0.0},
                       {"v_spike", 2.0},
                       {"delay_ms", 1.5},
                       {"a_ltd", 1e-2},
                       {"a_ltp", 1e-2}});
  else
    parameters["dendritic_delay_ms"] = 0.5;
  parameters["homeostasis_every_ms"] = 20.0;
  parameters["weight_sum"] = 0.7;
  parameters["target_rate_hz"] = 10.0;
  return network;
}

TEST(RestartsOfPlasticNetworks, GoOnUnderEveryRule) {
  for (const PlasticityInfo* rule : plasticity_rules()) {
    SCOPED_TRACE(rule->name);
    const Network network = plastic_network(std::string(rule->name), "");
    restart_parallel(network, "v", 50);
    restart_events(network, EventOrder::automatic, 50);
  }
}

TEST(RestartsOfPlasticNetworks, GoOnWithEverySynapseModel) {
  for (const SynapseInfo* synapse : synapse_models())
    for (const std::string rule : {"", "stdp_pair"}) {
      SCOPED_TRACE(synapse->name);
      const Network network = plastic_network(rule, std::string(synapse->name));
      restart_parallel(network, "v");
      restart_events(network, EventOrder::automatic);
    }
}

/// A small quantized network whose values a coding carries; saved after every one of its steps.
class CodedRestarts : public ::testing::TestWithParam<const CodingInfo*> {};

Network small_coded_network(const std::string& coding, bool pipelined) {
  Network network =
      test::QuantizedBuilder({4, 4, 2}, 3, 11)
          .linear("conv", "input", {4, 4, 2},
                  Conv2d{test::random_weights({2, 2, 3, 3}, 21),
                         {1, 1},
                         {1, 1},
                         {1, 1, 1, 1},
                         1,
                         Layout::hwc},
                  -2, true)
          .pool("max", "conv", {2, 2, 2},
                {PoolKind::max, {2, 2}, {2, 2}, {0, 0, 0, 0}, Layout::hwc})
          .linear("dense", "max", {5}, Dense{test::random_weights({5, 8}, 24)}, 3, false)
          .build("dense");
  Diagnostics diagnostics;
  CodingOptions options;
  options.pipelined = pipelined;
  apply_coding(network, coding, options, diagnostics);
  return network;
}

std::vector<std::int32_t> sample_of(const Network& network) {
  std::mt19937 random(5);
  std::vector<std::int32_t> values(static_cast<std::size_t>(network.populations[0].size()));
  for (std::int32_t& value : values) value = static_cast<std::int32_t>(random() % 256) - 131;
  return values;
}

void restart_coded(const Network& network) {
  const CompiledNetwork compiled(network, model_registry());
  const auto make = [&] {
    auto engine = std::make_unique<ClockEngine>(compiled);
    engine->group(0).inject(sample_of(network));
    return engine;
  };
  for (std::int64_t cut = 0; cut < network.schedule.steps; cut += 1 + network.schedule.steps / 16)
    expect_the_same_after_a_restart(
        make,
        [&](ClockEngine& engine, int part) {
          engine.run(part == 0 ? cut : network.schedule.steps - cut);
        },
        [&](const ClockEngine& engine) {
          Values values = look_at(engine, network);
          for (std::size_t p = 0; p < network.populations.size(); ++p) {
            const auto end = engine.group(p).integer_values();
            values.insert(values.end(), end.begin(), end.end());
          }
          return values;
        });
}

TEST(RestartsOfCodedNetworks, GoOnInTheMiddleOfASample) {
  std::set<std::string> seen{"fixed_lif"};  // below
  for (const CodingInfo* coding : codings())
    for (const bool pipelined : {false, true}) {
      if (pipelined && coding->name != "rate") continue;
      SCOPED_TRACE(coding->name);
      const Network network = small_coded_network(std::string(coding->name), pipelined);
      for (const Population& population : network.populations) seen.insert(population.model);
      restart_coded(network);
    }
  for (const ModelInfo* model : neuron_models()) {
    if (model->format != NumberFormat::integer) continue;
    EXPECT_TRUE(seen.contains(std::string(model->name))) << model->name;
  }
}

TEST(RestartsOfCodedNetworks, GoOnInFixedPoint) {
  Network network;
  network.populations = {test::float_population("in", {20}, "fixed_lif"),
                         test::float_population("n", {20}, "fixed_lif")};
  for (Population& population : network.populations) {
    population.format = NumberFormat::integer;
    population.parameters = {{"threshold", std::int64_t{5000}},
                             {"bias", std::int64_t{700}},
                             {"leak", std::int64_t{1} << 28},
                             {"refractory_steps", std::int64_t{3}}};
  }
  network.populations[1].parameters["bias"] = std::int64_t{60};
  network.projections = {
      connect("in", "n", OneToOne{Tensor::of({1}, std::vector<std::int32_t>{900})}, 3.0)};
  restart_clock(network, 61, 200);
}

}  // namespace
}  // namespace synfire
