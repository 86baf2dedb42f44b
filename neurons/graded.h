/* Graded integer neuron: one integer-valued event per inference, nothing for zero. C99.
 *
 *   V = sum of weight * payload,   u = f(V),   a spike with payload u when u is not 0.
 *
 * f is the quantized layer's activation, for a linear layer
 *   u = clamp(z + round((V + bias) * M), low, high) - z.  */
#ifndef SYNFIRE_GRADED_H
#define SYNFIRE_GRADED_H

#include "core/base/requantize.h"

typedef struct {
  int32_t bias, multiplier, shift; /* one channel's constants */
  int32_t zero_point, low, high, single_rounding;
} synfire_graded_t;

/* The value that a linear graded neuron sends for the summed input v. */
static inline int32_t synfire_graded_value(const synfire_graded_t* p, int32_t v) {
  const int32_t x = (int32_t)((uint32_t)v + (uint32_t)p->bias);
  const int32_t q = p->zero_point + synfire_rescale(x, p->multiplier, p->shift, p->single_rounding);
  return synfire_clamp(q, p->low, p->high) - p->zero_point;
}

#endif
