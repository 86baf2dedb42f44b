/* Integer integrate-and-fire neuron with subtractive reset, for pipelined rate coding. C99.
 *
 *   m <- m + charge;   m >= theta: spike, m -= theta;   m < 0 after too many spikes: spike -1,
 *   m += theta (signed spikes only);   m(0) = theta / 2 so that counts are rounded. */
#ifndef SYNFIRE_RATE_IF_H
#define SYNFIRE_RATE_IF_H

#include <stdint.h>

/* One step. `sent` is the net number of spikes so far, kept in [least, most]; returns the spike. */
static inline int32_t synfire_rate_if_step(int64_t* m, int64_t charge, int64_t theta, int32_t* sent,
                                           int32_t least, int32_t most) {
  *m += charge;
  if (*m >= theta && *sent < most) {
    *m -= theta;
    ++*sent;
    return 1;
  }
  if (*m < 0 && *sent > least) {
    *m += theta;
    --*sent;
    return -1;
  }
  return 0;
}

#endif
