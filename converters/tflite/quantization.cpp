#include "converters/tflite/quantization.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace synfire::tflite {
namespace {

/// round(value / scale) + zero point, kept far inside 32 bits (the caller clamps to int8).
std::int32_t quantized(float value, const Affine& affine) {
  const float steps = std::clamp(std::round(value / affine.scale), -65536.0F, 65536.0F);
  return static_cast<std::int32_t>(steps) + affine.zero_point;
}

}  // namespace

Range activation_range(format::Activation activation, const Affine& output) {
  Range range;
  using enum format::Activation;
  if (activation == RELU || activation == RELU6) range.low = quantized(0, output);
  if (activation == RELU6) range.high = quantized(6, output);
  if (activation == RELU_N1_TO_1) range = {quantized(-1, output), quantized(1, output)};
  return {std::max(range.low, -128), std::min(range.high, 127)};
}

double convolution_factor(float input, float weight, float output) {
  return static_cast<double>(input) * static_cast<double>(weight) / static_cast<double>(output);
}

double dense_factor(float input, float weight, float output) {
  return static_cast<double>(input * weight) / static_cast<double>(output);
}

FixedMultiplier mean_multiplier(double factor, std::int64_t count, Rounding rounding) {
  const FixedMultiplier whole = fixed_multiplier(factor, rounding);
  const auto bits = static_cast<std::int32_t>(std::bit_width(static_cast<std::uint64_t>(count)));
  const std::int32_t shift = std::min({bits - 1, 32, 31 + whole.shift});
  return {static_cast<std::int32_t>((std::int64_t{whole.multiplier} << shift) / count),
          whole.shift - shift};
}

AddMultipliers add_multipliers(float first, float second, float output, Rounding rounding) {
  const double twice_larger = 2.0 * static_cast<double>(std::max(first, second));
  AddMultipliers result;
  result.operand[0] = fixed_multiplier(static_cast<double>(first) / twice_larger, rounding);
  result.operand[1] = fixed_multiplier(static_cast<double>(second) / twice_larger, rounding);
  result.output = fixed_multiplier(
      twice_larger /
          (static_cast<double>(1 << AddMultipliers::left_shift) * static_cast<double>(output)),
      rounding);
  return result;
}

}  // namespace synfire::tflite
