/* Leaky integrate-and-fire neuron with exponential synaptic currents, float32. C99: one step of dt.
 *
 *   tau_mem v' = (v_leak - v) + r (i_exc + i_inh + i_offset)
 *   tau_exc i_exc' = -i_exc,  tau_inh i_inh' = -i_inh;  a spike of weight w adds w to its current
 *
 * The propagators are exact over dt (Rotter and Diesmann, Biological Cybernetics 81, 1999): v is
 * integrated with the currents at the step's start, then the currents decay and the step's spikes
 * are added, then the threshold is tested. While refractory, v stays at the reset value and the
 * currents go on. */
#ifndef SYNFIRE_LIF_EXP_H
#define SYNFIRE_LIF_EXP_H

#include <stdint.h>

typedef struct {
  float decay;                /* of v: exp(-dt/tau_mem) */
  float decay_exc, decay_inh; /* of the currents */
  float gain_exc, gain_inh;   /* from a current at the step's start to v at its end */
  float drive;                /* r (1 - decay) i_offset */
  float gain;                 /* from a further current, held over the step: r (1 - decay) */
  float v_leak, v_threshold, v_reset;
  int32_t refractory_steps;
  int32_t inclusive; /* 1: v >= v_threshold spikes; 0: v > v_threshold */
} synfire_lif_exp_t;

/* One step; returns 1 when the neuron spikes. `wait` counts the refractory steps that remain. */
static inline int32_t synfire_lif_exp_step(const synfire_lif_exp_t* p, float* v, float* i_exc,
                                           float* i_inh, int32_t* wait, float input_exc,
                                           float input_inh) {
  const float current = *i_exc * p->gain_exc + *i_inh * p->gain_inh;
  const float integrated = p->v_leak + (*v - p->v_leak) * p->decay + (current + p->drive);
  *i_exc = *i_exc * p->decay_exc + input_exc;
  *i_inh = *i_inh * p->decay_inh + input_inh;
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
