/* The step of neurons that need no work while nothing arrives: only blocks that are touched are
 * looked at. Where potentials decay they do so when their block is touched, once for each period
 * that has begun since: the same bits as if they had done so in time. */
#include "snn_slot.h"

#define SPAN 32u /* lanes that are stepped at once, a bit each */

/* What a step's places share, and what the lanes of a span have. */
typedef struct {
  const snn_quiet_t* neurons;
  uint32_t* slot;
  int32_t* potential; /* of the population */
  uint32_t* sums;
  int32_t rise;
  int16_t scale;
  uint16_t keeps, decays;
  uint16_t rises;        /* thresholds are not yet those of this step */
  uint32_t hot;          /* a neuron has to be looked at in the next step too */
  uint32_t spikes;       /* of the span */
  const int32_t* limits; /* of all lanes, or those that places share */
  const int32_t *threshold, *reset;
  int32_t* first; /* potential */
} quiet_step_t;

/* Whole periods; what is 0 stays so. */
static void decay(int32_t* v, uint32_t lanes, int32_t factor, uint32_t periods) {
  const int32_t* const end = v + lanes;
  if (periods == 1u) {
    for (; v != end; ++v) *v = synfire_fixed_decayed(*v, factor);
    return;
  }
  for (; v != end; ++v) {
    int32_t now = *v, before = now + 1;
    uint32_t left = periods;
    for (; now != before && left > 0; --left) {
      before = now;
      now = synfire_fixed_decayed(now, factor);
    }
    *v = now;
  }
}

static inline int32_t limit_of(int32_t threshold, int32_t rise, int rises) {
  return rises ? (int32_t)((int64_t)threshold * rise >> 32) : threshold;
}

/* The potential of a lane that spikes. */
static int32_t after_spike(quiet_step_t* s, int32_t v, int32_t limit, int32_t reset) {
  if (s->decays) reset = synfire_fixed_risen(reset, s->rise);
  if (!s->keeps) return reset;
  v = synfire_fixed_saturate(v + reset);
  if (v > limit) s->hot = 1;
  return v;
}

/* Of two lanes one is above its threshold, or both. */
static SNN_APART void spike(quiet_step_t* s, int32_t* v) {
  uint32_t lane = (uint32_t)(v - s->first);
  const uint32_t end = lane + 2u;
  for (; lane < end; ++lane, ++v) {
    const int32_t limit = limit_of(s->threshold[lane], s->rise, s->rises);
    const int32_t reset = s->reset[lane];
    if (*v <= limit) continue;
    s->spikes |= (uint32_t)1 << lane;
    *v = reset == 0 && !s->keeps ? 0 : after_spike(s, *v, limit, reset);
  }
}

/* Two lanes. `rises` is a constant where this is called. */
static inline void step_two(quiet_step_t* s, int32_t* v, int32_t a, int32_t b,
                            const int32_t* threshold, int32_t rise, int rises) {
  const int32_t limit_a = limit_of(threshold[0], rise, rises);
  const int32_t limit_b = limit_of(threshold[1], rise, rises);
  a = synfire_fixed_saturate(a), b = synfire_fixed_saturate(b);
  v[0] = a, v[1] = b;
  if (SNN_RARE(a > limit_a || b > limit_b)) spike(s, v);
}

/* The lanes of a span. Nothing happens where nothing arrived, unless a reset by subtraction left
 * potentials above their thresholds. */
static inline void step_pairs(quiet_step_t* s, int32_t* v, int32_t* end, uint32_t* sums,
                              int rises) {
  const int32_t *threshold = s->threshold, rise = s->rise;
  const int16_t scale = s->scale;
  for (; v != end; v += 2, threshold += 2) {
    const uint32_t pair = *sums++;
    if (SNN_RARE(pair == 0)) {
      if (!s->keeps) continue;
    }
    sums[-1] = 0;
    step_two(s, v, snn_drive0(v[0], pair, scale), snn_drive1(v[1], pair, scale), threshold, rise,
             rises);
  }
}

static inline void step_wide(quiet_step_t* s, int32_t* v, int32_t* end, uint32_t* sums, int rises) {
  const int32_t *threshold = s->threshold, rise = s->rise, scale = s->scale;
  for (; v != end; v += 2, threshold += 2, sums += 2) {
    const int32_t a = (int32_t)sums[0], b = (int32_t)sums[1];
    if (SNN_RARE((a | b) == 0)) {
      if (!s->keeps) continue;
    }
    sums[0] = 0, sums[1] = 0;
    step_two(s, v, v[0] + a * scale, v[1] + b * scale, threshold, rise, rises);
  }
}

typedef void kernel_t(quiet_step_t* s, int32_t* v, int32_t* end, uint32_t* sums);

static void pairs_stay(quiet_step_t* s, int32_t* v, int32_t* end, uint32_t* sums) {
  step_pairs(s, v, end, sums, 0);
}
static void pairs_rise(quiet_step_t* s, int32_t* v, int32_t* end, uint32_t* sums) {
  step_pairs(s, v, end, sums, 1);
}
static void wide_stay(quiet_step_t* s, int32_t* v, int32_t* end, uint32_t* sums) {
  step_wide(s, v, end, sums, 0);
}
static void wide_rise(quiet_step_t* s, int32_t* v, int32_t* end, uint32_t* sums) {
  step_wide(s, v, end, sums, 1);
}

static kernel_t* kernel_of(const quiet_step_t* s) {
  if (s->neurons->population->wide) return s->rises ? wide_rise : wide_stay;
  return s->rises ? pairs_rise : pairs_stay;
}

/* The thresholds that all places share, as they are in this step. */
static void find_limits(const quiet_step_t* s, int32_t* limits) {
  const int32_t* threshold = s->neurons->threshold;
  uint32_t left = s->neurons->population->lanes;
  for (; left > 0; --left) *limits++ = limit_of(*threshold++, s->rise, 1);
}

static inline void step_span(quiet_step_t* s, kernel_t* kernel, uint32_t at, uint32_t lanes,
                             uint32_t wide) {
  int32_t* const v = s->potential + at;
  s->first = v, s->spikes = 0;
  kernel(s, v, v + lanes, s->sums + (wide ? at : at / 2u));
}

static void step_place(quiet_step_t* s, kernel_t* kernel, uint32_t place) {
  const snn_quiet_t* q = s->neurons;
  const snn_population_t* p = q->population;
  const uint32_t lanes = p->lanes, at = place * lanes, bit = place * p->channels;
  uint32_t lane = 0;
  s->threshold = s->limits + place * p->step, s->reset = q->reset + place * p->step;
  for (; lanes - lane > SPAN; lane += SPAN) {
    step_span(s, kernel, at + lane, SPAN, p->wide);
    snn_set_spikes(p, s->slot, bit + lane, s->spikes);
    s->threshold += SPAN, s->reset += SPAN;
  }
  step_span(s, kernel, at + lane, lanes - lane, p->wide);
  if (s->spikes != 0) snn_set_spikes(p, s->slot, bit + lane, s->spikes);
}

/* Potentials of a block, where they decay, as they are in this period. */
static void refresh(const snn_quiet_t* q, const snn_work_t* work, uint32_t place, uint32_t end,
                    uint32_t* epoch, uint32_t now) {
  const snn_population_t* p = q->population;
  if (*epoch == now) return;
  decay(work->potential + p->at + place * p->lanes, (end - place) * p->lanes, q->decay,
        now - *epoch);
  *epoch = now;
}

static uint32_t tick(const snn_quiet_t* q, const snn_work_t* work, quiet_step_t* s) {
  snn_clock_t* clock = work->clock + q->clock_at;
  s->scale = q->scale[0], s->rise = 0;
  if (q->rise == 0) return 0;
  if (clock->step == 0) clock->step = q->period, ++clock->epoch;
  --clock->step;
  s->scale = q->scale[q->period - 1u - clock->step];
  s->rise = q->rise[q->period - 1u - clock->step];
  return clock->epoch;
}

static void begin(quiet_step_t* s, const snn_quiet_t* q, const snn_work_t* work) {
  const snn_population_t* p = q->population;
  s->neurons = q, s->slot = snn_clear_slot(p, work);
  s->keeps = p->rule.keeps, s->decays = q->rise != 0;
  s->potential = work->potential + p->at, s->sums = work->sums;
  s->limits = q->threshold, s->rises = s->decays && p->step > 0;
  if (!s->decays || s->rises) return;
  find_limits(s, work->limits);
  s->limits = work->limits;
}

void snn_quiet(const snn_quiet_t* q, const snn_work_t* work) {
  const snn_population_t* p = q->population;
  uint32_t* touched = work->touched + p->touched_at;
  uint32_t* epoch = work->epoch + q->epoch_at;
  quiet_step_t s;
  const uint32_t now = tick(q, work, &s);
  kernel_t* kernel;
  uint32_t row, bits;
  begin(&s, q, work);
  kernel = kernel_of(&s);
  for (row = 0; row < p->rows; ++row, epoch += p->row_blocks) {
    const uint32_t first = row * p->row_places, row_end = first + p->row_places;
    const uint32_t last = row_end < p->places ? row_end : p->places;
    bits = touched[row];
    for (touched[row] = 0; bits != 0; bits &= bits - 1u) {
      const uint32_t block = snn_lowest_bit(bits);
      const uint32_t next = first + ((block + 1u) << p->shift);
      const uint32_t end = next < last ? next : last;
      uint32_t place = first + (block << p->shift);
      if (s.decays) refresh(q, work, place, end, &epoch[block], now);
      for (s.hot = 0; place < end; ++place) step_place(&s, kernel, place);
      if (s.hot) touched[row] |= (uint32_t)1 << block;
    }
  }
}
