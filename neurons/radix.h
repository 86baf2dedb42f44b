/* Radix neuron: a value as eight binary spikes, most significant bit first. C99.
 *
 *   integrate, every step:  V <- 2 V + sum of weight * spike, spike in {-1, 0, 1}
 *   fire, step b = 7 .. 0:  a spike of sign(u) when bit b of |u| is set
 *
 * After eight steps V = sum of weight * u exactly, so the quantized layer is reproduced bit for bit
 * with 1-bit spikes and additions only. */
#ifndef SYNFIRE_RADIX_H
#define SYNFIRE_RADIX_H

#include <stdint.h>

#define SYNFIRE_RADIX_STEPS 8

/* V before the spikes of the next step are added. */
static inline int32_t synfire_radix_double(int32_t v) { return (int32_t)((uint32_t)v * 2U); }

/* The spike of value u, |u| <= 255, in step `step` of its firing window: -1, 0 or 1. */
static inline int32_t synfire_radix_spike(int32_t u, int32_t step) {
  const int32_t sign = -(int32_t)(u < 0); /* without branches, as signs cannot be predicted */
  const int32_t bit = (((u ^ sign) - sign) >> (SYNFIRE_RADIX_STEPS - 1 - step)) & 1;
  return (bit ^ sign) - sign;
}

#endif
