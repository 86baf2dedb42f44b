/* Rows of weights: dense, sparse, and one weight a neuron. */
#include "snn_synapse.h"

/* The sums of some targets stay in registers while all events are served. */
static void add_lanes(const int8_t* weight, uint32_t width, const uint16_t* events, uint32_t count,
                      int32_t* sums) {
  int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
  int32_t e = sums[4], f = sums[5], g = sums[6], h = sums[7];
  uint32_t i;
  for (i = 0; i < count; ++i) {
    const int8_t* w = weight + events[i] * width;
    a += w[0], b += w[1], c += w[2], d += w[3];
    e += w[4], f += w[5], g += w[6], h += w[7];
  }
  sums[0] = a, sums[1] = b, sums[2] = c, sums[3] = d;
  sums[4] = e, sums[5] = f, sums[6] = g, sums[7] = h;
}

void snn_dense(const snn_dense_t* p, const snn_work_t* work) {
  uint16_t events[SNN_CHUNK];
  snn_cursor_t cursor = snn_first(&p->source, work);
  uint32_t count, target;
  while ((count = snn_gather(&p->source, work, &cursor, events)) != 0)
    for (target = 0; target < p->width; target += SNN_LANES)
      add_lanes(p->weight + target, p->width, events, count, work->sums + target);
}

void snn_pairs(const snn_pairs_t* p, const snn_work_t* work) {
  uint16_t events[SNN_CHUNK];
  snn_cursor_t cursor = snn_first(&p->source, work);
  uint32_t count, i;
  while ((count = snn_gather(&p->source, work, &cursor, events)) != 0)
    for (i = 0; i < count; ++i) work->sums[events[i]] += p->weight[events[i]];
}

void snn_sparse(const snn_sparse_t* p, const snn_work_t* work) {
  uint16_t events[SNN_CHUNK];
  snn_cursor_t cursor = snn_first(&p->source, work);
  uint32_t count, i, k;
  while ((count = snn_gather(&p->source, work, &cursor, events)) != 0)
    for (i = 0; i < count; ++i)
      for (k = p->row[events[i]]; k < p->row[events[i] + 1u]; ++k)
        work->sums[p->target[k]] += p->weight[k];
}
