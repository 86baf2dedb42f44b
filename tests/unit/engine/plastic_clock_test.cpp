// Plastic synapses in the parallel clock engine: against the pairs of the spikes that it recorded,
// and against itself on other numbers of threads and ranks.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/engine/clock_engine.h"
#include "core/engine/parallel_clock.h"
#include "core/net/reference.h"
#include "engine/plastic_networks.h"
#include "neurons/models.h"
#include "support/networks.h"
#include "support/thread_exchange.h"

namespace synfire {
namespace {

using test::connect;
using test::float_population;
using test::noisy_network;

class PlasticDelays : public ::testing::TestWithParam<double> {};

TEST_P(PlasticDelays, ChangeWeightsByEveryPairOfSpikes) {
  const double dendritic = GetParam();
  const Network network = noisy_network(test::pair_rule(dendritic));
  ParallelClock engine(network, model_registry(), 2);
  engine.start_recording();
  engine.run(8000);
  std::vector<test::Times> pre(300), post(200);
  for (auto [population, trains] : {std::pair{0, &pre}, std::pair{1, &post}}) {
    const auto spikes = engine.recorded(static_cast<std::size_t>(population));
    auto neuron = spikes.neurons.begin();
    for (std::size_t i = 0; i < spikes.steps.size(); ++i)
      for (std::uint32_t k = 0; k < spikes.counts[i]; ++k)
        (*trains)[*neuron++].push_back(0.5 * static_cast<double>(spikes.steps[i]));
  }
  const auto silent = std::count_if(pre.begin(), pre.end(), [](auto& t) { return t.size() < 8; });
  EXPECT_GT(silent, 5);  // for seconds
  test::expect_weights(engine.weights(0),
                       test::weights_of_pairs(network, pre, post, dendritic, 4000));
}

INSTANTIATE_TEST_SUITE_P(Parts, PlasticDelays, ::testing::Values(0.0, 0.5));

struct Case {
  const char* name;
  Stage plasticity, synapse;
};

class PlasticClocks : public ::testing::TestWithParam<Case> {};

/// Cut anywhere, with a reward between and a time without learning. `run(steps)` does them.
template <typename Run>
void run_in_parts(ParallelClock& engine, const Run& run) {
  run(333);
  engine.reward(5);
  run(400);
  engine.learn(0);
  run(100);
  engine.learn(1);
  run(267);
}
void run_in_parts(ParallelClock& engine) {
  run_in_parts(engine, [&](std::int64_t steps) { engine.run(steps); });
}

TEST_P(PlasticClocks, ChangeTheSameOnAnyNumberOfThreadsAndRanks) {
  const Network network = noisy_network(GetParam().plasticity, GetParam().synapse);
  ParallelClock one(network, model_registry(), 1), watched(network, model_registry(), 1);
  run_in_parts(one);
  run_in_parts(watched, [&](std::int64_t steps) {
    for (; steps > 0; --steps) {
      watched.run(1);
      if (steps % 4 == 0) watched.weight_hash();
      watched.mean_weight(0);
    }
  });
  EXPECT_EQ(watched.weight_hash(), one.weight_hash()) << "looking changes nothing";
  EXPECT_EQ(watched.spike_hash(), one.spike_hash());
  EXPECT_GT(one.spikes(1), 300U);
  EXPECT_EQ(one.plastic_synapses(), 2400U);
  for (const std::int32_t threads : {3}) {
    ParallelClock many(network, model_registry(), threads);
    run_in_parts(many);
    EXPECT_EQ(many.spike_hash(), one.spike_hash()) << threads << " threads";
    EXPECT_EQ(many.weight_hash(), one.weight_hash()) << threads << " threads";
    EXPECT_EQ(many.mean_weight(0), one.mean_weight(0));
    EXPECT_EQ(many.synaptic_events(), one.synaptic_events());
  }
  for (const auto& [ranks, threads] : {std::pair{2, 1}, {4, 1}})
    test::on_ranks(static_cast<std::size_t>(ranks), [&](test::ThreadExchange& exchange) {
      ParallelClock part(network, model_registry(), threads, &exchange);
      run_in_parts(part);
      EXPECT_EQ(part.spike_hash(), one.spike_hash()) << ranks << " ranks";
      EXPECT_EQ(part.weight_hash(), one.weight_hash()) << ranks << " ranks";
      EXPECT_EQ(part.weights(0).weights, one.weights(0).weights);
    });
}

const Case kCases[] = {
    {"pair", {"stdp_pair", {}}, {}},
    {"nearest",
     {"stdp_pair",
      {{"pairing", std::string("nearest")}, {"weight_dependence", std::string("power_law")}}},
     {}},
    {"triplet", {"stdp_triplet", {{"dendritic_delay_ms", 0.5}}}, {}},
    {"inhibitory", {"inhibitory", {}}, {}},
    {"reward", {"stdp_reward", {}}, {}},
    {"clopath",
     {"clopath",
      {{"theta_minus", 0.2},
       {"theta_plus", 0.8},
       {"v_spike", 2.0},
       {"v_init", 0.0},
       {"a_ltd", 1e-2},
       {"a_ltp", 1e-2}}},
     {}},
    {"homeostasis",
     {"stdp_pair", {{"homeostasis_every_ms", 100.0}, {"weight_sum", 0.5}, {"target_rate_hz", 9.0}}},
     {}},
    {"short_term", {}, {"tsodyks_markram", {{"tau_facil_ms", 50.0}}}},
    {"both", {"stdp_pair", {}}, {"tsodyks_markram", {}}}};
INSTANTIATE_TEST_SUITE_P(Rules, PlasticClocks, ::testing::ValuesIn(kCases),
                         [](const auto& variant) { return variant.param.name; });

TEST(PlasticClock, RunsKeptWeightsLikeStaticOnes) {
  Network network = noisy_network({});
  ParallelClock still(network, model_registry(), 1);
  network.projections[0].plasticity = {"stdp_pair", {{"a_plus", 0.0}, {"a_minus", 0.0}}};
  ParallelClock kept(network, model_registry(), 2);
  still.run(2000), kept.run(2000);
  EXPECT_EQ(still.spike_hash(), kept.spike_hash());
  EXPECT_EQ(still.synaptic_events(), kept.synaptic_events());
  EXPECT_EQ(kept.mean_weight(0), 0.0625);
  EXPECT_EQ(still.plastic_synapses(), 0U);
}

TEST(PlasticClock, KeepsSumsOfWeights) {
  const Network network =
      noisy_network({"stdp_pair", {{"homeostasis_every_ms", 100.0}, {"weight_sum", 0.5}}});
  ParallelClock engine(network, model_registry(), 2);
  engine.run(201);  // the second time was a step ago
  const PlasticWeights weights = engine.weights(0);
  std::vector<double> sums(200);
  for (std::size_t s = 0; s < weights.weights.size(); ++s)
    sums[weights.targets[s]] += double{weights.weights[s]};
  for (const double sum : sums) EXPECT_NEAR(sum, sum > 0 ? 0.5 : 0, 0.02);
}

TEST(PlasticClock, LearnsOnlyWhileItMay) {
  for (const Stage& rule :
       {Stage{"stdp_pair", {{"homeostasis_every_ms", 20.0}, {"weight_sum", 0.5}}},
        Stage{"stdp_triplet", {}}, Stage{"stdp_reward", {}}}) {
    const Network network = noisy_network(rule);
    ParallelClock engine(network, model_registry(), 1);
    engine.reward(5);
    engine.run(300);
    engine.learn(0);
    const auto before = engine.weight_hash(), spikes = engine.spikes(1);
    engine.run(2700);  // longer than rows wait to be brought up to date
    engine.reward(5);
    EXPECT_EQ(engine.weight_hash(), before) << rule.name;
    EXPECT_GT(engine.spikes(1), spikes);
    engine.learn(1);
    EXPECT_EQ(engine.weight_hash(), before) << "nothing is made up for";
    engine.reward(5);
    engine.run(300);
    EXPECT_NE(engine.weight_hash(), before) << rule.name;
  }
}

TEST(PlasticClock, LearnsAtTheSpeedThatItIsTold) {
  // Changes are small: those at half the speed are halves.
  for (const Stage& rule :
       {Stage{"stdp_pair", {{"a_minus", 0.0}, {"a_plus", 1e-3}}}, Stage{"stdp_triplet", {}},
        Stage{"stdp_reward", {}}, Stage{"inhibitory", {{"eta", 1e-3}}},
        Stage{"clopath", {{"a_ltd", 1e-6}, {"a_ltp", 1e-6}}}}) {
    const Network network = noisy_network(rule);
    const auto changed = [&](double first, double second) {
      ParallelClock engine(network, model_registry(), 1);
      const double before = engine.mean_weight(0);
      engine.learn(first);
      engine.reward(1);
      engine.run(500);
      engine.learn(second);
      engine.run(500);
      return engine.mean_weight(0) - before;
    };
    const double all = changed(1, 1), early = changed(1, 0), late = changed(0, 1);
    EXPECT_NE(all, 0) << rule.name;
    EXPECT_NEAR(changed(0.5, 0.5), all / 2, 0.03 * std::abs(all)) << rule.name;
    // What is eligible early is rewarded late, too.
    if (rule.name == "stdp_reward") continue;
    EXPECT_NEAR(changed(0.5, 0.25), early / 2 + late / 4, 0.03 * (std::abs(early) + std::abs(late)))
        << rule.name;
  }
}

TEST(PlasticClock, TracesGoOnWithoutLearning) {
  // A pair half of which comes before the weights may change again.
  Network network;
  network.populations = {float_population("pre", {1}, "spike_train"),
                         float_population("drive", {1}, "spike_train"),
                         float_population("post", {1}, "lif_exp")};
  network.populations[0].parameters["times_ms"] = Tensor::of({1}, std::vector<double>{10});
  network.populations[1].parameters["times_ms"] = Tensor::of({1}, std::vector<double>{20});
  network.populations[2].parameters["refractory_ms"] = 50.0;  // a spike
  network.projections = {connect("pre", "post", fixed_in_degree(1, 1)),
                         connect("drive", "post", fixed_in_degree(1, 1e3))};
  network.projections[0].plasticity = {"stdp_pair", {{"tau_plus_ms", 20.0}}};
  ParallelClock engine(network, model_registry(), 1);
  engine.learn(0);
  engine.run(15);
  engine.learn(1);
  engine.run(20);
  ASSERT_EQ(engine.spikes(2), 1U);
  EXPECT_NEAR(engine.mean_weight(0), 1 + 0.02 * std::exp(-0.5), 0.002);
}

TEST(PlasticClock, ChangesRowsFromGeneratorsAndPairs) {
  Network network = noisy_network({"stdp_pair", {{"a_minus", 0.0}}});
  network.projections[2].plasticity = {"stdp_pair", {{"a_minus", 0.0}}};
  network.projections[3] = connect("noise_b", "b", fixed_in_degree(3, 0.1), 1.0);
  network.projections[3].plasticity = {"stdp_pair", {{"a_minus", 0.0}}};
  ParallelClock one(network, model_registry(), 1), three(network, model_registry(), 3);
  one.run(500), three.run(500);
  EXPECT_EQ(one.spike_hash(), three.spike_hash());
  EXPECT_EQ(one.weight_hash(), three.weight_hash());
  EXPECT_EQ(one.plastic_synapses(), 2400U + 300 + 600);
  EXPECT_GT(one.mean_weight(2), 0.3001);
  EXPECT_GT(one.mean_weight(3), 0.1001);
}

/// One inhibitory population and Poisson excitation onto neurons that would spike at 22 Hz.
TEST(PlasticClock, InhibitionDrawsNeuronsToTheirRate) {
  Network network;
  network.dt_ms = 0.5;
  network.populations = {float_population("drive", {400}, "poisson"),
                         float_population("inhibitory", {300}, "poisson"),
                         float_population("neurons", {50}, "lif")};
  network.populations[0].parameters["rate_hz"] = 20.0;
  network.populations[1].parameters["rate_hz"] = 20.0;
  network.populations[2].parameters = {{"tau_mem_ms", 20.0},
                                       {"v_threshold", 1.0},
                                       {"reset", std::string("zero")},
                                       {"input", std::string("delta")}};
  network.projections = {connect("drive", "neurons", fixed_in_degree(100, 0.04), 0.5),
                         connect("inhibitory", "neurons", fixed_in_degree(200, -0.005), 0.5)};
  network.projections[1].plasticity = {"inhibitory",
                                       {{"eta", 0.2}, {"rho_hz", 12.0}, {"w_max", 0.5}}};
  ParallelClock engine(network, model_registry(), 1);
  engine.run(1000);
  const double before = static_cast<double>(engine.spikes(2)) / 50 / 0.5;
  EXPECT_GT(before, 18);
  engine.run(30000);
  const std::uint64_t spikes = engine.spikes(2);
  engine.run(20000);
  EXPECT_NEAR(static_cast<double>(engine.spikes(2) - spikes) / 50 / 10, 12, 0.6);
}

TEST(PlasticClock, NamesWhatItCannotRun) {
  const auto code_of = [](const Network& network) {
    try {
      ParallelClock engine(network, model_registry(), 1);
    } catch (const Failure& failure) {
      return failure.diagnostics()[0];
    }
    return Diagnostic{};
  };
  const Diagnostic unknown = code_of(noisy_network({"stdp_pear", {}}));
  EXPECT_EQ(unknown.code, Code::model_unknown);
  EXPECT_EQ(unknown.hint, "did you mean 'stdp_pair'?");
  EXPECT_EQ(code_of(noisy_network({"stdp_pair", {{"a_pluss", 1.0}}})).hint,
            "did you mean 'a_plus'?");
  const Diagnostic above = code_of(noisy_network({"stdp_pair", {{"w_max", 0.0625 / 2}}}));
  EXPECT_EQ(above.where, "net.projections.a->b.plasticity.w_max");
  EXPECT_EQ(code_of(noisy_network(test::pair_rule(1.5))).where,
            "net.projections.a->b.plasticity.dendritic_delay_ms");
  Network mixed = noisy_network({"stdp_pair", {}});
  RandomRule rule = fixed_in_degree(5, 0);
  rule.weight = {DistributionKind::normal, 0.1, 0.1};
  mixed.projections[0].connectivity = rule;
  EXPECT_EQ(code_of(mixed).code, Code::network_invalid);
  const Network plastic = noisy_network({"stdp_pair", {}});
  EXPECT_THROW(CompiledNetwork(plastic, model_registry()), Failure);
}

}  // namespace
}  // namespace synfire
