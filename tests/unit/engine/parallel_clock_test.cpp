// The parallel clock engine against the plain one, and against itself on other numbers of threads.
#include "core/engine/parallel_clock.h"

#include <gtest/gtest.h>

#include <random>

#include "core/engine/clock_engine.h"
#include "core/net/reference.h"
#include "neurons/models.h"
#include "support/networks.h"
#include "support/thread_exchange.h"

namespace synfire {
namespace {

using test::connect;
using test::float_population;

ModelRegistry registry() { return ModelRegistry(neuron_models()); }

/// Weights are eighths: exact as float32 and in fixed point, so that both engines get the same
/// sums.
Network mixed_network(const std::string& model) {
  Network network;
  network.dt_ms = 0.5;
  network.seed = 5;
  Parameters parameters{{"tau_mem_ms", 10.0},   {"v_threshold", 4.0}, {"v_init_spread", 4.0},
                        {"refractory_ms", 1.0}, {"i_offset", 4.5},    {"r", 1.0}};
  if (model == "lif") parameters["input"] = std::string("delta");
  for (const auto& [name, size] : {std::pair{"a", 300}, std::pair{"b", 130}}) {
    network.populations.push_back(float_population(name, {size}, model));
    network.populations.back().parameters = parameters;
  }
  std::vector<float> offsets_of_b(130);  // neurons that differ
  for (std::size_t i = 0; i < offsets_of_b.size(); ++i)
    offsets_of_b[i] = 4.25F + 0.125F * static_cast<float>(i % 5);
  network.populations[1].parameters["i_offset"] = Tensor::of({130}, offsets_of_b);
  network.populations.push_back(float_population("drive", {300}, "poisson"));
  network.populations.back().parameters["rate_hz"] = 1500.0;
  const std::int32_t inhibitory = model == "lif" ? 0 : 1;
  const double part = model == "lif_alpha" ? 0.25 : 1;  // such currents carry e times the charge
  network.projections = {
      connect("a", "b", fixed_in_degree(30, 0.5 * part, true, true), 1.5),
      connect("a", "a", pairwise_bernoulli(0.1, 0.375 * part, false), 2.0),
      connect("b", "a", fixed_in_degree(20, -0.125, true, false), 0.5),
      connect("drive", "a", OneToOne{Tensor::of({1}, std::vector<float>{0.5F})}, 1.0)};
  network.projections[2].receptor = inhibitory;
  std::mt19937 random(3);
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> targets;
  std::vector<float> weights;
  std::vector<double> delays;
  for (int source = 0; source < 130; ++source) {
    for (int i = 0; i < 7; ++i) {
      targets.push_back(static_cast<std::int32_t>(random() % 130));
      weights.push_back(static_cast<float>(random() % 16) / 8.0F * static_cast<float>(part));
      delays.push_back(0.5 * static_cast<double>(1 + random() % 5));
    }
    offsets.push_back(static_cast<std::int64_t>(targets.size()));
  }
  const auto count = static_cast<std::int64_t>(targets.size());
  network.projections.push_back(
      connect("b", "b",
              Sparse{Tensor::of({131}, offsets), Tensor::of({count}, targets),
                     Tensor::of({count}, weights), Tensor::of({count}, delays)}));
  return network;
}

class ParallelClocks : public ::testing::TestWithParam<std::string> {};

TEST_P(ParallelClocks, SpikeLikeThePlainClockEngine) {
  const Network network = mixed_network(GetParam());
  const CompiledNetwork compiled(network, registry());
  ClockEngine plain(compiled);
  ParallelClock parallel(network, registry(), 1);
  for (int part = 0; part < 4; ++part) {
    plain.run(200);
    parallel.run(200);
    for (std::size_t p = 0; p < 2; ++p)
      ASSERT_EQ(parallel.spikes(p), plain.spikes(p)) << network.populations[p].name;
    // The drive's last spikes have not arrived.
    ASSERT_LT(parallel.spikes(2), plain.spikes(2));
    ASSERT_GT(parallel.spikes(2), plain.spikes(2) * 9 / 10);
  }
  EXPECT_GT(plain.spikes(0), 1000U);
  EXPECT_GT(plain.spikes(1), 100U);
  EXPECT_EQ(parallel.scale().relative_error(), 0);
  // The plain engine counts the drive's synapses too, with the spikes that arrived before the last.
  const std::uint64_t all = plain.synops(0) + plain.synops(1);
  EXPECT_LT(parallel.synaptic_events(), all);
  EXPECT_GE(parallel.synaptic_events() + plain.spikes(2), all);
}

TEST_P(ParallelClocks, KeepSmallWeightsBesideOneThatIsFarLarger) {
  Network network = mixed_network(GetParam());
  auto& rows = std::get<Sparse>(network.projections.back().connectivity);
  std::vector<float> weights(rows.weight.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] = static_cast<float>(1 + i % 7) / 4096.0F;
  weights[5] = 8.0F;  // 16 bits would leave nothing of the others
  rows.weight = Tensor::of({static_cast<std::int64_t>(weights.size())}, weights);
  EXPECT_EQ(weight_bits(network.projections.back()), WeightBits::b32);
  const CompiledNetwork compiled(network, registry());
  ClockEngine plain(compiled);
  ParallelClock parallel(network, registry(), 1), three(network, registry(), 3);
  plain.run(400), parallel.run(400), three.run(400);
  EXPECT_EQ(parallel.spikes(1), plain.spikes(1));
  EXPECT_EQ(parallel.spikes(0), plain.spikes(0));
  EXPECT_EQ(parallel.spike_hash(), three.spike_hash());
  EXPECT_GT(parallel.synapse_bytes(), 8 * weights.size());
}

TEST_P(ParallelClocks, SpikeTheSameOnAnyNumberOfThreads) {
  const Network network = mixed_network(GetParam());
  ParallelClock one(network, registry(), 1);
  one.run(400);
  for (const std::int32_t threads : {2, 3, 7}) {
    ParallelClock many(network, registry(), threads);
    many.run(150);  // runs may be cut anywhere
    many.run(250);
    EXPECT_EQ(many.spike_hash(), one.spike_hash()) << threads << " threads";
    EXPECT_EQ(many.synapses(), one.synapses());
    EXPECT_EQ(many.synaptic_events(), one.synaptic_events());
    for (std::size_t p = 0; p < network.populations.size(); ++p)
      EXPECT_EQ(many.spikes(p), one.spikes(p));
  }
}

TEST_P(ParallelClocks, SpikeTheSameOnAnyNumberOfRanks) {
  const Network network = mixed_network(GetParam());
  ParallelClock one(network, registry(), 1);
  one.run(400);
  for (const auto& [ranks, threads] : {std::pair{2, 1}, {3, 1}, {4, 2}})
    test::on_ranks(static_cast<std::size_t>(ranks), [&](test::ThreadExchange& exchange) {
      ParallelClock part(network, registry(), threads, &exchange);
      part.run(150);  // runs may be cut anywhere
      part.run(250);
      EXPECT_EQ(part.spike_hash(), one.spike_hash()) << ranks << " ranks";
      EXPECT_EQ(part.synapses(), one.synapses());
      EXPECT_EQ(part.synaptic_events(), one.synaptic_events());
      for (std::size_t p = 0; p < network.populations.size(); ++p)
        EXPECT_EQ(part.spikes(p), one.spikes(p));
    });
}

TEST(ParallelClock, KeepsSpikesThatOnlyGoOneToOneFromOtherRanks) {
  Network network;
  network.dt_ms = 0.5;
  network.populations = {float_population("drive", {640}, "poisson"),
                         float_population("a", {640}, "lif")};
  network.populations[0].parameters["rate_hz"] = 1500.0;
  network.projections = {
      connect("drive", "a", OneToOne{Tensor::of({1}, std::vector<float>{0.5F})}, 1.0)};
  test::on_ranks(2, [&](test::ThreadExchange& exchange) {
    ParallelClock part(network, registry(), 1, &exchange);
    part.run(50);
    EXPECT_EQ(exchange.words_sent, 0U);
    EXPECT_GT(part.spikes(0), 0U);
  });
}

TEST(ParallelClock, StopsWhenItsRanksCannotTalkAnyMore) {
  class Broken : public Exchange {
   public:
    std::size_t rank() const override { return 0; }
    std::size_t ranks() const override { return 2; }
    std::size_t ranks_on_machine() const override { return 1; }
    void all_gather(Words mine, std::vector<Words>& all) override {
      if (++calls > 1) throw ExchangeFailed("gone");
      all.assign(2, mine);
    }
    int calls = 0;
  } broken;
  const Network network = mixed_network("lif");
  ParallelClock engine(network, registry(), 3, &broken);
  EXPECT_THROW(engine.run(100), ExchangeFailed);
}

INSTANTIATE_TEST_SUITE_P(Models, ParallelClocks, ::testing::Values("lif", "lif_exp", "lif_alpha"),
                         [](const auto& variant) { return variant.param; });

TEST(ParallelClock, DrawsEveryRuleAlikeOnAnyNumberOfThreads) {
  RandomRule rule;
  rule.weight = {DistributionKind::normal, 0.02, 0.02, 0.0, 0.04, true};
  rule.delay_ms = Distribution{DistributionKind::uniform, 0.5, 2.0};
  rule.autapses = rule.multapses = false;
  for (const auto& [kind, number] :
       {std::pair{RuleKind::fixed_in_degree, 20.0}, std::pair{RuleKind::fixed_out_degree, 20.0},
        std::pair{RuleKind::fixed_total_number, 4000.0},
        std::pair{RuleKind::pairwise_bernoulli, 0.1}, std::pair{RuleKind::all_to_all, 0.0}}) {
    Network network = mixed_network("lif");
    rule.kind = kind, rule.number = number;
    network.projections[0] = connect("b", "a", rule);
    network.projections[1] = connect("a", "a", rule);
    ParallelClock one(network, registry(), 1);
    one.run(100);
    EXPECT_GT(one.spikes(0), 100U);
    for (const std::int32_t threads : {2, 3, 4}) {
      ParallelClock many(network, registry(), threads);
      many.run(100);
      EXPECT_EQ(many.synapses(), one.synapses()) << to_string(kind);
      EXPECT_EQ(many.spike_hash(), one.spike_hash()) << to_string(kind) << ", " << threads;
    }
  }
}

TEST(ParallelClock, RecordsSpikesInTheOrderOfStepsAndNeurons) {
  const Network network = mixed_network("lif");
  ParallelClock one(network, registry(), 1), three(network, registry(), 3);
  for (ParallelClock* engine : {&one, &three}) {
    engine->run(100);
    engine->start_recording();
    engine->run(300);
  }
  for (std::size_t p = 0; p < 2; ++p) {
    const RecordedSpikes a = one.recorded(p), b = three.recorded(p);
    EXPECT_GT(a.neurons.size(), 100U);
    EXPECT_EQ(a.steps, b.steps);
    EXPECT_EQ(a.counts, b.counts);
    EXPECT_EQ(a.neurons, b.neurons);
    EXPECT_TRUE(std::is_sorted(a.steps.begin(), a.steps.end()));
    EXPECT_GE(a.steps.front(), 100);
    EXPECT_LT(*std::max_element(a.neurons.begin(), a.neurons.end()),
              static_cast<std::uint32_t>(network.populations[p].size()));
  }
  EXPECT_TRUE(one.recorded(2).steps.empty());  // the generator
}

void compare_where_few_spikes_arrive(const std::string& model) {
  Network network;
  network.dt_ms = 0.1;
  network.populations = {float_population("a", {2000}, model)};
  network.populations[0].parameters = {
      {"i_offset", 1.5}, {"v_init_spread", 1.0}, {"tau_syn_exc_ms", 2.0}, {"tau_syn_inh_ms", 7.0}};
  network.projections = {connect("a", "a", fixed_in_degree(5, 0.25, true, true), 0.1),
                         connect("a", "a", fixed_in_degree(5, -0.5, true, true), 0.3)};
  network.projections[1].receptor = 1;
  const CompiledNetwork compiled(network, registry());
  ClockEngine plain(compiled);
  ParallelClock parallel(network, registry(), 1);
  for (int part = 0; part < 20; ++part) {
    plain.run(50), parallel.run(50);
    ASSERT_EQ(parallel.spikes(0), plain.spikes(0)) << part;
  }
  EXPECT_GT(plain.spikes(0), 2500U);
}

TEST(ParallelClock, SpikesLikeThePlainClockEngineWhereFewSpikesArrive) {
  for (const std::string model : {"lif_exp", "lif_alpha"}) {
    SCOPED_TRACE(model);
    compare_where_few_spikes_arrive(model);
  }
}

TEST(ParallelClock, ServesRowsOfMoreSynapsesThanTheirHeadsCount) {
  Network network;
  network.dt_ms = 0.1;
  network.populations = {float_population("a", {3}, "lif"), float_population("b", {512}, "lif")};
  network.populations[0].parameters = {{"i_offset", 1.5}, {"v_init_spread", 1.0}};
  network.populations[1].parameters = {{"v_threshold", 1e3}, {"input", std::string("delta")}};
  RandomRule rule = fixed_in_degree(1000, 0.25, true, true);
  network.projections = {connect("a", "b", rule, 0.3), connect("a", "b", rule, 0.7)};
  rule.weight = {DistributionKind::uniform, 0.5, 1.0};  // weights of their own
  network.projections.push_back(connect("a", "b", rule, 0.7));
  ParallelClock one(network, registry(), 1);
  EXPECT_EQ(one.synapses(), 3 * 512 * 1000U);
  one.run(3000);
  EXPECT_GT(one.spikes(0), 20U);
  EXPECT_GT(one.spikes(1), 100U);
  // In one shard a source has 170,000 synapses of every kind, in four it has 43,000 in each.
  ParallelClock four(network, registry(), 4);
  four.run(3000);
  EXPECT_EQ(four.synaptic_events(), one.synaptic_events());
  EXPECT_EQ(four.spike_hash(), one.spike_hash());
}

TEST(ParallelClock, SplitsWhatDoesNotFitOneShard) {
  Network network;
  network.dt_ms = 0.1;
  network.populations = {float_population("a", {150000}, "lif")};
  network.populations[0].parameters = {{"i_offset", 1.5}, {"v_init_spread", 1.0}};
  network.projections = {connect("a", "a", fixed_in_degree(2, 0.25, true, true), 0.3)};
  ParallelClock one(network, registry(), 1), two(network, registry(), 2);
  one.run(100), two.run(100);
  EXPECT_GT(one.spikes(0), 1000U);
  EXPECT_EQ(one.spike_hash(), two.spike_hash());
}

TEST(ReferenceNetworks, RunAtTheRatesOfOtherSimulators) {
  // Four simulators agree on 15.4 to 15.9 Hz with a constant drive and 8.2 to 8.6 Hz (slowly
  // varying) with Poisson input for Brunel's network, and on 5.3 to 5.9 Hz for Vogels and
  // Abbott's.
  const auto rate = [](const Network& network, std::int64_t neurons, std::int64_t steps) {
    ParallelClock engine(network, registry(), 2);
    engine.run(2000);
    const std::uint64_t before = engine.spikes(0) + engine.spikes(1);
    engine.run(steps);
    const auto spikes = static_cast<double>(engine.spikes(0) + engine.spikes(1) - before);
    return spikes / static_cast<double>(neurons) / (static_cast<double>(steps) * 1e-4);
  };
  EXPECT_NEAR(rate(brunel_network(Drive::dc, 1, 1), 10000, 5000), 15.65, 0.4);
  EXPECT_NEAR(rate(brunel_network(Drive::poisson, 1, 1), 10000, 5000), 8.3, 0.6);
  EXPECT_NEAR(rate(cuba_network(1, 1), 4000, 20000), 5.6, 0.5);
}

}  // namespace
}  // namespace synfire
