/* Leaky integrate-and-fire neuron with alpha-shaped synaptic currents, float32. C99: one step of
 * dt.
 *
 *   tau_mem v' = (v_leak - v) + r (i_exc + i_inh + i_offset)
 *   of both receptors: tau i' = e rise - i,  tau rise' = -rise;  a spike of weight w adds w to rise
 *
 * Alone, such a spike makes the current w t/tau exp(1 - t/tau), which is w at its peak. The
 * propagators are exact over dt (Rotter and Diesmann, Biological Cybernetics 81, 1999): v and the
 * currents are integrated from the step's start, then the step's spikes are added, then the
 * threshold is tested. While refractory, v stays at the reset value and the currents go on. */
#ifndef SYNFIRE_LIF_ALPHA_H
#define SYNFIRE_LIF_ALPHA_H

#include <stdint.h>

/* One receptor's propagators. */
typedef struct {
  float decay; /* of i and rise: exp(-dt/tau) */
  float feed;  /* from rise at the step's start to i at its end */
  float gain;  /* from i at the step's start to v at its end */
  float lift;  /* from rise at the step's start to v at its end */
} synfire_alpha_t;

typedef struct {
  float decay; /* of v: exp(-dt/tau_mem) */
  synfire_alpha_t exc, inh;
  float drive; /* r (1 - decay) i_offset */
  float gain;  /* from a further current, held over the step: r (1 - decay) */
  float v_leak, v_threshold, v_reset;
  int32_t refractory_steps;
  int32_t inclusive; /* 1: v >= v_threshold spikes; 0: v > v_threshold */
} synfire_lif_alpha_t;

/* One receptor's step; returns what it adds to v. */
static inline float synfire_alpha_step(const synfire_alpha_t* p, float* i, float* rise,
                                       float input) {
  const float driven = *i * p->gain + *rise * p->lift;
  *i = *i * p->decay + *rise * p->feed;
  *rise = *rise * p->decay + input;
  return driven;
}

/* One step; returns 1 when the neuron spikes. `wait` counts the refractory steps that remain. */
static inline int32_t synfire_lif_alpha_step(const synfire_lif_alpha_t* p, float* v, float* i_exc,
                                             float* rise_exc, float* i_inh, float* rise_inh,
                                             int32_t* wait, float input_exc, float input_inh) {
  const float exc = synfire_alpha_step(&p->exc, i_exc, rise_exc, input_exc);
  const float inh = synfire_alpha_step(&p->inh, i_inh, rise_inh, input_inh);
  const float integrated = p->v_leak + (*v - p->v_leak) * p->decay + ((exc + inh) + p->drive);
  if (*wait > 0) {
    --*wait;
    return 0;
  }
  *v = integrated;
  if (p->inclusive ? *v < p->v_threshold : *v <= p->v_threshold) return 0;
  *v = p->v_reset;
  *wait = p->refractory_steps;
  return 1;
}

#endif
