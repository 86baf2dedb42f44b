/* Time-to-first-spike neuron: a value u > 0 is one spike at tick 255 - u of the window. C99.
 *
 * A spike starts a ramp: slope += weight, V += slope every tick until the window ends. A spike that
 * arrives with r ticks left thus adds weight * r, and r = u: V = sum of weight * u exactly.
 * Negative values carry a sign on their spike. */
#ifndef SYNFIRE_TTFS_H
#define SYNFIRE_TTFS_H

#include <stdint.h>

/* Ticks that remain, the present one included, at tick `tick` of a window: what a spike is worth.
 */
static inline int32_t synfire_ttfs_ramp(int32_t window, int32_t tick) { return window - tick; }

/* The tick in which value u, 0 < |u| <= window, is sent. */
static inline int32_t synfire_ttfs_tick(int32_t window, int32_t u) {
  return window - (u < 0 ? -u : u);
}

#endif
