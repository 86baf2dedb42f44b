/* Resonate-and-fire neuron. Double precision. C99.
 *
 *   z = u + i v:  z' = (-1 / tau_mem + i omega) z + i_offset + I;  a spike of weight w adds w to u
 *   spike when v > v_threshold, then u <- u_reset, v <- v_reset
 *
 * Izhikevich, Neural Networks 14, 2001. Exact propagators over dt, I being held over it. While
 * refractory u and v stay. */
#ifndef SYNFIRE_RESONATE_FIRE_H
#define SYNFIRE_RESONATE_FIRE_H

#include "neurons/common/elementary.h"

typedef struct {
  double turn_re, turn_im; /* exp((-1 / tau_mem + i omega) dt) */
  double gain_re, gain_im; /* from I to u and v */
  double i_offset, v_threshold, u_reset, v_reset, u_init;
  int32_t refractory_steps, substeps;
} synfire_resonate_fire_t;

typedef struct {
  double v, u;
} synfire_resonate_fire_state_t;

/* One step. */
SYNFIRE_KERNEL void synfire_resonate_fire_integrate(const synfire_resonate_fire_t* p,
                                                    synfire_resonate_fire_state_t* s, int32_t held,
                                                    double current) {
  const double i = p->i_offset + current;
  const double u = (s->u * p->turn_re - s->v * p->turn_im) + p->gain_re * i;
  const double v = (s->u * p->turn_im + s->v * p->turn_re) + p->gain_im * i;
  s->u = held ? s->u : u;
  s->v = held ? s->v : v;
}

/* The inputs at the end of a step. */
SYNFIRE_KERNEL void synfire_resonate_fire_receive(synfire_resonate_fire_state_t* s, int32_t held,
                                                  double input) {
  s->u += held ? 0.0 : input;
}

/* 1 when the neuron spikes; it is reset then. */
SYNFIRE_KERNEL int32_t synfire_resonate_fire_fire(const synfire_resonate_fire_t* p,
                                                  synfire_resonate_fire_state_t* s, int32_t held) {
  const int32_t hit = (s->v > p->v_threshold ? 1 : 0) & (held ? 0 : 1);
  s->u = hit ? p->u_reset : s->u;
  s->v = hit ? p->v_reset : s->v;
  return hit;
}

#endif
