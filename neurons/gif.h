/* Generalised integrate-and-fire neuron: spike-triggered currents, a threshold that moves with
 * every spike, and stochastic escape. Double precision. C99.
 *
 *   c_mem v' = g_leak (v_leak - v) + i_exc + i_inh - eta_1 - eta_2 + i_offset + I
 *   tau_exc i_exc' = -i_exc,  tau_inh i_inh' = -i_inh;  a spike of weight w adds w to its current
 *   tau x' = -x for x = eta_1, eta_2, gamma_1, gamma_2, each with a time constant of its own
 *   hazard lambda = lambda_0 exp((v - v_threshold - gamma_1 - gamma_2) / delta):
 *   the chance of a spike in a step is 1 - exp(-lambda dt), with v at the step's end
 *   at a spike v <- v_reset, and each x rises by its q
 *
 * Mensi et al., J. Neurophysiol. 107, 2012; Pozzorini et al., PLoS Comput. Biol. 11, 2015. Exact
 * propagators over dt, I being held over it. While refractory v stays at v_reset; all else goes
 * on. */
#ifndef SYNFIRE_GIF_H
#define SYNFIRE_GIF_H

#include "neurons/common/elementary.h"

/* A variable that decays exponentially. */
typedef struct {
  double decay; /* over the step */
  double gain;  /* from it at the step's start to v at its end; 0 where it is no current */
  double jump;  /* at a spike */
} synfire_gif_trace_t;

typedef struct {
  double decay, gain; /* of v, and of what is held over the step */
  double v_leak, i_offset, v_reset;
  synfire_gif_trace_t exc, inh, eta_1, eta_2, gamma_1, gamma_2;
  double v_threshold, per_delta;
  double hazard; /* lambda_0 dt */
  int32_t refractory_steps, substeps;
} synfire_gif_t;

typedef struct {
  double v, i_exc, i_inh, eta_1, eta_2, gamma_1, gamma_2;
} synfire_gif_state_t;

/* One step. */
SYNFIRE_KERNEL void synfire_gif_integrate(const synfire_gif_t* p, synfire_gif_state_t* s,
                                          int32_t held, double current) {
  const double synaptic = s->i_exc * p->exc.gain + s->i_inh * p->inh.gain;
  const double triggered = s->eta_1 * p->eta_1.gain + s->eta_2 * p->eta_2.gain;
  const double driven = (synaptic - triggered) + p->gain * (p->i_offset + current);
  const double moved = p->v_leak + (s->v - p->v_leak) * p->decay + driven;
  s->v = held ? s->v : moved;
  s->i_exc *= p->exc.decay, s->i_inh *= p->inh.decay;
  s->eta_1 *= p->eta_1.decay, s->eta_2 *= p->eta_2.decay;
  s->gamma_1 *= p->gamma_1.decay, s->gamma_2 *= p->gamma_2.decay;
}

/* The inputs at the end of a step. */
SYNFIRE_KERNEL void synfire_gif_receive(synfire_gif_state_t* s, double exc, double inh) {
  s->i_exc += exc, s->i_inh += inh;
}

/* 1 when the neuron spikes, `chance` being uniform in [0, 1); it is reset then. */
SYNFIRE_KERNEL int32_t synfire_gif_fire(const synfire_gif_t* p, synfire_gif_state_t* s,
                                        int32_t held, double chance) {
  const double distance = s->v - ((p->v_threshold + s->gamma_1) + s->gamma_2);
  const double survival = synfire_exp(-p->hazard * synfire_exp(distance * p->per_delta));
  const int32_t hit = (chance < 1.0 - survival ? 1 : 0) & (held ? 0 : 1);
  s->v = hit ? p->v_reset : s->v;
  s->eta_1 = hit ? s->eta_1 + p->eta_1.jump : s->eta_1;
  s->eta_2 = hit ? s->eta_2 + p->eta_2.jump : s->eta_2;
  s->gamma_1 = hit ? s->gamma_1 + p->gamma_1.jump : s->gamma_1;
  s->gamma_2 = hit ? s->gamma_2 + p->gamma_2.jump : s->gamma_2;
  return hit;
}

#endif
