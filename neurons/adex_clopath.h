/* Adaptive exponential integrate-and-fire neuron with a current after its spikes and a threshold
 * that jumps, float32. C99.
 *
 *   c_mem v' = -g_leak (v - v_leak) + g_leak delta exp((v - t) / delta) - w + z + i_offset + I
 *   tau_w w' = a (v - v_leak) - w,   tau_z z' = -z,   tau_threshold t' = v_threshold - t
 *   a spike of weight w adds w to v;  spike when v reaches v_peak:
 *   v <- v_reset, w <- w + b, z <- i_spike, t <- v_threshold_spike
 *
 * Clopath, Buesing, Vasilaki and Gerstner, Nature Neuroscience 13, 2010. z and t are exact, v and w
 * are integrated by the classical Runge-Kutta method of 4th order, v being limited to v_peak in the
 * slopes. While refractory v stays at v_reset and w as it is, the others go on. */
#ifndef SYNFIRE_ADEX_CLOPATH_H
#define SYNFIRE_ADEX_CLOPATH_H

#include "neurons/common/elementary.h"

typedef struct {
  float h;                /* substep, ms */
  float leak_rate, per_c; /* g_leak / c_mem, 1 / c_mem */
  float v_leak, v_threshold;
  float upstroke, per_delta; /* g_leak delta / c_mem, 1 / delta; both 0 without an upstroke */
  float a, b, rate_w;        /* rate_w = 1 / tau_w */
  float half_z, half_t;      /* decay of z and of t - v_threshold over h / 2 */
  float i_spike, v_threshold_spike;
  float i_offset;
  float v_peak, v_reset;
  int32_t refractory_steps, substeps;
} synfire_adex_clopath_t;

/* t above v_threshold. */
typedef struct {
  float v, w, z, t;
} synfire_adex_clopath_state_t;

typedef struct {
  float v, w;
} synfire_adex_clopath_slope_t;

SYNFIRE_KERNEL synfire_adex_clopath_slope_t synfire_adex_clopath_slope(
    const synfire_adex_clopath_t* p, float v_any, float w, float z, float t, float current) {
  const float v = v_any > p->v_peak ? p->v_peak : v_any;
  const float rise = p->upstroke * synfire_expf(((v - p->v_threshold) - t) * p->per_delta);
  synfire_adex_clopath_slope_t slope;
  slope.v = ((p->v_leak - v) * p->leak_rate + rise) + ((z + current) - w) * p->per_c;
  slope.w = (p->a * (v - p->v_leak) - w) * p->rate_w;
  return slope;
}

/* One substep. */
SYNFIRE_KERNEL void synfire_adex_clopath_integrate(const synfire_adex_clopath_t* p,
                                                   synfire_adex_clopath_state_t* s, int32_t held,
                                                   float current) {
  const float i = p->i_offset + current;
  const float move = held ? 0.0F : p->h, half = move * 0.5F;
  const float z1 = s->z * p->half_z, z2 = z1 * p->half_z;
  const float t1 = s->t * p->half_t, t2 = t1 * p->half_t;
  const synfire_adex_clopath_slope_t k1 = synfire_adex_clopath_slope(p, s->v, s->w, s->z, s->t, i);
  const synfire_adex_clopath_slope_t k2 =
      synfire_adex_clopath_slope(p, s->v + half * k1.v, s->w + half * k1.w, z1, t1, i);
  const synfire_adex_clopath_slope_t k3 =
      synfire_adex_clopath_slope(p, s->v + half * k2.v, s->w + half * k2.w, z1, t1, i);
  const synfire_adex_clopath_slope_t k4 =
      synfire_adex_clopath_slope(p, s->v + move * k3.v, s->w + move * k3.w, z2, t2, i);
  s->v += move * (1.0F / 6) * ((k1.v + k4.v) + 2.0F * (k2.v + k3.v));
  s->w += move * (1.0F / 6) * ((k1.w + k4.w) + 2.0F * (k2.w + k3.w));
  s->z = z2, s->t = t2;
}

/* The inputs at the end of a step. */
SYNFIRE_KERNEL void synfire_adex_clopath_receive(synfire_adex_clopath_state_t* s, int32_t held,
                                                 float input) {
  s->v += held ? 0.0F : input;
}

/* 1 when the neuron spikes; it is reset then. */
SYNFIRE_KERNEL int32_t synfire_adex_clopath_fire(const synfire_adex_clopath_t* p,
                                                 synfire_adex_clopath_state_t* s, int32_t held) {
  const int32_t hit = (s->v >= p->v_peak ? 1 : 0) & (held ? 0 : 1);
  s->v = hit ? p->v_reset : s->v;
  s->w = hit ? s->w + p->b : s->w;
  s->z = hit ? p->i_spike : s->z;
  s->t = hit ? p->v_threshold_spike - p->v_threshold : s->t;
  return hit;
}

#endif
