#include "converters/passes/common/fixed_point.h"

#include <gtest/gtest.h>

#include "converters/nir/nir.h"
#include "core/base/diagnostics.h"
#include "neurons/fixed_lif.h"
#include "support/data.h"
#include "targets/cpu/lowering_error.h"
#include "targets/mcu/spiking_networks.h"

namespace synfire {
namespace {

using mcu::test::event_network;

TEST(FixedPoint, StaysNearTheFloatNetwork) {
  const Network original = with_event_input(event_network(), {});
  const FixedPoint fixed = lower_to_fixed_point(original, {});
  const Tensor sample = mcu::test::events(original, 10, 1);
  Shape shape{1};
  shape.insert(shape.end(), sample.shape().begin(), sample.shape().end());
  const LoweringError error =
      measure_lowering(original, fixed.network, {sample.reshaped(shape), sample.shape(), {}});
  ASSERT_EQ(error.layers.size(), 4U);
  EXPECT_GT(error.layers[0].spikes_float, 100);
  EXPECT_LT(error.layers[0].different * 20, error.layers[0].spikes_float);
  EXPECT_LT(error.potential_error, 0.25 * error.potential_range);
  EXPECT_EQ(error.same_winner, 1);
}

TEST(FixedPoint, StaysNearNeuronsThatDecayOnceAPeriod) {
  const Network original = with_event_input(mcu::test::odd_network(), {});
  const FixedPoint fixed = lower_to_fixed_point(original, {});
  const Tensor sample = mcu::test::interrupted(mcu::test::events(original, 40, 1));
  Shape shape{1};
  shape.insert(shape.end(), sample.shape().begin(), sample.shape().end());
  const LoweringError error =
      measure_lowering(original, fixed.network, {sample.reshaped(shape), sample.shape(), {}});
  for (const std::size_t i : {0U, 1U}) {
    EXPECT_GT(fixed.layers[i].period, 5) << i;
    EXPECT_GT(error.layers[i].spikes_float, 100) << i;
    EXPECT_LT(error.layers[i].count_difference * 20, error.layers[i].spikes_float) << i;
  }
}

TEST(FixedPoint, DecaysEveryStepWhereNeuronsDoNotRest) {
  Network network = event_network();
  Parameters& pool = network.populations[2].parameters;
  const auto period = [&] { return lower_to_fixed_point(network, {}).layers[1].period; };
  EXPECT_GT(period(), 1);
  pool["refractory_ms"] = 1.0;
  EXPECT_EQ(period(), 1);
  pool.erase("refractory_ms");
  pool["v_init"] = 1.5;  // above its threshold
  EXPECT_EQ(period(), 1);
  pool.erase("v_init");
  pool["i_offset"] = 10.0;  // rests above its threshold
  EXPECT_EQ(period(), 1);
  pool.erase("i_offset");
  network.outputs[0].population = "pool";
  network.outputs[0].shape = network.populations[2].shape;
  EXPECT_EQ(period(), 1);
}

TEST(FixedPoint, SaysWhichPotentialsCanSaturate) {
  const FixedPoint fixed = lower_to_fixed_point(event_network(), {});
  ASSERT_EQ(fixed.layers.size(), 4U);
  EXPECT_TRUE(fixed.layers[0].can_saturate);  // IF: nothing brings potentials back
  EXPECT_LT(fixed.layers[0].lowest, -10);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_FALSE(fixed.layers[i].can_saturate) << i;
  for (const FixedPointLayer& layer : fixed.layers) EXPECT_LE(layer.weight_error, 0.5 / 127);
}

TEST(FixedPoint, NamesEverythingThatHasNoFixedPointForm) {
  Network network = event_network();
  network.populations[1].model = "lif_exp";
  network.populations[3].model = "poisson";
  std::get<Pool2d>(network.projections[1].connectivity).kind = PoolKind::max;
  try {
    (void)lower_to_fixed_point(network, {});
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit_status(), 4);
    ASSERT_EQ(failure.diagnostics().size(), 3U);
    EXPECT_EQ(failure.diagnostics()[2].where, "net.projections.w2");
  }
}

TEST(FixedPoint, RefusesFactorsThatAreNotPositive) {
  Network network = event_network();
  network.populations[3].parameters["r"] = -1.0;
  EXPECT_THROW(lower_to_fixed_point(network, {}), Failure);
}

TEST(FixedLif, SaturatesAtBothEndsAndRoundsHalvesUp) {
  const synfire_fixed_lif_t neuron{INT32_MIN, 0, SYNFIRE_FIXED_LIMIT, 0};  // decay of 1/2
  const synfire_fixed_rule_t rule{1, 0, 0};
  std::int32_t v = SYNFIRE_FIXED_LIMIT - 1;
  EXPECT_EQ(synfire_fixed_lif_step(&neuron, &rule, &v, SYNFIRE_FIXED_LIMIT), 0);
  EXPECT_EQ(v, SYNFIRE_FIXED_LIMIT - 1);
  v = -SYNFIRE_FIXED_LIMIT;
  synfire_fixed_lif_step(&neuron, &rule, &v, -SYNFIRE_FIXED_LIMIT);
  EXPECT_EQ(v, -SYNFIRE_FIXED_LIMIT);
  EXPECT_EQ(synfire_fixed_decayed(3, INT32_MIN), 2);
  EXPECT_EQ(synfire_fixed_decayed(-3, INT32_MIN), -1);
  EXPECT_EQ(synfire_fixed_decayed(-3, 0), -3);
  EXPECT_EQ(synfire_fixed_decayed(100, 1 << 30), 25);
  EXPECT_EQ(synfire_fixed_decayed(-SYNFIRE_FIXED_LIMIT, -1), -SYNFIRE_FIXED_LIMIT);
}

TEST(FixedLif, SpikesAboveItsThresholdOnlyAndWaits) {
  const synfire_fixed_lif_t neuron{0, 0, 10, -11};
  const synfire_fixed_rule_t keeps{2, 1, 1};
  std::int32_t v = 0;
  std::uint16_t wait = 0;
  EXPECT_EQ(synfire_fixed_lif_wait(&neuron, &keeps, &v, &wait, 5), 0);
  EXPECT_EQ(synfire_fixed_lif_wait(&neuron, &keeps, &v, &wait, 1), 1);
  EXPECT_EQ(v, 1);
  EXPECT_EQ(synfire_fixed_lif_wait(&neuron, &keeps, &v, &wait, 100), 0);
  EXPECT_EQ(synfire_fixed_lif_wait(&neuron, &keeps, &v, &wait, 0), 0);
  EXPECT_EQ(v, 1);
}

TEST(FixedPoint, CommandLineTestsHaveTheSameNetwork) {
  // Where this network changes: write_nir(event_network(), path).
  const auto path = test::source_path("tests/golden/spiking.nir");
  EXPECT_EQ(content_hash(read_nir(path)), content_hash(event_network()));
}

}  // namespace
}  // namespace synfire
