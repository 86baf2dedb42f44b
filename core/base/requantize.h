/* Exact rescaling of integer sums, as the TFLite reference kernels define it. C99: shared by the
 * engine and the firmware.
 *
 * A real factor M is a pair (multiplier, shift): M = multiplier * 2^(shift - 31), multiplier in
 * [2^30, 2^31). Source of the arithmetic: TensorFlow Lite's MultiplyByQuantizedMultiplier (double
 * rounding is its default; single rounding is its TFLITE_SINGLE_ROUNDING build). */
#ifndef SYNFIRE_REQUANTIZE_H
#define SYNFIRE_REQUANTIZE_H

#include <stdint.h>

/* x * 2^left modulo 2^32. */
static inline int32_t synfire_shift_left(int32_t x, int32_t left) {
  return (int32_t)((uint32_t)x << left);
}

/* round(x * multiplier / 2^31), halves up; saturates the one product that does not fit. */
static inline int32_t synfire_high_product(int32_t x, int32_t multiplier) {
  if (x == INT32_MIN && multiplier == INT32_MIN) return INT32_MAX;
  return (int32_t)(((int64_t)x * multiplier + ((int64_t)1 << 30)) >> 31);
}

/* round(x / 2^exponent), halves away from zero; exponent in [0, 31]. */
static inline int32_t synfire_divide_by_power(int32_t x, int32_t exponent) {
  const int32_t mask = (int32_t)(((int64_t)1 << exponent) - 1);
  const int32_t remainder = x & mask;
  const int32_t threshold = (mask >> 1) + (x < 0);
  return (x >> exponent) + (remainder > threshold);
}

/* round(round(x * 2^max(shift, 0) * multiplier / 2^31) / 2^max(-shift, 0)). */
static inline int32_t synfire_rescale_double(int32_t x, int32_t multiplier, int32_t shift) {
  const int32_t left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;
  return synfire_divide_by_power(synfire_high_product(synfire_shift_left(x, left), multiplier),
                                 right);
}

/* round(x * multiplier * 2^(shift - 31)), halves up; shift in [-31, 30]. */
static inline int32_t synfire_rescale_single(int32_t x, int32_t multiplier, int32_t shift) {
  return (int32_t)(((int64_t)x * multiplier + ((int64_t)1 << (30 - shift))) >> (31 - shift));
}

static inline int32_t synfire_rescale(int32_t x, int32_t multiplier, int32_t shift,
                                      int32_t single_rounding) {
  return single_rounding ? synfire_rescale_single(x, multiplier, shift)
                         : synfire_rescale_double(x, multiplier, shift);
}

static inline int32_t synfire_clamp(int32_t x, int32_t low, int32_t high) {
  return x < low ? low : x > high ? high : x;
}

/* The average pool's division: sum / count, halves away from zero, truncating like C. */
static inline int32_t synfire_rounded_quotient(int32_t sum, int32_t count) {
  return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

#endif
