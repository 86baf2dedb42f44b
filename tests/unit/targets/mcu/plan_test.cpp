// The plan: kernels, places in the arena, and refusals.
#include "targets/mcu/plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "targets/mcu/networks.h"

namespace synfire::mcu {
namespace {

TEST(Plan, SeparableLayersStayInOneRoom) {
  const Plan plan = make_plan(test::separable(4, 6));
  ASSERT_EQ(plan.layers.size(), 7U);
  const std::int64_t plane = 4 * 7;
  EXPECT_EQ(plan.layers[1].out.at, plan.layers[1].in().at + plane);  // depthwise one plane up
  EXPECT_TRUE(std::get<Depthwise>(plan.layers[1].work).downwards);
  EXPECT_EQ(plan.layers[2].out.at, plan.layers[2].in().at);          // pointwise in place
  EXPECT_EQ(plan.layers[3].out.at, plan.layers[3].in().at - plane);  // and down again
  EXPECT_FALSE(std::get<Depthwise>(plan.layers[3].work).downwards);
  EXPECT_TRUE(plan.layers[1].clears_margin);
  EXPECT_FALSE(plan.layers[3].clears_margin);  // the depthwise layer before it has set it
}

TEST(Plan, EveryMapLiesInTheArena) {
  for (const Network& network : {test::separable(4, 6), test::separable(9, 3), test::irregular()}) {
    const Plan plan = make_plan(network);
    for (const Layer& layer : plan.layers)
      for (const Map& map : {layer.in(), layer.out}) {
        const bool before = map.at < 0;  // the input may lie at the end of working memory
        EXPECT_GE(map.at, before ? 1 - plan.word_bytes : 1);  // and the margin before the first row
        EXPECT_LE(map.at + map.plane * map.channels, before ? 0 : plan.arena_bytes);
      }
  }
}

TEST(Plan, AnInputLiesInWorkingMemoryThatItsReadersLeave) {
  const Plan plan = make_plan(test::separable(4, 6));
  const std::int64_t size = plan.input.plane * plan.input.channels;
  EXPECT_EQ(plan.input.at, -size);
  EXPECT_EQ(plan.layers[0].in().at, -size);
  EXPECT_LE(std::get<Linear>(plan.layers[0].work).word_bytes() + size + 1, plan.word_bytes);
  EXPECT_GE(plan.plain_input_at, plan.arena_bytes - 2);
  EXPECT_EQ(plan.plain_arena_bytes, plan.arena_bytes + size + 1);
  const Plan unpacked = make_plan(test::separable(4, 6), {.word_limit = 0});
  EXPECT_GE(unpacked.input.at, 1);
  EXPECT_EQ(unpacked.plain_input_at, unpacked.input.at);
}

bool apart(const Map& a, const Map& b) {
  return a.at + a.plane * a.channels <= b.at || b.at + b.plane * b.channels <= a.at;
}

TEST(Plan, ASkipConnectionIsAliveUntilItIsAdded) {
  const Plan plan = make_plan(test::residual());
  const Layer &first = plan.layers[0], &inner = plan.layers[1], &branch = plan.layers[2];
  const Layer &sum = plan.layers[3], &aside = plan.layers[4], &second = plan.layers[5];
  EXPECT_TRUE(apart(first.out, inner.out));
  EXPECT_TRUE(apart(first.out, branch.out));
  EXPECT_TRUE(apart(inner.out, branch.out));
  ASSERT_EQ(sum.inputs.size(), 2U);
  EXPECT_EQ(sum.inputs[0].population, "branch");
  EXPECT_EQ(sum.inputs[0].map, branch.out);
  EXPECT_EQ(sum.inputs[1].map, first.out);
  EXPECT_EQ(sum.out.at, branch.out.at);       // in the place of what it is the last to read
  EXPECT_TRUE(apart(aside.out, aside.in()));  // pointwise, but its input is read again
  EXPECT_EQ(second.out.at, sum.out.at);
  EXPECT_EQ(plan.layers[6].inputs[0].map, plan.layers[6].inputs[1].map);
}

TEST(Plan, AddsWithTheReferencesBytesComeFromTables) {
  const Plan plan = make_plan(test::residual());
  EXPECT_FALSE(std::get<Add>(plan.layers[6].work).tables);
  const Add& add = std::get<Add>(plan.layers[3].work);
  ASSERT_TRUE(add.tables);
  const Layer& layer = plan.layers[3];
  for (std::int32_t a = 0; a < 256; a += 5)
    for (std::int32_t b = 0; b < 256; ++b) {
      const std::int32_t value =
          synfire_add_value(&add.exact, a - layer.inputs[0].map.zero, b - layer.inputs[1].map.zero);
      const std::int32_t sum = add.tables->operand[0][static_cast<std::size_t>(a)] +
                               add.tables->operand[1][static_cast<std::size_t>(b)];
      EXPECT_EQ(std::clamp(sum >> add.tables->shift, 0, 255),
                value + add.exact.zero_point - add.exact.low);
    }
}

TEST(Plan, MarginsOfChannelsThatAPointwiseLayerAddsAreSet) {
  const Plan plan = make_plan(test::widening());
  EXPECT_EQ(plan.layers[1].out.at, plan.layers[1].in().at);
  EXPECT_TRUE(plan.layers[2].clears_margin);
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
  Network network = test::graded(
      test::QuantizedBuilder({4, 4, 4}, 0, 3)
          .linear("several", "input", {4, 4, 4}, OneToOne{test::random_weights({64}, 4)}, 0, true)
          .linear("left", "several", {3}, Dense{test::random_weights({3, 64}, 1)}, 0, true)
          .linear("right", "several", {3}, Dense{test::random_weights({3, 64}, 2)}, 0, true)
          .add("sum", "left", "right", 0)
          .build("sum"));
  for (Projection& projection : network.projections)
    if (projection.receptor == 1) projection.receptor = 0;
  try {
    make_plan(network);
    FAIL();
  } catch (const Failure& failure) {
    ASSERT_EQ(failure.diagnostics().size(), 2U);
    EXPECT_EQ(failure.exit_status(), 4);
    EXPECT_EQ(failure.diagnostics()[0].where, "net.populations.several");
    EXPECT_EQ(failure.diagnostics()[1].where, "net.populations.sum");
  }
}

TEST(PlanDecoding, TakesWhatTheBoardHasInItsOrderAndLeavesTheRest) {
  Output output;
  output.shape = {3};
  output.decoders = {
      {"offset", {}}, {"softmax", {{"scale", 0.1}}}, {"dequantize", {{"scale", 0.5}}}};
  const auto [both, none] = plan_decoding(output, true);
  EXPECT_EQ(both.row, Decoding::Row::softmax);
  EXPECT_EQ(both.length, 3);
  EXPECT_EQ(both.dequantize->scale, 0.5F);
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(plan_decoding(output, false).left, (std::vector<std::string>{"softmax", "dequantize"}));
  std::swap(output.decoders[1], output.decoders[2]);  // softmax of real values is the user's
  const auto [real, softmax] = plan_decoding(output, true);
  EXPECT_EQ(real.row, Decoding::Row::none);
  EXPECT_TRUE(real.dequantize);
  EXPECT_EQ(softmax, std::vector<std::string>{"softmax"});
}

TEST(Plan, NeuronsThatAreNotQuantizedAreRefused) {
  Network network = test::separable(4, 6);
  for (Population& population : network.populations) population.model = "lif";
  EXPECT_THROW(make_plan(network), Failure);
}

}  // namespace
}  // namespace synfire::mcu
