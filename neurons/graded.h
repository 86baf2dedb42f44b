/* Graded integer neuron: one integer-valued event per inference, nothing for zero. C99.
 *
 *   V = sum of weight * payload,   u = f(V),   a spike with payload u when u is not 0.
 *
 * f is the quantized layer's activation, for a linear layer
 *   u = clamp(z + round((V + bias) * M), low, high) - z,
 *
 * and for an element-wise ADD of two sums, each brought to a common scale and rounded there,
 *   u = clamp(z + round((round(V0 2^left M0) + round(V1 2^left M1)) * M), low, high) - z.  */
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

typedef struct {
  int32_t multiplier, shift;
} synfire_factor_t;

typedef struct {
  synfire_factor_t operand[2], output;
  int32_t left_shift, zero_point, low, high, single_rounding;
} synfire_add_t;

/* One summed input of an ADD in the common scale. */
static inline int32_t synfire_add_operand(const synfire_add_t* p, int32_t operand, int32_t v) {
  const synfire_factor_t* factor = &p->operand[operand];
  return synfire_rescale(synfire_shift_left(v, p->left_shift), factor->multiplier, factor->shift,
                         p->single_rounding);
}

/* The value that an ADD neuron sends for its summed inputs v0 and v1. */
static inline int32_t synfire_add_value(const synfire_add_t* p, int32_t v0, int32_t v1) {
  const uint32_t common =
      (uint32_t)synfire_add_operand(p, 0, v0) + (uint32_t)synfire_add_operand(p, 1, v1);
  const int32_t y =
      synfire_rescale((int32_t)common, p->output.multiplier, p->output.shift, p->single_rounding);
  const int32_t q = (int32_t)((uint32_t)y + (uint32_t)p->zero_point);
  return synfire_clamp(q, p->low, p->high) - p->zero_point;
}

#endif
