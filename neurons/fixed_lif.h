/* Leaky integrate-and-fire neuron in fixed point; IF where nothing leaks, LI where no potential
 * reaches the threshold. C99: one step of dt.
 *
 *   v <- saturate(v - round(v leak / 2^31) + scale input + bias)
 *   v > threshold: a spike, and v <- reset, or where `keeps` v <- saturate(v + reset)
 *
 * v is in [-2^30, 2^30), so that no sum overflows as long as |scale input + bias| <= 2^30, which
 * those who make the constants have to prove. While refractory, v stays and input is discarded. */
#ifndef SYNFIRE_FIXED_LIF_H
#define SYNFIRE_FIXED_LIF_H

#include <stdint.h>

#define SYNFIRE_FIXED_LIMIT ((int32_t)1 << 30)

/* One neuron's constants. */
typedef struct {
  int32_t leak; /* 2^31 (1 - decay) */
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
  if (v < -SYNFIRE_FIXED_LIMIT) return -SYNFIRE_FIXED_LIMIT;
  return v > SYNFIRE_FIXED_LIMIT - 1 ? SYNFIRE_FIXED_LIMIT - 1 : v;
#endif
}

/* round(v leak / 2^31), halves up; 2 v fits, so that it is the high word of a product. */
static inline int32_t synfire_fixed_leak(int32_t v, int32_t leak) {
  return (int32_t)(((int64_t)(2 * v) * leak + ((int64_t)1 << 31)) >> 32);
}

/* One step of a neuron that is not refractory; returns 1 when it spikes. */
static inline int32_t synfire_fixed_lif_step(const synfire_fixed_lif_t* p,
                                             const synfire_fixed_rule_t* rule, int32_t* v,
                                             int32_t input) {
  const int32_t kept = *v - synfire_fixed_leak(*v, p->leak);
  *v = synfire_fixed_saturate(kept + (rule->scale * input + p->bias));
  if (*v <= p->threshold) return 0;
  *v = rule->keeps ? synfire_fixed_saturate(*v + p->reset) : p->reset;
  return 1;
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
