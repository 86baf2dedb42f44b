/* The step of a population's neurons. */
#include <string.h>

#include "snn_synapse.h"

/* Neurons that share constants. Called with constants where a loop of its own is worth it. */
static inline void advance_run(const synfire_fixed_lif_t* neuron, const synfire_fixed_rule_t* rule,
                               int rests, uint32_t first, uint32_t end, int32_t* potential,
                               int32_t* sums, uint32_t* spikes) {
  uint32_t i;
  for (i = first; i < end; ++i) {
    const int32_t input = sums[i];
    if (rests && input == 0) continue;
    sums[i] = 0;
    if (synfire_fixed_lif_step(neuron, rule, &potential[i], input))
      spikes[i / 32u] |= (uint32_t)1 << i % 32u;
  }
}

static void advance(const snn_population_t* p, const synfire_fixed_lif_t* shared, uint32_t first,
                    int32_t* potential, int32_t* sums, uint32_t* spikes) {
  const synfire_fixed_rule_t rule = p->rule;
  const uint32_t end = first + p->shared;
  synfire_fixed_lif_t neuron = *shared;
  if (neuron.leak != 0) {
    advance_run(&neuron, &rule, 0, first, end, potential, sums, spikes);
    return;
  }
  neuron.leak = 0; /* told to the compiler */
  if (p->rests)
    advance_run(&neuron, &rule, 1, first, end, potential, sums, spikes);
  else
    advance_run(&neuron, &rule, 0, first, end, potential, sums, spikes);
}

static void advance_waiting(const synfire_fixed_lif_t* neuron, const synfire_fixed_rule_t* rule,
                            uint32_t first, uint32_t end, int32_t* potential, int32_t* sums,
                            uint32_t* spikes, uint16_t* wait) {
  uint32_t i;
  for (i = first; i < end; ++i) {
    if (synfire_fixed_lif_wait(neuron, rule, &potential[i], &wait[i], sums[i]))
      spikes[i / 32u] |= (uint32_t)1 << i % 32u;
    sums[i] = 0;
  }
}

void snn_advance(const snn_population_t* p, const snn_work_t* work) {
  const uint32_t slot = work->now & p->spikes.depth_mask;
  uint32_t* spikes = work->spikes + p->spikes.at + slot * p->spikes.words;
  const synfire_fixed_lif_t* neuron = p->neuron;
  uint32_t first;
  memset(spikes, 0, 4u * p->spikes.words);
  for (first = 0; first < p->size; first += p->shared, ++neuron) {
    const uint32_t end = first + p->shared;
    if (p->rule.refractory_steps > 0)
      advance_waiting(neuron, &p->rule, first, end, work->potential + p->at, work->sums, spikes,
                      work->wait + p->wait_at);
    else
      advance(p, neuron, first, work->potential + p->at, work->sums, spikes);
  }
}

void snn_start(const snn_population_t* p, const snn_work_t* work) {
  if (p->start != 0) memcpy(work->potential + p->at, p->start, 4u * p->size);
}
