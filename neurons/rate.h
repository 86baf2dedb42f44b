/* Rate-coded neuron, two-phase: the whole charge is there before the first spike. C99.
 *
 * A value u in [0, 255] is N = round(u T / 255) spikes in a window of T steps. The membrane sums
 * weight * spike over the window; in the next window the neuron fires as often as the ladder of
 * thresholds that its quantized activation defines allows. For T = 255 that is u itself, bit for
 * bit. */
#ifndef SYNFIRE_RATE_H
#define SYNFIRE_RATE_H

#include <stdint.h>

#define SYNFIRE_RATE_LEVELS 255

/* x * numerator / denominator, halves away from zero; denominator > 0. */
static inline int32_t synfire_rate_scale(int32_t x, int32_t numerator, int32_t denominator) {
  const int64_t product = (int64_t)x * numerator;
  const int64_t half = denominator / 2;
  return (int32_t)((product >= 0 ? product + half : product - half) / denominator);
}

/* Spikes that value u sends in a window of `steps`; negative: signed spikes. */
static inline int32_t synfire_rate_count(int32_t u, int32_t steps) {
  return synfire_rate_scale(u, steps, SYNFIRE_RATE_LEVELS);
}

#endif
