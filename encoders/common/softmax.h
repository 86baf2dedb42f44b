/* Softmax and log-softmax of int8 logits in 32-bit fixed point. C99: shared by the decoders and the
 * firmware.
 *
 * Q5 is a number with 5 integer and 26 fractional bits, Q12 one with 12 and 19, Q0 one with 31
 * fractional bits. Source: the algorithms and constants of gemmlowp's fixedpoint.h and of
 * TensorFlow Lite's reference SOFTMAX and LOG_SOFTMAX: Taylor series about -1/8 with a barrel of
 * exp(-2^k), Newton-Raphson division, and a rational approximation of log about 2^-1/4. */
#ifndef SYNFIRE_SOFTMAX_H
#define SYNFIRE_SOFTMAX_H

#include "core/base/requantize.h"

/* How differences of int8 logits become Q5 exponents. */
typedef struct {
  int32_t multiplier, shift, single_rounding;
  int32_t inverse_multiplier, inverse_shift; /* from Q5 back to steps of logits */
  int32_t least;                             /* differences below this have exp(...) = 0 */
} synfire_softmax_t;

static inline int32_t synfire_saturate(int64_t x) {
  return x < INT32_MIN ? INT32_MIN : x > INT32_MAX ? INT32_MAX : (int32_t)x;
}

/* x * 2^left, saturated. */
static inline int32_t synfire_saturating_shift_left(int32_t x, int32_t left) {
  return synfire_saturate(x * ((int64_t)1 << left));
}

static inline int32_t synfire_leading_zeros(int32_t x) {
  uint32_t bit = 0x80000000u;
  int32_t zeros = 0;
  for (; bit != 0u && ((uint32_t)x & bit) == 0u; bit >>= 1) ++zeros;
  return zeros;
}

/* exp(x) for -1/4 <= x < 0, Q0: exp(-1/8) times the series of exp(x + 1/8) to the fourth power. */
static inline int32_t synfire_exp_near_zero(int32_t x) {
  const int32_t exp_of_minus_eighth = 1895147668, third = 715827883;
  const int32_t y = x + (1 << 28);
  const int32_t y2 = synfire_high_product(y, y);
  const int32_t y3 = synfire_high_product(y2, y), y4 = synfire_high_product(y2, y2);
  const int32_t tail = synfire_high_product(synfire_divide_by_power(y4, 2) + y3, third) + y2;
  return exp_of_minus_eighth +
         synfire_high_product(exp_of_minus_eighth, y + synfire_divide_by_power(tail, 1));
}

/* exp(x) for x <= 0: Q5 to Q0. */
static inline int32_t synfire_exp_of_negative(int32_t x) {
  /* exp(-1/4), exp(-1/2), ... exp(-16) in Q0, for the bits from 2^-2 up. */
  static const int32_t barrel[7] = {1672461947, 1302514674, 790015084, 290630308,
                                    39332535,   720401,     242};
  const int32_t quarter = 1 << 24, fraction = (x & (quarter - 1)) - quarter;
  const int32_t quarters = fraction - x;
  int32_t result, bit;
  if (x == 0) return INT32_MAX;
  result = synfire_exp_near_zero(synfire_saturating_shift_left(fraction, 5));
  for (bit = 0; bit < 7; ++bit)
    if ((quarters >> (24 + bit) & 1) != 0) result = synfire_high_product(result, barrel[bit]);
  return result;
}

/* round((a + b) / 2), halves away from zero. */
static inline int32_t synfire_half_sum(int32_t a, int32_t b) {
  const int64_t sum = (int64_t)a + b;
  return (int32_t)((sum + (sum >= 0 ? 1 : -1)) / 2);
}

/* 1 / (1 + x) for 0 <= x < 1: Q0 to Q0. */
static inline int32_t synfire_reciprocal_of_one_plus(int32_t x) {
  /* 48/17 - 32/17 d is the best linear first guess of 1/d for d in [1/2, 1]; Q2. */
  const int32_t half_denominator = synfire_half_sum(x, INT32_MAX);
  int32_t guess = 1515870810 + synfire_high_product(half_denominator, -1010580540);
  int32_t i;
  for (i = 0; i < 3; ++i) {
    const int32_t error = (1 << 29) - synfire_high_product(half_denominator, guess);
    guess += synfire_saturating_shift_left(synfire_high_product(guess, error), 2);
  }
  return synfire_saturating_shift_left(guess, 1);
}

/* x = mantissa * 2^exponent, with the mantissa (Q0) within a quarter octave of 2^-1/4 and the
 * exponent, offset by a quarter, in Q6. */
typedef struct {
  int32_t mantissa, exponent;
} synfire_log_split_t;

static inline synfire_log_split_t synfire_split_for_log(int32_t x) {
  const int32_t sqrt_half = 1518500250, quarter = 1 << 23; /* Q0, Q6 */
  const int32_t zeros = synfire_leading_zeros(x);
  const int32_t normal = synfire_saturating_shift_left(x, zeros - 1);
  const int32_t below = synfire_saturating_shift_left(synfire_high_product(normal, sqrt_half), 1);
  const int32_t zeros_below = synfire_leading_zeros(synfire_high_product(x, sqrt_half)) - 1;
  const int32_t above = synfire_saturating_shift_left(x, zeros_below);
  const int32_t high = (12 - zeros) * (1 << 25) + quarter;
  const int32_t low = (12 - zeros_below) * (1 << 25) - quarter;
  synfire_log_split_t split;
  split.mantissa = below < above ? below : above;
  split.exponent = high > low ? high : low;
  return split;
}

/* log(x) for x >= 1: Q12 to Q5. */
static inline int32_t synfire_log_of(int32_t x) {
  const int32_t log_2 = 1488522236;
  const int32_t root = 1805811301;                 /* 2^-1/4, the centre c of the approximation */
  const int32_t numerator_cubic = 117049297;       /* 11/240 / c */
  const int32_t denominator_square = 127690142;    /* 1/20 / c */
  const int32_t denominator_constant = 1057819769; /* 2 c - 1 / c */
  const int32_t denominator_linear = 638450708;    /* 1/4 / c */
  const synfire_log_split_t split = synfire_split_for_log(x);
  const int32_t r = split.mantissa, q = 2 * (r - root), q2 = synfire_high_product(q, q);
  const int32_t numerator = synfire_high_product(q, r) +
                            synfire_high_product(synfire_high_product(q, q2), numerator_cubic);
  const int32_t denominator =
      synfire_high_product(
          synfire_half_sum(r, root),
          denominator_constant + q + synfire_high_product(denominator_square, q2)) +
      synfire_high_product(denominator_linear, q);
  const int32_t mantissa = synfire_high_product(synfire_divide_by_power(numerator, 6),
                                                synfire_reciprocal_of_one_plus(denominator));
  return synfire_saturating_shift_left(synfire_high_product(split.exponent, log_2) + mantissa, 1);
}

static inline int32_t synfire_greatest(const int8_t* in, int32_t length) {
  int32_t greatest = in[0], i;
  for (i = 1; i < length; ++i)
    if (in[i] > greatest) greatest = in[i];
  return greatest;
}

static inline int32_t synfire_exponent(const synfire_softmax_t* p, int32_t difference) {
  return synfire_rescale(difference, p->multiplier, p->shift, p->single_rounding);
}

/* Sum of exp(logit - greatest) in Q12, saturated. */
static inline int32_t synfire_sum_of_exponentials(const synfire_softmax_t* p, const int8_t* in,
                                                  int32_t length, int32_t greatest) {
  int64_t sum = 0;
  int32_t i;
  for (i = 0; i < length; ++i)
    if (in[i] - greatest >= p->least)
      sum += synfire_divide_by_power(synfire_exp_of_negative(synfire_exponent(p, in[i] - greatest)),
                                     12);
  return synfire_saturate(sum);
}

/* Logits to probabilities of scale 1/256 and zero point -128. `out` may be `in`. */
static inline void synfire_softmax_row(const synfire_softmax_t* p, const int8_t* in, int8_t* out,
                                       int32_t length) {
  const int32_t greatest = synfire_greatest(in, length);
  /* sum = 2^(12 - zeros) * (1 + rest) */
  const int32_t sum = synfire_sum_of_exponentials(p, in, length, greatest);
  const int32_t zeros = synfire_leading_zeros(sum), shift = 35 - zeros;
  const int32_t rest = (int32_t)(((uint32_t)sum << zeros) - 0x80000000u);
  const int32_t reciprocal = synfire_reciprocal_of_one_plus(rest);
  int32_t i;
  for (i = 0; i < length; ++i) {
    const int32_t difference = in[i] - greatest;
    uint32_t part = 0; /* a quotient by more than 2^31 rounds to 0 */
    if (difference >= p->least && shift <= 31) {
      part = (uint32_t)synfire_high_product(
          reciprocal, synfire_exp_of_negative(synfire_exponent(p, difference)));
      part = (part + (1u << (shift - 1))) >> shift;
    }
    out[i] = (int8_t)synfire_clamp((int32_t)part - 128, -128, 127);
  }
}

/* Logits to log probabilities of scale 16/256 and zero point 127. `out` may be `in`. */
static inline void synfire_log_softmax_row(const synfire_softmax_t* p, const int8_t* in,
                                           int8_t* out, int32_t length) {
  const int32_t greatest = synfire_greatest(in, length);
  const int32_t log_sum = synfire_log_of(synfire_sum_of_exponentials(p, in, length, greatest));
  /* Differences at or below this would leave the range of Q5 once the logarithm is subtracted. */
  const int32_t range =
      synfire_rescale(synfire_saturate((int64_t)log_sum + INT32_MIN), p->inverse_multiplier,
                      p->inverse_shift, p->single_rounding);
  const int32_t lowest = range > p->least - 1 ? range : p->least - 1;
  int32_t i;
  for (i = 0; i < length; ++i) {
    const int32_t difference = in[i] - greatest;
    int32_t steps = -255;
    if (difference > lowest)
      steps = synfire_divide_by_power(
          synfire_saturate((int64_t)synfire_exponent(p, difference) - log_sum), 22);
    out[i] = (int8_t)synfire_clamp(steps + 127, -128, 127);
  }
}

#endif
