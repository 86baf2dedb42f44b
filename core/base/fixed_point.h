// Real factors of quantized networks as a 32-bit multiplier and a shift; the arithmetic with them
// is requantize.h's. Source: the reference kernels of TensorFlow Lite (quantization_util, common)
// and the fixed-point conventions of gemmlowp; written from their definitions. The rounding mode is
// part of a network's meaning: the two modes differ in the last bit.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

#include "core/base/requantize.h"

namespace synfire {

/// TensorFlow Lite's default rounds the product and then the shift; its other build rounds once.
enum class Rounding : std::uint8_t { double_step, single_step };

inline std::string_view to_string(Rounding rounding) {
  return rounding == Rounding::single_step ? "single" : "double";
}
inline Rounding rounding_of(std::string_view text) {
  return text == "single" ? Rounding::single_step : Rounding::double_step;
}

/// The real factor multiplier * 2^(shift - 31); a positive shift is to the left.
struct FixedMultiplier {
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;
  bool operator==(const FixedMultiplier&) const = default;
};

inline std::int32_t wrap_to_int32(std::int64_t value) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
}

inline std::int32_t saturate_to_int32(std::int64_t value) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(
      value, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

/// `factor` >= 0 and finite. Factors below 2^-32 become 0; with single rounding, factors above 2^30
/// saturate (that arithmetic has no larger shift).
inline FixedMultiplier fixed_multiplier(double factor, Rounding rounding) {
  if (factor == 0) return {};
  int shift = 0;
  auto multiplier = static_cast<std::int64_t>(std::round(std::frexp(factor, &shift) * 0x1p31));
  if (multiplier == std::int64_t{1} << 31) multiplier /= 2, ++shift;
  if (shift < -31) return {};
  if (rounding == Rounding::single_step && shift > 30)
    return {std::numeric_limits<std::int32_t>::max(), 30};
  return {static_cast<std::int32_t>(multiplier), shift};
}

/// round(value / 2^exponent), halves away from zero; 0 <= exponent <= 62.
inline std::int32_t rounding_shift_right(std::int32_t value, std::int32_t exponent) {
  const std::int64_t mask = (std::int64_t{1} << exponent) - 1;
  const std::int64_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
  const std::int64_t wide = value;
  return static_cast<std::int32_t>((wide >> exponent) + ((wide & mask) > threshold ? 1 : 0));
}

/// value * 2^exponent, saturated; 0 <= exponent <= 31.
inline std::int32_t saturating_shift_left(std::int32_t value, std::int32_t exponent) {
  return saturate_to_int32(std::int64_t{value} * (std::int64_t{1} << exponent));
}

/// value times the factor; -31 <= shift <= 30. A left shift wraps as 32-bit arithmetic does.
inline std::int32_t scaled(std::int32_t value, FixedMultiplier factor, Rounding rounding) {
  return synfire_rescale(value, factor.multiplier, factor.shift,
                         rounding == Rounding::single_step ? 1 : 0);
}

}  // namespace synfire
