/* Adaptive exponential integrate-and-fire neuron with exponential synaptic conductances, float32.
 * C99.
 *
 *   c_mem v' = -g_leak (v - v_leak) + g_leak delta exp((v - v_threshold) / delta) - w
 *              + g_exc (e_exc - v) + g_inh (e_inh - v) + i_offset + I
 *   tau_w w' = a (v - v_leak) - w
 *   tau_exc g_exc' = -g_exc,  tau_inh g_inh' = -g_inh;  a spike of weight w adds w to its g
 *   spike when v reaches v_peak:  v <- v_reset, w <- w + b
 *
 * Brette and Gerstner, J. Neurophysiol. 94, 2005. The conductances are exact; v and w are
 * integrated by the classical Runge-Kutta method of 4th order, v being limited to v_peak in the
 * slopes. While refractory v stays at v_reset, and w goes on. */
#ifndef SYNFIRE_ADEX_H
#define SYNFIRE_ADEX_H

#include "neurons/common/elementary.h"

typedef struct {
  float h;                /* substep, ms */
  float leak_rate, per_c; /* g_leak / c_mem, 1 / c_mem */
  float v_leak, v_threshold;
  float upstroke, per_delta; /* g_leak delta / c_mem, 1 / delta; both 0 without an upstroke */
  float a, b, rate_w;        /* rate_w = 1 / tau_w */
  float e_exc, e_inh;
  float half_exc, half_inh; /* decay of the conductances over h / 2 */
  float i_offset;
  float v_peak, v_reset;
  float w_init; /* w at the start */
  int32_t refractory_steps, substeps;
} synfire_adex_t;

typedef struct {
  float v, w, g_exc, g_inh;
} synfire_adex_state_t;

typedef struct {
  float v, w;
} synfire_adex_slope_t;

SYNFIRE_KERNEL synfire_adex_slope_t synfire_adex_slope(const synfire_adex_t* p, float v_any,
                                                       float w, float g_exc, float g_inh,
                                                       float current) {
  const float v = v_any > p->v_peak ? p->v_peak : v_any;
  const float rise = p->upstroke * synfire_expf((v - p->v_threshold) * p->per_delta);
  const float synaptic = g_exc * (p->e_exc - v) + g_inh * (p->e_inh - v);
  synfire_adex_slope_t slope;
  slope.v = ((p->v_leak - v) * p->leak_rate + rise) + ((synaptic + current) - w) * p->per_c;
  slope.w = (p->a * (v - p->v_leak) - w) * p->rate_w;
  return slope;
}

/* One substep. */
SYNFIRE_KERNEL void synfire_adex_integrate(const synfire_adex_t* p, synfire_adex_state_t* s,
                                           int32_t held, float current) {
  const float i = p->i_offset + current;
  const float move = held ? 0.0F : p->h, half = move * 0.5F, half_w = p->h * 0.5F;
  const float exc1 = s->g_exc * p->half_exc, exc2 = exc1 * p->half_exc;
  const float inh1 = s->g_inh * p->half_inh, inh2 = inh1 * p->half_inh;
  const synfire_adex_slope_t k1 = synfire_adex_slope(p, s->v, s->w, s->g_exc, s->g_inh, i);
  const synfire_adex_slope_t k2 =
      synfire_adex_slope(p, s->v + half * k1.v, s->w + half_w * k1.w, exc1, inh1, i);
  const synfire_adex_slope_t k3 =
      synfire_adex_slope(p, s->v + half * k2.v, s->w + half_w * k2.w, exc1, inh1, i);
  const synfire_adex_slope_t k4 =
      synfire_adex_slope(p, s->v + move * k3.v, s->w + p->h * k3.w, exc2, inh2, i);
  s->v += move * (1.0F / 6) * ((k1.v + k4.v) + 2.0F * (k2.v + k3.v));
  s->w += p->h * (1.0F / 6) * ((k1.w + k4.w) + 2.0F * (k2.w + k3.w));
  s->g_exc = exc2, s->g_inh = inh2;
}

/* The inputs at the end of a step. */
SYNFIRE_KERNEL void synfire_adex_receive(synfire_adex_state_t* s, float exc, float inh) {
  s->g_exc += exc, s->g_inh += inh;
}

/* 1 when the neuron spikes; it is reset then. */
SYNFIRE_KERNEL int32_t synfire_adex_fire(const synfire_adex_t* p, synfire_adex_state_t* s,
                                         int32_t held) {
  const int32_t hit = (s->v >= p->v_peak ? 1 : 0) & (held ? 0 : 1);
  s->v = hit ? p->v_reset : s->v;
  s->w = hit ? s->w + p->b : s->w;
  return hit;
}

#endif
