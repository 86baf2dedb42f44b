// What the parallel clock engine stops and what it refuses: activity, precision, memory, kinds.
#include <gtest/gtest.h>

#include "core/engine/memory.h"
#include "core/engine/parallel_clock.h"
#include "neurons/models.h"
#include "support/networks.h"

namespace synfire {
namespace {

using test::connect;
using test::float_population;

ModelRegistry registry() { return ModelRegistry(neuron_models()); }

/// Excitation only, above threshold from the start.
Network runaway_network() {
  Network network;
  network.dt_ms = 0.1;
  network.populations = {float_population("a", {300}, "lif"), float_population("b", {10}, "lif")};
  network.populations[0].parameters = {{"i_offset", 1.2},
                                       {"v_init_spread", 1.0},
                                       {"refractory_ms", 2.0},
                                       {"input", std::string("delta")}};
  network.projections = {connect("a", "a", fixed_in_degree(50, 0.5), 2.1),
                         connect("a", "b", fixed_in_degree(5, 0.01), 1.0)};
  return network;
}

std::string reason_of_stop(ParallelClock& engine, std::int64_t steps) {
  try {
    engine.run(steps);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics()[0].code, Code::activity_limit);
    EXPECT_EQ(failure.exit_status(), 1);
    return failure.what();
  }
  return "";
}

TEST(ParallelClock, StopsWhenActivityExplodes) {
  const Network network = runaway_network();
  ParallelClock one(network, registry(), 1);
  const std::string reason = reason_of_stop(one, 20000);
  EXPECT_NE(reason.find("net.populations.a"), std::string::npos) << reason;
  EXPECT_EQ(reason.find("net.populations.b"), std::string::npos) << reason;
  EXPECT_NE(reason.find("the limit is 380.95 Hz"), std::string::npos) << reason;
  EXPECT_LT(one.steps_done(), 20000);
  for (const std::int32_t threads : {2, 4}) {
    ParallelClock many(network, registry(), threads);
    EXPECT_EQ(reason_of_stop(many, 20000), reason);
    EXPECT_EQ(many.steps_done(), one.steps_done());
    EXPECT_EQ(many.spike_hash(), one.spike_hash());
  }
}

TEST(ParallelClock, RunsOnWhereTheLimitOfRatesAllowsIt) {
  ParallelClock engine(runaway_network(), registry(), 2);
  engine.limit_rate(1e6);
  EXPECT_EQ(reason_of_stop(engine, 2000), "");
  EXPECT_EQ(engine.steps_done(), 2000);
  engine.limit_rate(1);
  EXPECT_NE(reason_of_stop(engine, 2000), "");
}

TEST(ParallelClock, RefusesWeightsThatFixedPointLoses) {
  Network network = runaway_network();
  network.projections[1] = connect("a", "a", fixed_in_degree(5, 1e-7), 1.0);
  try {
    ParallelClock engine(network, registry(), 1);
    FAIL() << "accepted";
  } catch (const Failure& failure) {
    ASSERT_EQ(failure.diagnostics().size(), 1U);
    EXPECT_EQ(failure.diagnostics()[0].code, Code::weight_precision);
    EXPECT_EQ(failure.diagnostics()[0].where, "net.projections.a->a");
  }
}

TEST(WeightScale, GivesWeightsTheBitsThatTheirSpreadNeeds) {
  RandomRule rule = fixed_in_degree(10, 1.0);
  const auto bits = [&](DistributionKind kind, double first, double second) {
    rule.weight = {kind, first, second};
    return weight_bits(connect("a", "a", rule, 1.0));
  };
  EXPECT_EQ(bits(DistributionKind::constant, 1, 0), WeightBits::none);
  EXPECT_EQ(bits(DistributionKind::normal, 87.8, 8.78), WeightBits::b16);
  EXPECT_EQ(bits(DistributionKind::normal, 0, 1), WeightBits::b16);
  EXPECT_EQ(bits(DistributionKind::uniform, -3, 1), WeightBits::b16);
  EXPECT_EQ(bits(DistributionKind::lognormal, -1, 0.5), WeightBits::b16);
  EXPECT_EQ(bits(DistributionKind::lognormal, -1, 1), WeightBits::b32);  // e^6.3 times the median
}

TEST(ClockMemory, CountsWhatIsGatheredOfTheLargestPopulationWhileRowsAreBuilt) {
  Network network = runaway_network();
  network.projections = {connect("a", "a", fixed_in_degree(50, 5.0), 1.0)};
  const std::uint64_t one = build_memory(network, 1);
  EXPECT_GE(one, 300 * 50 * 8U);
  EXPECT_LT(one, 300 * 50 * 9U);
  // A smaller population is gathered when the rows of the larger one are there.
  network.projections.push_back(connect("b", "a", fixed_in_degree(40, 5.0), 1.0));
  EXPECT_LT(build_memory(network, 1), one + 300 * 40 * 3U);
}

TEST(ClockMemory, CountsSynapsesAndWhatIsKeptForTheLongestDelay) {
  Network network = runaway_network();
  network.projections = {connect("a", "a", fixed_in_degree(50, 5.0), 1.0)};
  const std::uint64_t plain = clock_memory(network, 1);
  EXPECT_GE(plain, 300 * 50 * 2U);
  network.projections[0] = connect("a", "a", fixed_in_degree(100, 5.0), 1.0);
  EXPECT_EQ(clock_memory(network, 1) - plain, 300 * 50 * 2U);
  network.projections[0].delay_ms = 1e5;  // 10^6 steps
  EXPECT_GT(clock_memory(network, 1), 30'000'000U);
  network.projections[0] = connect("a", "a", fixed_in_degree(1'000'000'000'000, 5.0), 1.0);
  try {
    ParallelClock engine(network, registry(), 1);
    FAIL() << "built";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics()[0].code, Code::resource_limit);
    EXPECT_EQ(failure.exit_status(), 5);
  }
}

TEST(ParallelClock, SaysWhyItDoesNotRunANetwork) {
  Network network;
  network.populations = {float_population("a", {4}, "lif"), float_population("b", {2}, "lif")};
  EXPECT_EQ(ParallelClock::unsupported(network, registry()), "");
  network.projections = {connect("a", "b", Dense{Tensor::of({2, 4}, std::vector<float>(8, 1.0F))})};
  EXPECT_EQ(ParallelClock::unsupported(network, registry()), "projection a->b is dense");
  EXPECT_THROW(ParallelClock(network, registry(), 1), Failure);
}

}  // namespace
}  // namespace synfire
