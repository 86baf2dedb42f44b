/* Leaky integrate-and-fire neuron, float32. C99: one step of dt.
 *
 *   tau v' = (v_leak - v) + r (I + i_offset)
 *
 * exponential: v <- v_inf + (v - v_inf) exp(-dt/tau), exact for an input held over the step;
 * euler: v <- v + dt/tau (v_inf - v). A delta input is added to v as a jump. A neuron spikes when
 * v > v_threshold (strictly, as in NIR), or at v >= v_threshold where `inclusive`. While
 * refractory, v stays at the reset value and input is discarded. */
#ifndef SYNFIRE_LIF_H
#define SYNFIRE_LIF_H

#include <stdint.h>

enum { SYNFIRE_RESET_ZERO = 0, SYNFIRE_RESET_VALUE = 1, SYNFIRE_RESET_SUBTRACT = 2 };

typedef struct {
  float decay; /* exp(-dt/tau) or 1 - dt/tau; 1 for IF */
  float gain;  /* of the current: r (1 - decay); r for IF (unit impulses, as NIR's tools) */
  float v_leak, i_offset;
  float v_threshold, v_reset;
  int32_t reset;
  int32_t refractory_steps;
  int32_t delta_input; /* 1: input is a jump of v; 0: a current held over the step */
  int32_t inclusive;   /* 1: v >= v_threshold spikes */
} synfire_lif_t;

/* v before the threshold test. */
static inline float synfire_lif_integrate(const synfire_lif_t* p, float v, float input) {
  const float current = p->i_offset + (p->delta_input ? 0.0F : input);
  const float decayed = p->v_leak + (v - p->v_leak) * p->decay + p->gain * current;
  return p->delta_input ? decayed + input : decayed;
}

static inline float synfire_lif_reset(const synfire_lif_t* p, float v) {
  if (p->reset == SYNFIRE_RESET_SUBTRACT) return v - p->v_threshold;
  return p->reset == SYNFIRE_RESET_VALUE ? p->v_reset : 0.0F;
}

/* One step; returns 1 when the neuron spikes. `wait` counts the refractory steps that remain. */
static inline int32_t synfire_lif_step(const synfire_lif_t* p, float* v, int32_t* wait,
                                       float input) {
  if (*wait > 0) {
    --*wait;
    return 0;
  }
  *v = synfire_lif_integrate(p, *v, input);
  if (p->inclusive ? *v < p->v_threshold : *v <= p->v_threshold) return 0;
  *v = synfire_lif_reset(p, *v);
  *wait = p->refractory_steps;
  return 1;
}

#endif
