/* Leaky integrate-and-fire neuron with exponential synaptic conductances and a homeostatic
 * threshold. Double precision, as the threshold changes by very little in one step. C99.
 *
 *   c_mem v' = c_mem / tau_mem (v_leak - v) + g_exc (e_exc - v) + g_inh (e_inh - v) + i_offset + I
 *   tau_exc g_exc' = -g_exc,  tau_inh g_inh' = -g_inh;  a spike of weight w adds w to its g
 *   tau_theta theta' = -theta;  spike when v > v_threshold + theta, then v <- v_reset and
 *   theta <- theta + theta_plus
 *
 * Diehl and Cook, Frontiers Comput. Neurosci. 9:99, 2015. Conductances and theta are exact; v is
 * exact for the conductances of the substep's middle (exponential midpoint rule, 2nd order): stable
 * when all neurons inhibit one at once. I is held over the step. While refractory v stays at
 * v_reset. */
#ifndef SYNFIRE_COBA_ALIF_H
#define SYNFIRE_COBA_ALIF_H

#include "neurons/common/elementary.h"

typedef struct {
  double h_per_c; /* substep / c_mem, 1 / nS */
  double g_leak;  /* c_mem / tau_mem, nS */
  double v_leak, e_exc, e_inh;
  double half_exc, half_inh; /* decay of the conductances over h / 2 */
  double i_offset;
  double v_threshold, v_reset;
  double theta_plus, decay_theta; /* of a spike; over a substep */
  double theta_init;
  int32_t learns; /* 0: theta stays */
  int32_t refractory_steps, substeps;
} synfire_coba_alif_t;

typedef struct {
  double v, g_exc, g_inh, theta;
} synfire_coba_alif_state_t;

/* One substep. */
SYNFIRE_KERNEL void synfire_coba_alif_integrate(const synfire_coba_alif_t* p,
                                                synfire_coba_alif_state_t* s, int32_t held,
                                                double current) {
  const double exc = s->g_exc * p->half_exc, inh = s->g_inh * p->half_inh;
  const double conductance = p->g_leak + exc + inh;
  const double driven = p->g_leak * p->v_leak + exc * p->e_exc + inh * p->e_inh;
  const double limit = (driven + p->i_offset + current) / conductance;
  const double moved = limit + (s->v - limit) * synfire_exp(-p->h_per_c * conductance);
  s->v = held ? s->v : moved;
  s->g_exc = exc * p->half_exc, s->g_inh = inh * p->half_inh;
  s->theta = p->learns ? s->theta * p->decay_theta : s->theta;
}

/* The inputs at the end of a step. */
SYNFIRE_KERNEL void synfire_coba_alif_receive(synfire_coba_alif_state_t* s, double exc,
                                              double inh) {
  s->g_exc += exc, s->g_inh += inh;
}

/* 1 when the neuron spikes; it is reset then. */
SYNFIRE_KERNEL int32_t synfire_coba_alif_fire(const synfire_coba_alif_t* p,
                                              synfire_coba_alif_state_t* s, int32_t held) {
  const int32_t hit = (s->v > p->v_threshold + s->theta ? 1 : 0) & (held ? 0 : 1);
  s->v = hit ? p->v_reset : s->v;
  s->theta = (hit & p->learns) != 0 ? s->theta + p->theta_plus : s->theta;
  return hit;
}

#endif
