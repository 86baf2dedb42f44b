// Plastic synapses in the parallel clock engine: against the pairs of the spikes that it recorded,
// and against itself on other numbers of threads and ranks.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/engine/clock_engine.h"
#include "core/engine/parallel_clock.h"
#include "core/net/reference.h"
#include "neurons/models.h"
#include "support/networks.h"
#include "support/thread_exchange.h"

namespace synfire {
namespace {

using test::connect;
using test::float_population;

constexpr double kDt = 0.5;

/// Two populations that noise drives at many rates, some of them hardly at all, with synapses of
/// several delays from the first to the second; projection 0 is the one that `plasticity` changes.
Network noisy_network(Stage plasticity, Stage synapse = {}) {
  Network network;
  network.dt_ms = kDt;
  network.seed = 3;
  const Parameters lif{{"tau_mem_ms", 10.0},
                       {"v_threshold", 1.0},
                       {"reset", std::string("zero")},
                       {"refractory_ms", 2.0},
                       {"input", std::string("delta")}};
  std::mt19937 random(7);
  for (const auto& [name, size] : {std::pair{"a", 300}, std::pair{"b", 200}}) {
    network.populations.push_back(float_population(name, {size}, "lif"));
    network.populations.back().parameters = lif;
    std::vector<float> offsets(static_cast<std::size_t>(size));
    for (float& offset : offsets) {
      offset = 0.1F + 0.9F * static_cast<float>(random() % 100) / 100;
      if (random() % 16 == 0) offset = -0.7F;
    }
    network.populations.back().parameters["i_offset"] = Tensor::of({size}, offsets);
  }
  for (const auto& [name, size] : {std::pair{"noise_a", 300}, std::pair{"noise_b", 200}}) {
    network.populations.push_back(float_population(name, {size}, "poisson"));
    network.populations.back().parameters["rate_hz"] = 150.0;
  }
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> targets;
  std::vector<double> delays;
  for (int source = 0; source < 300; ++source) {
    for (int i = 0; i < 8; ++i) {
      targets.push_back(static_cast<std::int32_t>(random() % 200));
      delays.push_back(kDt * static_cast<double>(2 + random() % 6));
    }
    offsets.push_back(static_cast<std::int64_t>(targets.size()));
  }
  const auto count = static_cast<std::int64_t>(targets.size());
  const Tensor noise = Tensor::of({1}, std::vector<float>{0.3F});
  network.projections = {
      connect("a", "b",
              Sparse{Tensor::of({301}, offsets), Tensor::of({count}, targets),
                     Tensor::of({1}, std::vector<float>{0.0625F}), Tensor::of({count}, delays)}),
      connect("b", "a", fixed_in_degree(5, -0.03125), 1.0),
      connect("noise_a", "a", OneToOne{noise}, 1.0), connect("noise_b", "b", OneToOne{noise}, 1.0)};
  network.projections[0].plasticity = std::move(plasticity);
  network.projections[0].synapse = std::move(synapse);
  return network;
}

using Times = std::vector<std::int64_t>;  // steps

/// A weight after additive pairs of all spikes, one after the other.
double after_pairs(const Times& pre, const Times& post, double delay, double dendritic) {
  // Steps at the synapse; arrivals come before spikes of the same step.
  std::vector<std::pair<double, bool>> events;
  for (const std::int64_t step : pre)
    events.emplace_back(kDt * static_cast<double>(step) + delay - dendritic, false);
  for (const std::int64_t step : post)
    events.emplace_back(kDt * static_cast<double>(step) + dendritic, true);
  std::sort(events.begin(), events.end());
  double x = 0, y = 0, last = 0, w = 0.0625;
  for (const auto& [time, is_post] : events) {
    x *= std::exp(-(time - last) / 17), y *= std::exp(-(time - last) / 34), last = time;
    w += 0.125 * (is_post ? 0.01 * x : -0.008 * y);
    w = std::clamp(w, 0.0, 0.125);
    ++(is_post ? y : x);
  }
  return w;
}

class PlasticDelays : public ::testing::TestWithParam<double> {};

TEST_P(PlasticDelays, ChangeWeightsByEveryPairOfSpikes) {
  const double dendritic = GetParam();
  const Network network = noisy_network({"stdp_pair",
                                         {{"tau_plus_ms", 17.0},
                                          {"tau_minus_ms", 34.0},
                                          {"a_plus", 0.01},
                                          {"a_minus", 0.008},
                                          {"w_max", 0.125},
                                          {"dendritic_delay_ms", dendritic}}});
  ParallelClock engine(network, model_registry(), 2);
  engine.start_recording();
  constexpr std::int64_t kSteps = 8000;
  engine.run(kSteps);
  std::vector<Times> pre(300), post(200);
  for (auto [population, trains] : {std::pair{0, &pre}, std::pair{1, &post}}) {
    const auto spikes = engine.recorded(static_cast<std::size_t>(population));
    for (std::size_t i = 0; i < spikes.steps.size(); ++i)
      (*trains)[spikes.neurons[i]].push_back(spikes.steps[i]);
  }
  const auto silent = std::count_if(pre.begin(), pre.end(), [](auto& t) { return t.size() < 8; });
  EXPECT_GT(silent, 5);  // for seconds
  const auto weights = engine.weights(0);
  ASSERT_EQ(weights.weights.size(), 2400U);
  // Expected, in the same order: the synapses of a pair of neurons are told apart by their weights.
  const auto& sparse = std::get<Sparse>(network.projections[0].connectivity);
  std::vector<std::tuple<std::uint32_t, std::uint32_t, double>> expected;
  for (std::uint32_t source = 0; source < 300; ++source)
    for (std::size_t s = 8 * source; s < 8 * (source + 1); ++s) {
      const auto target = static_cast<std::uint32_t>(sparse.targets.as<std::int32_t>()[s]);
      const double delay = sparse.delay.as<double>()[s];
      // What has not arrived yet does not count.
      const auto arrived = [](const Times& steps, double lag) {
        Times some;
        for (const std::int64_t step : steps)
          if (kDt * static_cast<double>(step) + lag < kDt * kSteps - 1e-9) some.push_back(step);
        return some;
      };
      expected.emplace_back(source, target,
                            after_pairs(arrived(pre[source], delay),
                                        arrived(post[target], 2 * dendritic), delay, dendritic));
    }
  std::sort(expected.begin(), expected.end());
  double changed = 0;
  for (std::size_t s = 0; s < expected.size(); ++s) {
    const auto& [source, target, weight] = expected[s];
    ASSERT_EQ(weights.sources[s], source);
    ASSERT_EQ(weights.targets[s], target);
    ASSERT_NEAR(weights.weights[s], weight, 3e-7) << source << " -> " << target;
    changed += std::abs(weight - 0.0625) / 2400;
  }
  EXPECT_GT(changed, 0.01);
}

INSTANTIATE_TEST_SUITE_P(Parts, PlasticDelays, ::testing::Values(0.0, 0.5));

struct Case {
  const char* name;
  Stage plasticity, synapse;
};

class PlasticClocks : public ::testing::TestWithParam<Case> {};

/// Cut anywhere, with a reward between.
template <typename Engine>
void run_in_parts(Engine& engine) {
  engine.run(333);
  engine.reward(5);
  engine.run(767);
}

TEST_P(PlasticClocks, ChangeTheSameOnAnyNumberOfThreadsAndRanks) {
  const Network network = noisy_network(GetParam().plasticity, GetParam().synapse);
  ParallelClock one(network, model_registry(), 1), watched(network, model_registry(), 1);
  run_in_parts(one);
  for (int part = 0; part < 333; ++part) watched.run(1), watched.weight_hash();
  watched.reward(5);
  for (int part = 0; part < 767; ++part) watched.run(1), watched.mean_weight(0);
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
