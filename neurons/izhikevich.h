/* Izhikevich's simple model of spiking neurons, float32. C99.
 *
 *   v' = 0.04 v^2 + 5 v + 140 - u + i_offset + I,   u' = a (b v - u)      (mV, ms)
 *   a spike of weight w adds w to v;  spike when v >= v_peak:  v <- c, u <- u + d
 *
 * Izhikevich, IEEE Trans. Neural Networks 14, 2003. Integrated by the classical Runge-Kutta method
 * of 4th order, or as in the paper's script: v in two halves of a step by Euler's method, then u.
 */
#ifndef SYNFIRE_IZHIKEVICH_H
#define SYNFIRE_IZHIKEVICH_H

#include "neurons/common/elementary.h"

typedef struct {
  float h; /* substep, ms */
  float a, b, c, d;
  float i_offset, v_peak;
  float u_init;      /* u at the start */
  int32_t published; /* 1: the script of the paper */
  int32_t refractory_steps, substeps;
} synfire_izhikevich_t;

typedef struct {
  float v, u;
} synfire_izhikevich_state_t;

SYNFIRE_KERNEL synfire_izhikevich_state_t synfire_izhikevich_slope(const synfire_izhikevich_t* p,
                                                                   float v_any, float u,
                                                                   float current) {
  const float v = v_any > p->v_peak ? p->v_peak : v_any;
  synfire_izhikevich_state_t slope;
  slope.v = ((0.04F * v * v + 5.0F * v) + 140.0F) - u + current;
  slope.u = p->a * (p->b * v - u);
  return slope;
}

SYNFIRE_KERNEL synfire_izhikevich_state_t synfire_izhikevich_runge_kutta(
    const synfire_izhikevich_t* p, synfire_izhikevich_state_t s, float i) {
  const float h = p->h, half = h * 0.5F;
  const synfire_izhikevich_state_t k1 = synfire_izhikevich_slope(p, s.v, s.u, i);
  const synfire_izhikevich_state_t k2 =
      synfire_izhikevich_slope(p, s.v + half * k1.v, s.u + half * k1.u, i);
  const synfire_izhikevich_state_t k3 =
      synfire_izhikevich_slope(p, s.v + half * k2.v, s.u + half * k2.u, i);
  const synfire_izhikevich_state_t k4 =
      synfire_izhikevich_slope(p, s.v + h * k3.v, s.u + h * k3.u, i);
  s.v += h * (1.0F / 6) * ((k1.v + k4.v) + 2.0F * (k2.v + k3.v));
  s.u += h * (1.0F / 6) * ((k1.u + k4.u) + 2.0F * (k2.u + k3.u));
  return s;
}

SYNFIRE_KERNEL synfire_izhikevich_state_t
synfire_izhikevich_published(const synfire_izhikevich_t* p, synfire_izhikevich_state_t s, float i) {
  const float half = p->h * 0.5F;
  s.v += half * (((0.04F * s.v * s.v + 5.0F * s.v) + 140.0F) - s.u + i);
  s.v += half * (((0.04F * s.v * s.v + 5.0F * s.v) + 140.0F) - s.u + i);
  s.u += p->h * (p->a * (p->b * s.v - s.u));
  return s;
}

/* One substep. */
SYNFIRE_KERNEL void synfire_izhikevich_integrate(const synfire_izhikevich_t* p,
                                                 synfire_izhikevich_state_t* s, float current) {
  const float i = p->i_offset + current;
  *s = p->published ? synfire_izhikevich_published(p, *s, i)
                    : synfire_izhikevich_runge_kutta(p, *s, i);
}

/* The inputs at the end of a step. */
SYNFIRE_KERNEL void synfire_izhikevich_receive(synfire_izhikevich_state_t* s, float input) {
  s->v += input;
}

/* 1 when the neuron spikes; it is reset then. */
SYNFIRE_KERNEL int32_t synfire_izhikevich_fire(const synfire_izhikevich_t* p,
                                               synfire_izhikevich_state_t* s) {
  const int32_t hit = s->v >= p->v_peak ? 1 : 0;
  s->v = hit ? p->c : s->v;
  s->u = hit ? s->u + p->d : s->u;
  return hit;
}

#endif
