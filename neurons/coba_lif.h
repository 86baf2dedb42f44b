/* Leaky integrate-and-fire neuron with exponential synaptic conductances, float32. C99.
 *
 *   c_mem v' = g_leak (v_leak - v) + g_exc (e_exc - v) + g_inh (e_inh - v) + i_offset + I
 *   tau_exc g_exc' = -g_exc,  tau_inh g_inh' = -g_inh;  a spike of weight w adds w to its g
 *
 * The conductances are exact; v is integrated by the classical Runge-Kutta method of 4th order
 * (error of a substep of order (h / tau)^5) with the conductances at the substep's start, middle
 * and end. I is held over the step. While refractory v stays at v_reset. */
#ifndef SYNFIRE_COBA_LIF_H
#define SYNFIRE_COBA_LIF_H

#include "neurons/common/elementary.h"

typedef struct {
  float h;           /* substep, ms */
  float rate, per_c; /* 1 / tau_mem, 1 / c_mem */
  float v_leak, e_exc, e_inh;
  float half_exc, half_inh; /* decay of the conductances over h / 2 */
  float i_offset;
  float v_threshold, v_reset;
  int32_t refractory_steps, substeps;
} synfire_coba_lif_t;

typedef struct {
  float v, g_exc, g_inh;
} synfire_coba_lif_state_t;

SYNFIRE_KERNEL float synfire_coba_lif_slope(const synfire_coba_lif_t* p, float v, float g_exc,
                                            float g_inh, float current) {
  const float synaptic = g_exc * (p->e_exc - v) + g_inh * (p->e_inh - v);
  return (p->v_leak - v) * p->rate + (synaptic + current) * p->per_c;
}

/* One substep. */
SYNFIRE_KERNEL void synfire_coba_lif_integrate(const synfire_coba_lif_t* p,
                                               synfire_coba_lif_state_t* s, int32_t held,
                                               float current) {
  const float i = p->i_offset + current, half = p->h * 0.5F;
  const float exc1 = s->g_exc * p->half_exc, exc2 = exc1 * p->half_exc;
  const float inh1 = s->g_inh * p->half_inh, inh2 = inh1 * p->half_inh;
  const float k1 = synfire_coba_lif_slope(p, s->v, s->g_exc, s->g_inh, i);
  const float k2 = synfire_coba_lif_slope(p, s->v + half * k1, exc1, inh1, i);
  const float k3 = synfire_coba_lif_slope(p, s->v + half * k2, exc1, inh1, i);
  const float k4 = synfire_coba_lif_slope(p, s->v + p->h * k3, exc2, inh2, i);
  const float moved = s->v + p->h * (1.0F / 6) * ((k1 + k4) + 2.0F * (k2 + k3));
  s->v = held ? s->v : moved;
  s->g_exc = exc2, s->g_inh = inh2;
}

/* The inputs at the end of a step. */
SYNFIRE_KERNEL void synfire_coba_lif_receive(synfire_coba_lif_state_t* s, float exc, float inh) {
  s->g_exc += exc, s->g_inh += inh;
}

/* 1 when the neuron spikes; it is reset then. */
SYNFIRE_KERNEL int32_t synfire_coba_lif_fire(const synfire_coba_lif_t* p,
                                             synfire_coba_lif_state_t* s, int32_t held) {
  const int32_t hit = (s->v > p->v_threshold ? 1 : 0) & (held ? 0 : 1);
  s->v = hit ? p->v_reset : s->v;
  return hit;
}

#endif
