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
  const int32_t magnitude = u < 0 ? -u : u;
  const int32_t bit = (magnitude >> (SYNFIRE_RADIX_STEPS - 1 - step)) & 1;
  return u < 0 ? -bit : bit;
}

/* One step of the bit-serial maximum of non-negative candidates: `alive` and `spiked` are sets of
 * candidates; the result bit is 1 when a living candidate spiked, and then the silent ones die. */
static inline uint64_t synfire_radix_survivors(uint64_t alive, uint64_t spiked) {
  return (alive & spiked) != 0 ? alive & spiked : alive;
}

#endif
