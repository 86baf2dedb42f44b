/* Adaptive leaky integrate-and-fire neuron: its threshold rises with every spike. Double precision.
 * C99.
 *
 *   tau_mem v' = (v_leak - v) + r (i_exc + i_inh + i_offset + I)
 *   tau_exc i_exc' = -i_exc,  tau_inh i_inh' = -i_inh;  a spike of weight w adds w to its current
 *   tau_adapt a' = -a;  spike when v > v_threshold + a, then a <- a + beta, and
 *   v <- 0, v_reset, v - (v_threshold + a before), or v goes on
 *
 * Bellec et al., NeurIPS 2018 (subtract); Kobayashi et al., Frontiers Comput. Neurosci. 3, 2009
 * (v goes on: the MAT model). Exact propagators over dt, I being held over it (Rotter and Diesmann,
 * Biol. Cybern. 81, 1999). While refractory v stays, but where it goes on there are only no spikes;
 * currents and a go on. */
#ifndef SYNFIRE_ALIF_H
#define SYNFIRE_ALIF_H

#include "neurons/common/elementary.h"

enum {
  SYNFIRE_ALIF_ZERO = 0,
  SYNFIRE_ALIF_VALUE = 1,
  SYNFIRE_ALIF_SUBTRACT = 2,
  SYNFIRE_ALIF_NONE = 3
};

typedef struct {
  double decay;                /* of v: exp(-dt/tau_mem) */
  double decay_exc, decay_inh; /* of the currents */
  double gain_exc, gain_inh;   /* from a current at the step's start to v at its end */
  double gain;                 /* of what is held over the step: r (1 - decay) */
  double decay_adapt, beta;
  double v_leak, i_offset, v_threshold, v_reset;
  int32_t reset;
  int32_t inclusive; /* 1: v >= v_threshold + a spikes */
  int32_t refractory_steps, substeps;
} synfire_alif_t;

typedef struct {
  double v, i_exc, i_inh, a;
} synfire_alif_state_t;

/* One step. */
SYNFIRE_KERNEL void synfire_alif_integrate(const synfire_alif_t* p, synfire_alif_state_t* s,
                                           int32_t held, double current) {
  const double synaptic = s->i_exc * p->gain_exc + s->i_inh * p->gain_inh;
  const double driven = synaptic + p->gain * (p->i_offset + current);
  const double moved = p->v_leak + (s->v - p->v_leak) * p->decay + driven;
  s->v = held && p->reset != SYNFIRE_ALIF_NONE ? s->v : moved;
  s->i_exc *= p->decay_exc, s->i_inh *= p->decay_inh;
  s->a *= p->decay_adapt;
}

/* The inputs at the end of a step. */
SYNFIRE_KERNEL void synfire_alif_receive(synfire_alif_state_t* s, double exc, double inh) {
  s->i_exc += exc, s->i_inh += inh;
}

/* 1 when the neuron spikes; it is reset then. */
SYNFIRE_KERNEL int32_t synfire_alif_fire(const synfire_alif_t* p, synfire_alif_state_t* s,
                                         int32_t held) {
  const double threshold = p->v_threshold + s->a;
  const int32_t above = p->inclusive ? (s->v >= threshold ? 1 : 0) : (s->v > threshold ? 1 : 0);
  const int32_t hit = above & (held ? 0 : 1);
  const double left = p->reset == SYNFIRE_ALIF_SUBTRACT ? s->v - threshold : s->v;
  const double set = p->reset == SYNFIRE_ALIF_VALUE ? p->v_reset : 0.0;
  const double after = p->reset >= SYNFIRE_ALIF_SUBTRACT ? left : set;
  s->v = hit ? after : s->v;
  s->a = hit ? s->a + p->beta : s->a;
  return hit;
}

#endif
