/* Leaky integrate-and-fire neuron with a synaptic current, as NIR has it. Double precision. C99.
 *
 *   tau_syn i' = -i + w_in (S + i_offset)
 *   tau_mem v' = (v_leak - v) + r (i + I);  spike when v > v_threshold, then v <- 0, v_reset or
 *   v - v_threshold
 *
 * The input S of a step is held over it, or is a jump of i by w_in S at its end. exponential: exact
 * propagators over dt; euler: v <- v + dt/tau_mem (v_leak - v + r i), i <- i + dt/tau_syn (w_in S -
 * i), both from the step's start; semi_implicit: i first, and v from the new i, as Norse and
 * snnTorch have it. While refractory v stays and i goes on. */
#ifndef SYNFIRE_CUBA_LIF_H
#define SYNFIRE_CUBA_LIF_H

#include "neurons/common/elementary.h"
#include "neurons/lif.h"

typedef struct {
  double decay, gain;         /* of v, and of a current I that is held over the step */
  double decay_syn, gain_syn; /* of i, and from it at the step's start to v at its end */
  double feed, lift;          /* from S to i and v at the step's end */
  double drive_i, drive_v;    /* what i_offset adds to them in a step */
  double v_leak, v_threshold, v_reset;
  int32_t reset;     /* of lif.h */
  int32_t inclusive; /* 1: v >= v_threshold spikes */
  int32_t refractory_steps, substeps;
} synfire_cuba_lif_t;

typedef struct {
  double v, i;
} synfire_cuba_lif_state_t;

/* One step, but for its input. */
SYNFIRE_KERNEL void synfire_cuba_lif_integrate(const synfire_cuba_lif_t* p,
                                               synfire_cuba_lif_state_t* s, int32_t held,
                                               double current) {
  const double driven = (s->i * p->gain_syn + p->drive_v) + current * p->gain;
  const double moved = p->v_leak + (s->v - p->v_leak) * p->decay + driven;
  s->v = held ? s->v : moved;
  s->i = s->i * p->decay_syn + p->drive_i;
}

/* The step's input. */
SYNFIRE_KERNEL void synfire_cuba_lif_receive(const synfire_cuba_lif_t* p,
                                             synfire_cuba_lif_state_t* s, int32_t held,
                                             double input) {
  s->v += held ? 0.0 : p->lift * input;
  s->i += p->feed * input;
}

/* 1 when the neuron spikes; it is reset then. */
SYNFIRE_KERNEL int32_t synfire_cuba_lif_fire(const synfire_cuba_lif_t* p,
                                             synfire_cuba_lif_state_t* s, int32_t held) {
  const int32_t above =
      p->inclusive ? (s->v >= p->v_threshold ? 1 : 0) : (s->v > p->v_threshold ? 1 : 0);
  const int32_t hit = above & (held ? 0 : 1);
  const double set = p->reset == SYNFIRE_RESET_VALUE ? p->v_reset : 0.0;
  const double after = p->reset == SYNFIRE_RESET_SUBTRACT ? s->v - p->v_threshold : set;
  s->v = hit ? after : s->v;
  return hit;
}

#endif
