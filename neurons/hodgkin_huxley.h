/* Hodgkin-Huxley neuron of Traub and Miles with exponential synaptic conductances, float32. C99.
 *
 *   c_mem v' = g_leak (v_leak - v) + g_na m^3 h (e_na - v) + g_k n^4 (e_k - v)
 *              + g_exc (e_exc - v) + g_inh (e_inh - v) + i_offset + I
 *   x' = alpha_x(V) (1 - x) - beta_x(V) x  for x = m, h, n, with V = v - v_shift:
 *   alpha_m = 0.32 (13 - V) / (exp((13 - V) / 4) - 1), beta_m = 0.28 (V - 40) / (exp((V - 40) / 5)
 *   - 1); alpha_h = 0.128 exp((17 - V) / 18), beta_h = 4 / (1 + exp((40 - V) / 5));
 *   alpha_n = 0.032 (15 - V) / (exp((15 - V) / 5) - 1), beta_n = 0.5 exp((10 - V) / 40)
 *   tau_exc g_exc' = -g_exc,  tau_inh g_inh' = -g_inh;  a spike of weight w adds w to its g
 *
 * Traub and Miles, Neuronal Networks of the Hippocampus, 1991, in the form of Brette et al., J.
 * Comput. Neurosci. 23, 2007. A spike is a maximum of v above v_threshold; for the refractory
 * period after it there is no other, and nothing is held. Runge-Kutta of 4th order. */
#ifndef SYNFIRE_HODGKIN_HUXLEY_H
#define SYNFIRE_HODGKIN_HUXLEY_H

#include "neurons/common/elementary.h"

typedef struct {
  float h;     /* substep, ms */
  float per_c; /* 1 / c_mem */
  float g_leak, g_na, g_k;
  float v_leak, e_na, e_k, v_shift;
  float e_exc, e_inh;
  float half_exc, half_inh; /* decay of the conductances over h / 2 */
  float i_offset, v_threshold;
  int32_t refractory_steps, substeps;
} synfire_hodgkin_huxley_t;

typedef struct {
  float v, m, h, n, g_exc, g_inh;
  float v_before; /* one substep ago */
} synfire_hodgkin_huxley_state_t;

typedef struct {
  float v, m, h, n;
} synfire_hodgkin_huxley_slope_t;

/* alpha and beta of a gate. */
typedef struct {
  float open, close;
} synfire_gate_t;

SYNFIRE_KERNEL synfire_gate_t synfire_gate_m(float v) {
  const synfire_gate_t gate = {1.28F * synfire_linoidf((13.0F - v) * 0.25F),
                               1.4F * synfire_linoidf((v - 40.0F) * 0.2F)};
  return gate;
}
SYNFIRE_KERNEL synfire_gate_t synfire_gate_h(float v) {
  const synfire_gate_t gate = {0.128F * synfire_expf((17.0F - v) * (1.0F / 18)),
                               4.0F / (1.0F + synfire_expf((40.0F - v) * 0.2F))};
  return gate;
}
SYNFIRE_KERNEL synfire_gate_t synfire_gate_n(float v) {
  const synfire_gate_t gate = {0.16F * synfire_linoidf((15.0F - v) * 0.2F),
                               0.5F * synfire_expf((10.0F - v) * 0.025F)};
  return gate;
}
SYNFIRE_KERNEL float synfire_gate_slope(synfire_gate_t gate, float x) {
  return gate.open * (1.0F - x) - gate.close * x;
}

SYNFIRE_KERNEL synfire_hodgkin_huxley_slope_t
synfire_hodgkin_huxley_slope(const synfire_hodgkin_huxley_t* p, synfire_hodgkin_huxley_slope_t s,
                             float g_exc, float g_inh, float current) {
  const float shifted = s.v - p->v_shift, n2 = s.n * s.n;
  const float leak = p->g_leak * (p->v_leak - s.v);
  const float sodium = p->g_na * (s.m * s.m * s.m * s.h) * (p->e_na - s.v);
  const float potassium = p->g_k * (n2 * n2) * (p->e_k - s.v);
  const float synaptic = g_exc * (p->e_exc - s.v) + g_inh * (p->e_inh - s.v);
  synfire_hodgkin_huxley_slope_t slope;
  slope.v = (((leak + sodium) + potassium) + (synaptic + current)) * p->per_c;
  slope.m = synfire_gate_slope(synfire_gate_m(shifted), s.m);
  slope.h = synfire_gate_slope(synfire_gate_h(shifted), s.h);
  slope.n = synfire_gate_slope(synfire_gate_n(shifted), s.n);
  return slope;
}

/* from + h k */
SYNFIRE_KERNEL synfire_hodgkin_huxley_slope_t synfire_hodgkin_huxley_along(
    synfire_hodgkin_huxley_slope_t from, float h, synfire_hodgkin_huxley_slope_t k) {
  const synfire_hodgkin_huxley_slope_t to = {from.v + h * k.v, from.m + h * k.m, from.h + h * k.h,
                                             from.n + h * k.n};
  return to;
}

/* One substep. */
SYNFIRE_KERNEL void synfire_hodgkin_huxley_integrate(const synfire_hodgkin_huxley_t* p,
                                                     synfire_hodgkin_huxley_state_t* s,
                                                     float current) {
  const float i = p->i_offset + current, half = p->h * 0.5F, sixth = p->h * (1.0F / 6);
  const float exc1 = s->g_exc * p->half_exc, exc2 = exc1 * p->half_exc;
  const float inh1 = s->g_inh * p->half_inh, inh2 = inh1 * p->half_inh;
  const synfire_hodgkin_huxley_slope_t at = {s->v, s->m, s->h, s->n};
  const synfire_hodgkin_huxley_slope_t k1 =
      synfire_hodgkin_huxley_slope(p, at, s->g_exc, s->g_inh, i);
  const synfire_hodgkin_huxley_slope_t k2 =
      synfire_hodgkin_huxley_slope(p, synfire_hodgkin_huxley_along(at, half, k1), exc1, inh1, i);
  const synfire_hodgkin_huxley_slope_t k3 =
      synfire_hodgkin_huxley_slope(p, synfire_hodgkin_huxley_along(at, half, k2), exc1, inh1, i);
  const synfire_hodgkin_huxley_slope_t k4 =
      synfire_hodgkin_huxley_slope(p, synfire_hodgkin_huxley_along(at, p->h, k3), exc2, inh2, i);
  s->v_before = s->v;
  s->v += sixth * ((k1.v + k4.v) + 2.0F * (k2.v + k3.v));
  s->m += sixth * ((k1.m + k4.m) + 2.0F * (k2.m + k3.m));
  s->h += sixth * ((k1.h + k4.h) + 2.0F * (k2.h + k3.h));
  s->n += sixth * ((k1.n + k4.n) + 2.0F * (k2.n + k3.n));
  s->g_exc = exc2, s->g_inh = inh2;
}

/* The inputs at the end of a step. */
SYNFIRE_KERNEL void synfire_hodgkin_huxley_receive(synfire_hodgkin_huxley_state_t* s, float exc,
                                                   float inh) {
  s->g_exc += exc, s->g_inh += inh;
}

/* 1 when the neuron spikes; `muted` while it may not. */
SYNFIRE_KERNEL int32_t synfire_hodgkin_huxley_fire(const synfire_hodgkin_huxley_t* p,
                                                   const synfire_hodgkin_huxley_state_t* s,
                                                   int32_t muted) {
  return (s->v > p->v_threshold ? 1 : 0) & (s->v < s->v_before ? 1 : 0) & (muted ? 0 : 1);
}

/* With the gates where they would come to rest at v. */
SYNFIRE_KERNEL synfire_hodgkin_huxley_state_t
synfire_hodgkin_huxley_start(const synfire_hodgkin_huxley_t* p, float v) {
  const float shifted = v - p->v_shift;
  const synfire_gate_t m = synfire_gate_m(shifted), h = synfire_gate_h(shifted);
  const synfire_gate_t n = synfire_gate_n(shifted);
  const synfire_hodgkin_huxley_state_t s = {v,
                                            m.open / (m.open + m.close),
                                            h.open / (h.open + h.close),
                                            n.open / (n.open + n.close),
                                            0,
                                            0,
                                            v};
  return s;
}

#endif
