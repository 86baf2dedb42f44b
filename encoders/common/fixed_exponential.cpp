#include "encoders/common/fixed_exponential.h"

#include <array>
#include <bit>
#include <string>

#include "core/base/diagnostics.h"
#include "encoders/common/element.h"

namespace synfire {
namespace {

constexpr std::int32_t kOne = std::numeric_limits<std::int32_t>::max();  // of Q0, just below 1

std::int32_t leading_zeros(std::int32_t value) {
  return std::countl_zero(static_cast<std::uint32_t>(value));
}

/// exp(x) for -1/4 <= x < 0, Q0: exp(-1/8) times the series of exp(x + 1/8) to the fourth power.
std::int32_t exp_near_zero(std::int32_t x) {
  constexpr std::int32_t exp_of_minus_eighth = 1895147668;
  constexpr std::int32_t third = 715827883;
  const std::int32_t y = x + (1 << 28);
  const std::int32_t y2 = synfire_high_product(y, y);
  const std::int32_t y3 = synfire_high_product(y2, y);
  const std::int32_t y4 = synfire_high_product(y2, y2);
  const std::int32_t tail = synfire_high_product(rounding_shift_right(y4, 2) + y3, third) + y2;
  return exp_of_minus_eighth +
         synfire_high_product(exp_of_minus_eighth, y + rounding_shift_right(tail, 1));
}

/// round((a + b) / 2), halves away from zero.
std::int32_t half_sum(std::int32_t a, std::int32_t b) {
  const std::int64_t sum = std::int64_t{a} + b;
  return static_cast<std::int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
}

std::int32_t saturating_sum(std::int32_t a, std::int32_t b) {
  return saturate_to_int32(std::int64_t{a} + b);
}

/// x = mantissa * 2^exponent, with the mantissa (Q0) within a quarter octave of 2^-1/4 and the
/// exponent, offset by a quarter, in Q6.
struct LogSplit {
  std::int32_t mantissa;
  std::int32_t exponent;
};

LogSplit split_for_log(std::int32_t x) {
  constexpr std::int32_t sqrt_half = 1518500250;
  constexpr std::int32_t quarter = 1 << 23;  // Q6
  const std::int32_t zeros = leading_zeros(x);
  const std::int32_t normal = saturating_shift_left(x, zeros - 1);
  const std::int32_t below = saturating_shift_left(synfire_high_product(normal, sqrt_half), 1);
  const std::int32_t zeros_below = leading_zeros(synfire_high_product(x, sqrt_half)) - 1;
  const std::int32_t above = saturating_shift_left(x, zeros_below);
  return {std::min(below, above),
          std::max(saturating_sum(saturating_shift_left(12 - zeros, 25), quarter),
                   saturating_sum(saturating_shift_left(12 - zeros_below, 25), -quarter))};
}

}  // namespace

std::int32_t exp_of_negative(std::int32_t x) {
  if (x == 0) return kOne;
  // exp(-1/4), exp(-1/2), ... exp(-16) in Q0, for the bits from 2^-2 up.
  constexpr std::array<std::int32_t, 7> barrel{1672461947, 1302514674, 790015084, 290630308,
                                               39332535,   720401,     242};
  constexpr std::int32_t quarter = 1 << 24;
  const std::int32_t fraction = (x & (quarter - 1)) - quarter;
  const std::int32_t quarters = fraction - x;
  std::int32_t result = exp_near_zero(saturating_shift_left(fraction, 5));
  for (std::size_t bit = 0; bit < barrel.size(); ++bit)
    if ((quarters >> (24 + bit) & 1) != 0) result = synfire_high_product(result, barrel[bit]);
  return result;
}

std::int32_t reciprocal_of_one_plus(std::int32_t x) {
  // 48/17 - 32/17 d is the best linear first guess of 1/d for d in [1/2, 1]; Q2.
  constexpr std::int32_t guess_constant = 1515870810;
  constexpr std::int32_t guess_slope = -1010580540;
  constexpr std::int32_t one = 1 << 29;
  const std::int32_t half_denominator = half_sum(x, kOne);
  std::int32_t guess = guess_constant + synfire_high_product(half_denominator, guess_slope);
  for (int i = 0; i < 3; ++i) {
    const std::int32_t error = one - synfire_high_product(half_denominator, guess);
    guess += saturating_shift_left(synfire_high_product(guess, error), 2);
  }
  return saturating_shift_left(guess, 1);
}

std::int32_t log_of(std::int32_t x) {
  constexpr std::int32_t log_2 = 1488522236;
  constexpr std::int32_t root = 1805811301;            // 2^-1/4, the centre c of the approximation
  constexpr std::int32_t numerator_cubic = 117049297;  // 11/240 / c
  constexpr std::int32_t denominator_square = 127690142;     // 1/20 / c
  constexpr std::int32_t denominator_constant = 1057819769;  // 2 c - 1 / c
  constexpr std::int32_t denominator_linear = 638450708;     // 1/4 / c
  const auto [r, exponent] = split_for_log(x);
  const std::int32_t q = 2 * (r - root);
  const std::int32_t q2 = synfire_high_product(q, q);
  const std::int32_t numerator = synfire_high_product(q, r) +
                                 synfire_high_product(synfire_high_product(q, q2), numerator_cubic);
  const std::int32_t denominator =
      synfire_high_product(half_sum(r, root), denominator_constant + q +
                                                  synfire_high_product(denominator_square, q2)) +
      synfire_high_product(denominator_linear, q);
  const std::int32_t mantissa =
      synfire_high_product(rounding_shift_right(numerator, 6), reciprocal_of_one_plus(denominator));
  return saturating_shift_left(synfire_high_product(exponent, log_2) + mantissa, 1);
}

std::int32_t ExponentScale::exponent(std::int32_t difference) const {
  return scaled(difference, factor, rounding);
}

ExponentScale exponent_scale(const Parameters& parameters, std::string_view where) {
  const double scale = scale_of(parameters, where);
  const double beta = number_or(parameters, "beta", 1.0, where);
  const Rounding rounding = rounding_of(text_or(parameters, "rounding", "double", where));
  const double limit = rounding == Rounding::single_step ? 0x1p30 - 1 : 0x1p31 - 1;
  const double factor = std::min(beta * scale * 0x1p26, limit);
  if (!(factor > 1))
    fail(Code::parameter_invalid, std::string(where) + ".scale",
         "scale * beta = " + std::to_string(beta * scale) + " is too small for Q5.26 exponents");
  ExponentScale result{fixed_multiplier(factor, rounding), rounding, 0};
  result.least = -static_cast<std::int32_t>(
      std::floor(31.0 * 0x1p26 / static_cast<double>(std::int64_t{1} << result.factor.shift)));
  return result;
}

std::int32_t sum_of_exponentials(std::span<const std::int8_t> logits, std::int32_t greatest,
                                 const ExponentScale& scale) {
  std::int64_t sum = 0;
  for (const std::int8_t logit : logits)
    if (logit - greatest >= scale.least)
      sum += rounding_shift_right(exp_of_negative(scale.exponent(logit - greatest)), 12);
  return saturate_to_int32(sum);
}

}  // namespace synfire
