/* Rows of weights: dense, sparse, and one weight a neuron. */
#include "snn_sums.h"

void snn_touch_all(const snn_population_t* p, uint32_t* touched) {
  const uint32_t all = 0xffffffffu >> (32u - p->row_blocks);
  const uint32_t last = p->places - (p->rows - 1u) * (uint32_t)p->row_places;
  uint32_t row;
  for (row = 0; row + 1u < p->rows; ++row) touched[row] = all;
  touched[row] = 0xffffffffu >> (31u - ((last - 1u) >> p->shift));
}

static inline void add_one(uint32_t* sums, uint32_t lane, int32_t weight) {
  sums[lane] += (uint32_t)weight;
}

static inline void add_pair(uint32_t* sums, uint32_t wide, uint32_t lane, uint32_t pair) {
  if (wide) {
    add_one(sums, lane, snn_lane0(pair)), add_one(sums, lane + 1u, snn_lane1(pair));
  } else {
    sums[lane / 2u] += pair;
  }
}

/* The sums of eight lanes stay in registers while the events of a chunk are served; bytes are
 * weights + 128, which does not overflow 16 bits. */
static void add_eight(const snn_dense_t* p, uint32_t word, const uint16_t* events, uint32_t count,
                      uint32_t* sums) {
  const uint32_t bias = count * 0x00800080u, wide = p->target->wide;
  const uint32_t* const first = p->weight + word;
  const uint16_t* const end = events + count;
  uint32_t a = 0, b = 0, c = 0, d = 0;
  for (; events != end; ++events) {
    const uint32_t* row = first + (uint32_t)*events * p->words;
    const uint32_t low = row[0], high = row[1];
    a = snn_add_even(a, low), b = snn_add_odd(b, low);
    c = snn_add_even(c, high), d = snn_add_odd(d, high);
  }
  add_pair(sums, wide, 4u * word, a - bias), add_pair(sums, wide, 4u * word + 2u, b - bias);
  add_pair(sums, wide, 4u * word + 4u, c - bias), add_pair(sums, wide, 4u * word + 6u, d - bias);
}

static void add_four(const snn_dense_t* p, uint32_t word, const uint16_t* events, uint32_t count,
                     uint32_t* sums) {
  const uint32_t bias = count * 0x00800080u, wide = p->target->wide;
  uint32_t a = 0, b = 0, i;
  for (i = 0; i < count; ++i) {
    const uint32_t bytes = p->weight[(uint32_t)events[i] * p->words + word];
    a = snn_add_even(a, bytes), b = snn_add_odd(b, bytes);
  }
  add_pair(sums, wide, 4u * word, a - bias), add_pair(sums, wide, 4u * word + 2u, b - bias);
}

void snn_dense(const snn_dense_t* p, const snn_work_t* work) {
  uint16_t events[SNN_CHUNK];
  snn_cursor_t cursor = snn_first(&p->source, work);
  uint32_t count, word;
  while ((count = snn_gather(&p->source, work, &cursor, events)) != 0) {
    snn_touch_all(p->target, work->touched + p->target->touched_at);
    for (word = 0; word + 1u < p->words; word += 2u) add_eight(p, word, events, count, work->sums);
    if (word < p->words) add_four(p, word, events, count, work->sums);
  }
}

/* The targets of these have wide sums. */
void snn_pairs(const snn_pairs_t* p, const snn_work_t* work) {
  uint16_t events[SNN_CHUNK];
  snn_cursor_t cursor = snn_first(&p->source, work);
  uint32_t count, i;
  while ((count = snn_gather(&p->source, work, &cursor, events)) != 0) {
    snn_touch_all(p->target, work->touched + p->target->touched_at);
    for (i = 0; i < count; ++i) add_one(work->sums, p->lane[events[i]], p->weight[events[i]]);
  }
}

void snn_sparse(const snn_sparse_t* p, const snn_work_t* work) {
  uint16_t events[SNN_CHUNK];
  snn_cursor_t cursor = snn_first(&p->source, work);
  uint32_t count, i, k;
  while ((count = snn_gather(&p->source, work, &cursor, events)) != 0) {
    snn_touch_all(p->target, work->touched + p->target->touched_at);
    for (i = 0; i < count; ++i) {
      const uint32_t end = p->row[events[i] + 1u];
      for (k = p->row[events[i]]; k < end; ++k) add_one(work->sums, p->lane[k], p->weight[k]);
    }
  }
}
