// The plan: kernels, places in the arena, and refusals.
#include "targets/mcu/plan.h"

#include <gtest/gtest.h>

#include "targets/mcu/networks.h"

namespace synfire::mcu {
namespace {

TEST(Plan, SeparableLayersStayInOneRoom) {
  const Plan plan = make_plan(test::separable(4, 6));
  ASSERT_EQ(plan.layers.size(), 7U);
  const std::int64_t plane = 4 * 7;
  EXPECT_EQ(plan.layers[1].out.at, plan.layers[1].in.at + plane);  // depthwise one plane up
  EXPECT_TRUE(std::get<Depthwise>(plan.layers[1].work).downwards);
  EXPECT_EQ(plan.layers[2].out.at, plan.layers[2].in.at);          // pointwise in place
  EXPECT_EQ(plan.layers[3].out.at, plan.layers[3].in.at - plane);  // and down again
  EXPECT_FALSE(std::get<Depthwise>(plan.layers[3].work).downwards);
  EXPECT_TRUE(plan.layers[0].clears_margin);
  EXPECT_FALSE(plan.layers[2].clears_margin);
}

TEST(Plan, EveryMapLiesInTheArena) {
  for (const Network& network : {test::separable(4, 6), test::separable(9, 3), test::irregular()}) {
    const Plan plan = make_plan(network);
    for (const Layer& layer : plan.layers)
      for (const Map& map : {layer.in, layer.out}) {
        EXPECT_GE(map.at, 1);  // the margin before the first row
        EXPECT_LE(map.at + map.plane * map.channels, plan.arena_bytes);
      }
  }
}

TEST(Plan, TallMapsAreTransposed) {
  EXPECT_TRUE(make_plan(test::separable(9, 3)).transposed);
  EXPECT_FALSE(make_plan(test::separable(3, 9)).transposed);
  EXPECT_EQ(make_plan(test::separable(9, 3)).input.columns, 9);
}

TEST(Plan, WeightsArePackedWithinTheLimitOnly) {
  const Network network = test::separable(4, 6);
  EXPECT_TRUE(std::get<Linear>(make_plan(network).layers[2].work).packed);
  EXPECT_FALSE(std::get<Linear>(make_plan(network, {.word_limit = 127}).layers[2].work).packed);
}

TEST(Plan, EveryLayerWithoutAKernelIsNamed) {
  const Network network = test::graded(
      test::QuantizedBuilder({4, 4, 2}, 0, 3)
          .pool("greatest", "input", {2, 2, 2},
                Pool2d{PoolKind::max, {2, 2}, {2, 2}, {}, Layout::hwc})
          .linear("left", "greatest", {3}, Dense{test::random_weights({3, 8}, 1)}, 0, true)
          .linear("right", "greatest", {3}, Dense{test::random_weights({3, 8}, 2)}, 0, true)
          .add("sum", "left", "right", 0)
          .build("sum"));
  try {
    make_plan(network);
    FAIL();
  } catch (const Failure& failure) {
    ASSERT_EQ(failure.diagnostics().size(), 2U);
    EXPECT_EQ(failure.exit_status(), 4);
    EXPECT_EQ(failure.diagnostics()[0].where, "net.populations.greatest");
    EXPECT_EQ(failure.diagnostics()[1].where, "net.populations.sum");
  }
}

TEST(Plan, OtherCodingsAreRefused) {
  Network network = test::separable(4, 6);
  for (Population& population : network.populations) population.model = "radix";
  EXPECT_THROW(make_plan(network), Failure);
}

}  // namespace
}  // namespace synfire::mcu
