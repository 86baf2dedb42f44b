// Exact codings give the graded network's bits; approximate ones come close and say so.
#include "converters/passes/common/coding.h"

#include <gtest/gtest.h>

#include <random>

#include "support/networks.h"
#include "targets/cpu/runner.h"

namespace synfire {
namespace {

using test::QuantizedBuilder;
using test::random_weights;

Conv2d conv3x3(std::int64_t in, std::int64_t out, std::int32_t groups, std::uint32_t seed) {
  return {random_weights({out, in / groups, 3, 3}, seed),
          {1, 1},
          {1, 1},
          {1, 1, 1, 1},
          groups,
          Layout::hwc};
}

/// Every activation, connectivity and a residual connection over two layers.
Network every_layer(std::int64_t input_zero, std::int64_t hidden_zero, bool relu) {
  return QuantizedBuilder({6, 6, 2}, input_zero, 11)
      .linear("conv", "input", {6, 6, 4}, conv3x3(2, 4, 1, 21), hidden_zero, relu)
      .linear("depthwise", "conv", {6, 6, 4}, conv3x3(4, 4, 4, 22), hidden_zero, relu)
      .linear(
          "mix", "depthwise", {6, 6, 4},
          Conv2d{random_weights({4, 4, 1, 1}, 23), {1, 1}, {1, 1}, {0, 0, 0, 0}, 1, Layout::hwc},
          hidden_zero, relu)
      .add("sum", "mix", "conv", hidden_zero)
      .pool("max", "sum", {3, 3, 4}, {PoolKind::max, {3, 3}, {2, 2}, {0, 1, 0, 1}, Layout::hwc})
      .pool("average", "max", {3, 3, 4}, {PoolKind::sum, {3, 3}, {1, 1}, {1, 1, 1, 1}, Layout::hwc})
      .linear("dense", "average", {5}, Dense{random_weights({5, 36}, 24)}, 3, false)
      .build("dense");
}

SampleSet random_samples(std::int64_t count, const Shape& shape) {
  std::mt19937 generator(5);
  std::uniform_int_distribution<int> pixel(-128, 127);
  SampleSet set;
  set.shape = shape;
  set.data = Tensor(DataType::int8, {count, element_count(shape)});
  for (std::int8_t& value : set.data.as<std::int8_t>())
    value = static_cast<std::int8_t>(pixel(generator));
  return set;
}

RunResult run(Network network, std::string_view coding, CodingOptions options = {},
              std::int32_t threads = 1) {
  Diagnostics diagnostics;
  apply_coding(network, coding, options, diagnostics);
  RunOptions run_options;
  run_options.threads = threads;
  return run_samples(network, random_samples(12, {6, 6, 2}), run_options);
}

struct Variant {
  const char* name;
  std::int64_t input_zero, hidden_zero;
  bool relu;
};

class ExactCodings : public ::testing::TestWithParam<Variant> {
 protected:
  Network network() const {
    return every_layer(GetParam().input_zero, GetParam().hidden_zero, GetParam().relu);
  }
};

TEST_P(ExactCodings, GiveTheSameBits) {
  const RunResult graded = run(network(), "graded");
  const auto logits = graded.logits.as<std::int8_t>();
  ASSERT_GT(std::set<int>(logits.begin(), logits.end()).size(), 5U) << "outputs tell nothing";
  EXPECT_EQ(run(network(), "radix").logits, graded.logits);
  EXPECT_EQ(run(network(), "ttfs").logits, graded.logits);
  EXPECT_EQ(run(network(), "rate", {.steps = 255}).logits, graded.logits);
}

TEST_P(ExactCodings, SendOneSpikePerNonZeroValue) {
  const RunResult graded = run(network(), "graded"), ttfs = run(network(), "ttfs");
  EXPECT_EQ(graded.spikes_total, ttfs.spikes_total);
  EXPECT_EQ(graded.synops_total, ttfs.synops_total);
  EXPECT_GT(run(network(), "radix").spikes_total, graded.spikes_total);
}

INSTANTIATE_TEST_SUITE_P(ZeroPoints, ExactCodings,
                         ::testing::Values(Variant{"binary", -128, -128, true},
                                           Variant{"signed_input", 17, -128, true},
                                           Variant{"signed_everywhere", -40, 9, false}),
                         [](const auto& variant) { return variant.param.name; });

TEST(RateCoding, ComesCloserWithMoreSteps) {
  const Network network = every_layer(-128, -128, true);
  const RunResult exact = run(network, "graded");
  const auto error = [&](std::int32_t steps, bool pipelined) {
    const RunResult result = run(network, "rate", {.steps = steps, .pipelined = pipelined});
    double sum = 0;
    for (std::size_t i = 0; i < result.logits.size(); ++i)
      sum += std::abs(result.logits.number(i) - exact.logits.number(i));
    return sum / static_cast<double>(result.logits.size());
  };
  EXPECT_GT(error(4, false), error(64, false));
  EXPECT_GT(error(4, true), error(255, true));
  EXPECT_LT(error(255, true), 8.0);
}

TEST(RateCoding, ReportsWhatIsApproximate) {
  Network network = every_layer(-128, -128, true);
  Diagnostics diagnostics;
  apply_coding(network, "rate", {.steps = 16}, diagnostics);
  EXPECT_EQ(diagnostics.list().size(), 7U);  // every layer but the graded input
  for (const LayerReport& row : layer_report(network, "rate", {.steps = 16}))
    EXPECT_EQ(row.fidelity, row.layer == "input" ? Fidelity::exact : Fidelity::approximate);
}

TEST(Codings, GiveTheSameResultOnAnyNumberOfThreads) {
  const Network network = every_layer(-40, 9, false);
  for (const char* coding : {"graded", "radix"}) {
    const RunResult one = run(network, coding);
    for (const std::int32_t threads : {2, 3, 4}) {
      const RunResult many = run(network, coding, {}, threads);
      EXPECT_EQ(many.outputs, one.outputs);
      EXPECT_EQ(many.spikes_total, one.spikes_total);
      EXPECT_EQ(many.synops_total, one.synops_total);
    }
  }
}

TEST(Codings, RefuseStepsWhereTheWindowIsFixedAndUnknownNames) {
  Network network = every_layer(-128, -128, true);
  Diagnostics diagnostics;
  EXPECT_THROW(apply_coding(network, "radix", {.steps = 4}, diagnostics), Failure);
  try {
    apply_coding(network, "radxi", {}, diagnostics);
    FAIL() << "no failure";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics()[0].hint, "did you mean 'radix'?");
  }
}

TEST(LayerReport, StatesTheWorstAccumulatorBits) {
  Network network =
      QuantizedBuilder({2}, -128, 1)
          .linear("dense", "input", {1},
                  Dense{Tensor::of({1, 2}, std::vector<std::int8_t>{127, -100})}, 0, false)
          .build("dense");
  network.find_population("dense")->parameters["bias"] =
      Tensor::of({1}, std::vector<std::int32_t>{-1000});
  const auto rows = layer_report(network, "graded", {});
  // 227 * 255 + 1000 = 58,885 needs 16 bits and a sign.
  EXPECT_EQ(rows[1].accumulator_bits, 17);
  EXPECT_EQ(rows[1].synapses, 2);
}

}  // namespace
}  // namespace synfire
