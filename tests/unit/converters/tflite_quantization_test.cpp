// Known answers of the quantization arithmetic.
#include <gtest/gtest.h>

#include "converters/tflite/quantization.h"

namespace synfire::tflite {
namespace {

using enum Rounding;

TEST(FixedMultiplier, IsAMantissaOf31BitsAndAShift) {
  EXPECT_EQ(fixed_multiplier(1.0, double_step), (FixedMultiplier{1 << 30, 1}));
  EXPECT_EQ(fixed_multiplier(0.5, double_step), (FixedMultiplier{1 << 30, 0}));
  EXPECT_EQ(fixed_multiplier(0.75, double_step), (FixedMultiplier{3 << 29, 0}));
  EXPECT_EQ(fixed_multiplier(0.0, double_step), (FixedMultiplier{0, 0}));
  // Rounds up to the next power of two.
  EXPECT_EQ(fixed_multiplier(1.0 - 0x1p-40, double_step), (FixedMultiplier{1 << 30, 1}));
  // Too small for any 32-bit value to matter.
  EXPECT_EQ(fixed_multiplier(0x1p-32, double_step), (FixedMultiplier{1 << 30, -31}));
  EXPECT_EQ(fixed_multiplier(0x1p-33, double_step), (FixedMultiplier{0, 0}));
  EXPECT_EQ(fixed_multiplier(0x1p40, single_step), (FixedMultiplier{2147483647, 30}));
}

TEST(RoundingShift, RoundsHalvesAwayFromZero) {
  EXPECT_EQ(rounding_shift_right(5, 1), 3);
  EXPECT_EQ(rounding_shift_right(-5, 1), -3);
  EXPECT_EQ(rounding_shift_right(-6, 2), -2);
  EXPECT_EQ(rounding_shift_right(-5, 2), -1);
  EXPECT_EQ(rounding_shift_right(7, 0), 7);
  EXPECT_EQ(rounding_shift_right(std::numeric_limits<std::int32_t>::min(), 31), -1);
}

TEST(Scaled, RoundsTwiceOrOnce) {
  // 0.5 * 0.5: the product 0.5 is rounded to 1 first, and then 1 / 2 to 1; rounding once gives 0.
  const FixedMultiplier quarter = fixed_multiplier(0.25, double_step);
  EXPECT_EQ(scaled(1, quarter, double_step), 1);
  EXPECT_EQ(scaled(1, quarter, single_step), 0);
  EXPECT_EQ(scaled(1000, fixed_multiplier(0.1, double_step), double_step), 100);
  EXPECT_EQ(scaled(-1000, fixed_multiplier(0.1, double_step), single_step), -100);
  EXPECT_EQ(scaled(3, fixed_multiplier(4.0, double_step), double_step), 12);
}

TEST(ActivationRange, BoundsOutputsByTheFusedActivation) {
  using enum format::Activation;
  const Affine affine{0.05F, -20};
  const auto bounds = [&](format::Activation activation) {
    const Range range = activation_range(activation, affine);
    return std::pair(range.low, range.high);
  };
  EXPECT_EQ(bounds(NONE), std::pair(-128, 127));
  EXPECT_EQ(bounds(RELU), std::pair(-20, 127));
  EXPECT_EQ(bounds(RELU6), std::pair(-20, 100));
  EXPECT_EQ(bounds(RELU_N1_TO_1), std::pair(-40, 0));
}

TEST(DenseFactor, MultipliesScalesInSinglePrecision) {
  const float input = 0.1F, weight = 0.3F;
  EXPECT_EQ(dense_factor(input, weight, 1.0F), static_cast<double>(input * weight));
  EXPECT_EQ(convolution_factor(input, weight, 1.0F),
            static_cast<double>(input) * static_cast<double>(weight));
  EXPECT_NE(dense_factor(input, weight, 1.0F), convolution_factor(input, weight, 1.0F));
}

TEST(MeanMultiplier, FoldsTheCountIntoTheFactor) {
  const FixedMultiplier factor = mean_multiplier(1.0, 16, double_step);
  EXPECT_EQ(scaled(160, factor, double_step), 10);
  EXPECT_EQ(factor, (FixedMultiplier{1 << 30, -3}));
  // 1/3 is truncated: 2^32 / 3 with the shift of a mantissa below 2^31.
  EXPECT_EQ(mean_multiplier(1.0, 3, double_step), (FixedMultiplier{715827882, 0}));
}

}  // namespace
}  // namespace synfire::tflite
