/* The step of neurons that have to be stepped one by one; and what all populations share. */
#include <string.h>

#include "snn_slot.h"

static inline uint32_t step_lane(const snn_population_t* p, const synfire_fixed_lif_t* neuron,
                                 int32_t* potential, uint16_t* wait, int32_t input) {
  return (uint32_t)(wait != 0 ? synfire_fixed_lif_wait(neuron, &p->rule, potential, wait, input)
                              : synfire_fixed_lif_step(neuron, &p->rule, potential, input));
}

static void step_place(const snn_each_t* each, const snn_work_t* work, uint32_t place,
                       uint32_t* slot) {
  const snn_population_t* p = each->population;
  const uint32_t first = place * p->lanes, lanes = p->lanes;
  const synfire_fixed_lif_t* neuron = each->neuron + place * p->step;
  const uint32_t* sums = work->sums + (p->wide ? first : first / 2u);
  int32_t* potential = work->potential + p->at + first;
  uint16_t* wait = p->rule.refractory_steps > 0 ? work->wait + each->wait_at + first : 0;
  uint32_t i;
  for (i = 0; i < lanes; i += 2u, neuron += 2, potential += 2) {
    const uint32_t pair = *sums++;
    const int32_t a = p->wide ? (int32_t)pair : snn_lane0(pair);
    const int32_t b = p->wide ? (int32_t)*sums++ : snn_lane1(pair);
    uint32_t spikes = step_lane(p, neuron, potential, wait, a);
    if (wait != 0) ++wait;
    spikes |= step_lane(p, neuron + 1, potential + 1, wait, b) << 1;
    if (wait != 0) ++wait;
    if (spikes != 0) snn_set_spikes(p, slot, place * p->channels + i, spikes);
  }
}

void snn_each(const snn_each_t* each, const snn_work_t* work) {
  const snn_population_t* p = each->population;
  uint32_t* slot = snn_clear_slot(p, work);
  const uint32_t lanes = p->places * p->lanes;
  uint32_t place;
  for (place = 0; place < p->places; ++place) step_place(each, work, place, slot);
  memset(work->sums, 0, 4u * (p->wide ? lanes : lanes / 2u));
  memset(work->touched + p->touched_at, 0, 4u * p->rows);
}

/* What does not start at 0 has to be looked at in the first step. */
void snn_start(const snn_population_t* p, const snn_work_t* work) {
  if (p->start == 0) return;
  memcpy(work->potential + p->at, p->start, 4u * p->places * p->lanes);
  snn_touch_all(p, work->touched + p->touched_at);
}
