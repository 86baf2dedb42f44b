/* The step of neurons that have to be stepped one by one; and what all populations share. */
#include <string.h>

#include "snn_slot.h"

/* A place and what it shares with others. */
typedef struct {
  const snn_population_t* population;
  uint32_t* slot;
  uint32_t bit; /* of its first neuron's spike */
  const synfire_fixed_lif_t* neuron;
  int32_t* first; /* potential */
} each_step_t;

/* Of two lanes one is above its threshold, or both. */
static SNN_APART void spike(const each_step_t* s, int32_t* v) {
  const snn_population_t* p = s->population;
  uint32_t lane = (uint32_t)(v - s->first);
  const uint32_t end = lane + 2u;
  for (; lane < end; ++lane, ++v) {
    const synfire_fixed_lif_t* neuron = &s->neuron[lane];
    if (*v <= neuron->threshold) continue;
    snn_set_spikes(p, s->slot, s->bit + lane, 1u);
    *v = p->rule.keeps ? synfire_fixed_saturate(*v + neuron->reset) : neuron->reset;
  }
}

/* A potential before its threshold is tested. */
static inline int32_t driven(const synfire_fixed_lif_t* neuron, int32_t v, int32_t drive,
                             int halves) {
  v = halves ? synfire_fixed_decayed(v, neuron->decay) : synfire_fixed_kept(v, neuron->decay);
  return synfire_fixed_saturate(v + (drive + neuron->bias));
}

static inline void step_lanes(const each_step_t* s, uint32_t* sums, int wide, int halves) {
  const synfire_fixed_lif_t* neuron = s->neuron;
  const int32_t scale = s->population->rule.scale;
  int32_t *v = s->first, *const end = v + s->population->lanes;
  for (; v != end; v += 2, neuron += 2) {
    const uint32_t pair = *sums++;
    const int32_t a = wide ? (int32_t)pair : snn_lane0(pair);
    const int32_t b = wide ? (int32_t)*sums++ : snn_lane1(pair);
    const int32_t va = driven(neuron, v[0], scale * a, halves);
    const int32_t vb = driven(neuron + 1, v[1], scale * b, halves);
    v[0] = va, v[1] = vb;
    sums[-1] = 0;
    if (wide) sums[-2] = 0;
    if (SNN_RARE(va > neuron[0].threshold || vb > neuron[1].threshold)) spike(s, v);
  }
}

/* The same with refractory periods. */
static void step_waiting(const each_step_t* s, uint32_t* sums, uint16_t* wait) {
  const snn_population_t* p = s->population;
  uint32_t i;
  for (i = 0; i < p->lanes; ++i) {
    const uint32_t pair = sums[p->wide ? i : i / 2u];
    const int32_t input = p->wide ? (int32_t)pair : i % 2u ? snn_lane1(pair) : snn_lane0(pair);
    if (synfire_fixed_lif_wait(&s->neuron[i], &p->rule, &s->first[i], &wait[i], input))
      snn_set_spikes(p, s->slot, s->bit + i, 1u);
  }
  memset(sums, 0, 4u * (p->lanes / (p->wide ? 1u : 2u)));
}

static SNN_APART void step_pairs(const each_step_t* s, uint32_t* sums) {
  step_lanes(s, sums, 0, 0);
}
static SNN_APART void step_any(const each_step_t* s, uint32_t* sums) {
  if (s->population->wide)
    step_lanes(s, sums, 1, 1);
  else
    step_lanes(s, sums, 0, 1);
}

void snn_each(const snn_each_t* each, const snn_work_t* work) {
  const snn_population_t* p = each->population;
  const uint32_t lanes = p->lanes, per_word = p->wide ? 1u : 2u;
  each_step_t s = {p, snn_clear_slot(p, work), 0, each->neuron, work->potential + p->at};
  uint32_t* sums = work->sums;
  uint32_t place;
  for (place = 0; place < p->places; ++place) {
    if (p->rule.refractory_steps > 0)
      step_waiting(&s, sums, work->wait + each->wait_at + place * lanes);
    else if (p->wide || each->halves)
      step_any(&s, sums);
    else
      step_pairs(&s, sums);
    s.bit += p->channels, s.neuron += p->step, s.first += lanes, sums += lanes / per_word;
  }
  memset(work->touched + p->touched_at, 0, 4u * p->rows);
}

/* What does not start at 0 has to be looked at in the first step. */
void snn_start(const snn_population_t* p, const snn_work_t* work) {
  if (p->start == 0) return;
  memcpy(work->potential + p->at, p->start, 4u * p->places * p->lanes);
  snn_touch_all(p, work->touched + p->touched_at);
}
