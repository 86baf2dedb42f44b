// exp, log and reciprocal in 32-bit fixed point, as quantized softmax needs them. Q5 is a number
// with 5 integer and 26 fractional bits, Q12 one with 12 and 19, Q0 one with 31 fractional bits.
// Source: the algorithms and constants of gemmlowp's fixedpoint.h and of TensorFlow Lite's
// reference log_softmax: Taylor series about -1/8 with a barrel of exp(-2^k), Newton-Raphson
// division, and a rational approximation of log about 2^-1/4.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/fixed_point.h"
#include "core/net/parameter.h"

namespace synfire {

/// exp(x) for x <= 0: Q5 to Q0.
std::int32_t exp_of_negative(std::int32_t x);

/// 1 / (1 + x) for 0 <= x < 1: Q0 to Q0.
std::int32_t reciprocal_of_one_plus(std::int32_t x);

/// log(x) for x >= 1: Q12 to Q5.
std::int32_t log_of(std::int32_t x);

/// How differences of int8 logits become Q5 exponents.
struct ExponentScale {
  FixedMultiplier factor;
  Rounding rounding = Rounding::double_step;
  std::int32_t least = 0;  // differences below this have exp(...) = 0

  std::int32_t exponent(std::int32_t difference) const;
};

/// From the parameters "scale", "beta" and "rounding" of a softmax stage; throws
/// `parameter_invalid` when scale * beta is below 2^-26 (exponents would vanish).
ExponentScale exponent_scale(const Parameters& parameters, std::string_view where);

/// Sum of exp(logit - greatest) in Q12, saturated.
std::int32_t sum_of_exponentials(std::span<const std::int8_t> logits, std::int32_t greatest,
                                 const ExponentScale& scale);

}  // namespace synfire
