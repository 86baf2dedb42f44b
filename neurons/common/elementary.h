/* Elementary functions in plain arithmetic, C99: the same bits with any C library, compiler and
 * instruction set (contraction must be off), and loops over them vectorise. */
#ifndef SYNFIRE_ELEMENTARY_H
#define SYNFIRE_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

/* Kernels are inlined into loops, which are compiled for several instruction sets. */
#if defined(__GNUC__)
#define SYNFIRE_KERNEL static inline __attribute__((always_inline))
#else
#define SYNFIRE_KERNEL static inline
#endif

/* exp(x) = 2^n exp(r), |r| <= ln(2)/2, by the Taylor series of r up to the 7th power: within 2e-7
 * of the value. x is limited to [-87, 88]. */
SYNFIRE_KERNEL float synfire_expf(float x) {
  const float magic = 0x1.8p23F; /* adding it rounds to an integer, which is in the low bits then */
  const float low = x < -87.0F ? -87.0F : x;
  const float limited = low > 88.0F ? 88.0F : low;
  const float shifted = limited * 0x1.715476p0F + magic;
  const float n = shifted - magic;
  /* ln(2) in two parts, the first of which times n is exact. */
  const float r = (limited - n * 0x1.63p-1F) - n * -0x1.bd0106p-13F;
  const float series =
      1.0F +
      r * (1.0F +
           r * (1.0F / 2 +
                r * (1.0F / 6 +
                     r * (1.0F / 24 + r * (1.0F / 120 + r * (1.0F / 720 + r * (1.0F / 5040)))))));
  uint32_t bits;
  float scale;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127U) << 23;
  memcpy(&scale, &bits, sizeof scale);
  return series * scale;
}

/* The same in double precision, up to the 13th power: within 4e-16 of the value. x is limited to
 * [-708, 709]. */
SYNFIRE_KERNEL double synfire_exp(double x) {
  const double magic = 0x1.8p52;
  const double low = x < -708.0 ? -708.0 : x;
  const double limited = low > 709.0 ? 709.0 : low;
  const double shifted = limited * 0x1.71547652b82fep0 + magic;
  const double n = shifted - magic;
  const double r = (limited - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
  double series = 1.0 / 6227020800.0;
  series = series * r + 1.0 / 479001600.0;
  series = series * r + 1.0 / 39916800.0;
  series = series * r + 1.0 / 3628800.0;
  series = series * r + 1.0 / 362880.0;
  series = series * r + 1.0 / 40320.0;
  series = series * r + 1.0 / 5040.0;
  series = series * r + 1.0 / 720.0;
  series = series * r + 1.0 / 120.0;
  series = series * r + 1.0 / 24.0;
  series = series * r + 1.0 / 6.0;
  series = series * r + 0.5;
  series = series * r + 1.0;
  series = series * r + 1.0;
  uint64_t bits;
  double scale;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 1023U) << 52;
  memcpy(&scale, &bits, sizeof scale);
  return series * scale;
}

/* x / (exp(x) - 1), which is 1 at 0: by its series where the difference would cancel. */
SYNFIRE_KERNEL float synfire_linoidf(float x) {
  const int small = x > -0.05F && x < 0.05F;
  const float divisor = small ? 1.0F : synfire_expf(x) - 1.0F;
  return small ? 1.0F - x * 0.5F + x * x * (1.0F / 12) : x / divisor;
}

/* sin(2 pi x): the series of the sine up to the 21st power, of at most a quarter turn. */
SYNFIRE_KERNEL double synfire_sin_turns(double x) {
  const double magic = 0x1.8p52;
  const double turn = x - ((x + magic) - magic); /* within half a turn */
  const double folded = turn > 0.25 ? 0.5 - turn : turn < -0.25 ? -0.5 - turn : turn;
  const double y = folded * 0x1.921fb54442d18p2, z = y * y;
  double series = 1.0;
  for (int k = 20; k > 0; k -= 2) series = 1.0 - series * z / (k * (k + 1));
  return y * series;
}

/* log(x) of a normal number above 0: 2^n m with m from 1/sqrt(2) to sqrt(2), and the series of the
 * inverse hyperbolic tangent of (m - 1) / (m + 1) up to the 21st power. */
SYNFIRE_KERNEL double synfire_log(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint64_t above = bits + (0x3FF0000000000000U - 0x3FE6A09E667F3BCDU);
  const int64_t n = (int64_t)(above >> 52) - 1023;
  bits -= (uint64_t)n << 52;
  double m;
  memcpy(&m, &bits, sizeof m);
  const double s = (m - 1) / (m + 1), z = s * s;
  double series = 0;
  for (int k = 21; k > 0; k -= 2) series = series * z + 1.0 / k;
  return (double)n * 0x1.62e42fefa39efp-1 + 2 * s * series;
}

#endif
