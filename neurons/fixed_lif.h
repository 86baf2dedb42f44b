/* Leaky integrate-and-fire neuron in fixed point; IF where nothing decays, LI where no potential
 * reaches the threshold. C99: one step of dt.
 *
 *   u <- round(u d^period), in the first step of each period
 *   u <- saturate(u + scale_j input + bias)
 *   u > threshold_j: a spike, and u <- reset_j, or where `keeps` u <- saturate(u + reset_j)
 *
 * j = 0 .. period - 1 counts the steps of a period, d is the decay of a step. u = v d^-j: the
 * potential does not decay between two periods, inputs and thresholds grow instead, so that a
 * neuron without input needs no work at all (the growing units of an event-driven exponential, as
 * in time-rescaled integrate-and-fire simulation). With period 1, u = v.
 *
 *   rise_j = 2^26 d^-j,  x_j = floor(x rise_j / 2^26),  scale_j = round(scale rise_j / 2^26)
 *
 * u is in [-2^30, 2^30), so that no sum overflows as long as |scale_j input + bias| <= 2^30, which
 * those who make the constants have to prove. While refractory, u stays and input is discarded. */
#ifndef SYNFIRE_FIXED_LIF_H
#define SYNFIRE_FIXED_LIF_H

#include <stdint.h>

#define SYNFIRE_FIXED_LIMIT ((int32_t)1 << 30)
#define SYNFIRE_FIXED_RISE 26 /* bits of rise_0 */
/* Thresholds and resets that grow within a period are below it: firmware keeps them 2^6 times. */
#define SYNFIRE_FIXED_RISING_LIMIT ((int32_t)1 << 25)

/* One neuron's constants. */
typedef struct {
  int32_t decay; /* 2^32 (d^period - 1), modulo 2^32 where d^period < 1/2; 0: none */
  int32_t bias;
  int32_t threshold; /* SYNFIRE_FIXED_LIMIT: never reached */
  int32_t reset;
} synfire_fixed_lif_t;

/* What the neurons of a population share. */
typedef struct {
  int32_t scale; /* of the input, a power of two */
  uint16_t keeps;
  uint16_t refractory_steps;
} synfire_fixed_rule_t;

static inline int32_t synfire_fixed_saturate(int32_t v) {
#ifdef __ARM_FEATURE_SAT
  int32_t result;
  __asm__("ssat %0, #31, %1" : "=r"(result) : "r"(v));
  return result;
#else
  if ((uint32_t)v + SYNFIRE_FIXED_LIMIT < 2u * SYNFIRE_FIXED_LIMIT) return v;
  return v < 0 ? -SYNFIRE_FIXED_LIMIT : SYNFIRE_FIXED_LIMIT - 1;
#endif
}

/* round(v (1 + decay / 2^32)), halves up, of a decay that is not positive. */
static inline int32_t synfire_fixed_kept(int32_t v, int32_t decay) {
  const int64_t product = (int64_t)v * decay;
  return v + (int32_t)(product >> 32) + (int32_t)((uint32_t)product >> 31);
}

/* The same of any decay: positive ones are 2^32 more than meant. */
static inline int32_t synfire_fixed_decayed(int32_t v, int32_t decay) {
  const int32_t kept = synfire_fixed_kept(v, decay);
  return decay > 0 ? kept - v : kept;
}

/* floor(x rise / 2^26) */
static inline int32_t synfire_fixed_risen(int32_t x, int32_t rise) {
  return (int32_t)((int64_t)x * rise >> SYNFIRE_FIXED_RISE);
}

/* Input and threshold of a potential that has decayed; returns 1 when the neuron spikes. */
static inline int32_t synfire_fixed_lif_fire(int32_t* v, int32_t drive, int32_t threshold,
                                             int32_t reset, uint32_t keeps) {
  *v = synfire_fixed_saturate(*v + drive);
  if (*v <= threshold) return 0;
  *v = keeps ? synfire_fixed_saturate(*v + reset) : reset;
  return 1;
}

/* One step of a neuron with period 1 that is not refractory. */
static inline int32_t synfire_fixed_lif_step(const synfire_fixed_lif_t* p,
                                             const synfire_fixed_rule_t* rule, int32_t* v,
                                             int32_t input) {
  *v = synfire_fixed_decayed(*v, p->decay);
  return synfire_fixed_lif_fire(v, rule->scale * input + p->bias, p->threshold, p->reset,
                                rule->keeps);
}

/* The same with a refractory period; `wait` counts the steps that remain. */
static inline int32_t synfire_fixed_lif_wait(const synfire_fixed_lif_t* p,
                                             const synfire_fixed_rule_t* rule, int32_t* v,
                                             uint16_t* wait, int32_t input) {
  if (*wait > 0) {
    --*wait;
    return 0;
  }
  if (!synfire_fixed_lif_step(p, rule, v, input)) return 0;
  *wait = rule->refractory_steps;
  return 1;
}

#endif
