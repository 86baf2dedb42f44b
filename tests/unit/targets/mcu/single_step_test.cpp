// Requantization in one step has the reference's byte for every sum.
#include "targets/mcu/single_step.h"

#include <gtest/gtest.h>

#include <random>

namespace synfire::mcu {
namespace {

constexpr std::int32_t kShift = 12;

synfire_graded_t rectified(std::int32_t multiplier, std::int32_t shift) {
  return {0, multiplier, shift, -128, -128, 127, 0};
}

synfire_graded_t linear(std::int32_t multiplier, std::int32_t shift, std::int32_t zero_point) {
  return {0, multiplier, shift, zero_point, -128, 127, 0};
}

std::int64_t differences(const synfire_graded_t& neuron, const SingleSteps& steps, SumRange range) {
  std::int64_t count = 0;
  for (std::int64_t sum = range.low; sum <= range.high; ++sum) {
    const auto s = static_cast<std::int32_t>(sum);
    count += byte_of(steps.channel[0], steps.shift, s) != byte_of(neuron, s);
  }
  return count;
}

TEST(SingleStep, HasTheReferencesByteForEverySumOfItsRange) {
  std::mt19937 random(7);
  std::uniform_int_distribution<std::int32_t> multiplier(1 << 30, 2147483647), shift(-10, -5),
      zero_point(-128, 127);
  const SumRange range{-150000, 200000};
  int found = 0;
  for (int i = 0; i < 20; ++i) {
    const synfire_graded_t neuron =
        i % 2 == 0 ? rectified(multiplier(random), shift(random))
                   : linear(multiplier(random), shift(random), zero_point(random));
    const SingleSteps steps = single_steps({&neuron, 1}, {&range, 1}, kShift);
    if (steps.found() == 0) continue;
    ++found;
    EXPECT_EQ(differences(neuron, steps, range), 0) << "case " << i;
  }
  EXPECT_GE(found, 10);  // all rectified ones
}

TEST(SingleStep, IsFoundForEveryRectifiedNeuron) {
  const SumRange range{-100000, 300000};
  for (std::int32_t shift = -10; shift <= -5; ++shift)
    for (const std::int32_t multiplier : {1 << 30, 1234567891, 2147400000}) {
      const synfire_graded_t neuron = rectified(multiplier, shift);
      EXPECT_EQ(single_steps({&neuron, 1}, {&range, 1}, kShift).found(), 1)
          << multiplier << " " << shift;
    }
}

TEST(SingleStep, HasBiasesOfAnySizeInItsStart) {
  const SumRange range{-300000, 300000};
  synfire_graded_t neuron = rectified(1 << 30, -8);
  neuron.bias = 4'000'000;
  const SingleSteps steps = single_steps({&neuron, 1}, {&range, 1}, kShift);
  ASSERT_EQ(steps.found(), 1);
  EXPECT_EQ(differences(neuron, steps, range), 0);
}

TEST(SingleStep, IsFoundAsideOfTheRoundedMultiplier) {
  const SumRange range{-169521, 163509};
  synfire_graded_t neuron = rectified(1837833626, -6);
  neuron.bias = -225;
  const SingleSteps steps = single_steps({&neuron, 1}, {&range, 1}, kShift);
  ASSERT_EQ(steps.found(), 1);
  EXPECT_NE(steps.channel[0].multiplier, 918916813);
  EXPECT_EQ(differences(neuron, steps, range), 0);
}

TEST(SingleStep, OfABiasThatDecidesAloneNeedsNoSums) {
  synfire_graded_t neuron = rectified(0, 0);
  EXPECT_TRUE(is_constant(neuron, {-1000, 1000}));
  neuron = rectified(1 << 30, -6);
  EXPECT_TRUE(is_constant(neuron, {-1000, 0}));
  EXPECT_FALSE(is_constant(neuron, {-1000, 1000}));
  neuron.bias = 1 << 20;
  EXPECT_TRUE(is_constant(neuron, {-1000, 1000}));
  const SumRange none;
  const SingleSteps steps = single_steps({&neuron, 1}, {&none, 1}, kShift);
  ASSERT_EQ(steps.found(), 1);
  EXPECT_EQ(byte_of(steps.channel[0], kShift, 0), 255);
}

TEST(SingleStep, IsRefusedWhereNothingIsProven) {
  const SumRange range{-1000, 1000}, wide{-(std::int64_t{1} << 24), 0};
  synfire_graded_t neuron = rectified(1 << 30, -6);
  EXPECT_EQ(single_steps({&neuron, 1}, {&range, 1}, kShift).found(), 1);
  EXPECT_EQ(single_steps({&neuron, 1}, {&wide, 1}, kShift).found(), 0);
  neuron.high = -124;  // a clamp below 255 that sums reach
  EXPECT_EQ(single_steps({&neuron, 1}, {&range, 1}, kShift).found(), 0);
  neuron = rectified(1 << 30, 2);  // a shift to the left
  EXPECT_EQ(single_steps({&neuron, 1}, {&range, 1}, kShift).found(), 0);
}

}  // namespace
}  // namespace synfire::mcu
