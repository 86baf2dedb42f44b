/* Sums, two by one 32-bit multiplication. For snn_linear.c.
 *
 * A word holds (w0 + 129) + w1 * 2^16. Its product with an event u has both products exactly, since
 * that of the lower half, 1 to 256 times at most 255, stays below 2^16. `all` adds up these words
 * modulo 2^32, `upper` their upper halves: sum1, less 1 for each event below 0. Then
 * sum0 = all - sum1 * 2^16 - 129 * (sum of u). */
#ifndef SNN_SUMS_TWINS_H
#define SNN_SUMS_TWINS_H

#include "snn_gather.h"

#define SNN_TWIN_BIAS 129

/* Two sums; they start so that they end as sum0 + sum1 * 2^16 and sum1, biases left out. */
typedef struct {
  uint32_t all, upper;
} twins_t;

typedef struct {
  const char* words; /* where events count bytes */
} position_t;

#define SNN_TWINS_OF(word, all, upper) \
  product = (uint32_t)(word)*u;        \
  all += product;                      \
  upper += (uint32_t)((int32_t)product >> 16);

/* Four pairs: as many as stay in registers, which is why this is a function of its own. */
static __attribute__((noinline)) void add_twins(const snn_event_t* event, const snn_event_t* end,
                                                const char* words, twins_t sum[4]) {
  uint32_t a0 = sum->all, a1 = a0, a2 = a0, a3 = a0;
  uint32_t h0 = sum->upper, h1 = h0, h2 = h0, h3 = h0;
  for (; event != end; ++event) {
    const int32_t* word = __builtin_assume_aligned(words + event->row, 4);
    const uint32_t u = (uint32_t)event->value;
    uint32_t product;
    SNN_TWINS_OF(word[0], a0, h0)
    SNN_TWINS_OF(word[1], a1, h1)
    SNN_TWINS_OF(word[2], a2, h2)
    SNN_TWINS_OF(word[3], a3, h3)
  }
  sum[0].all = a0, sum[1].all = a1, sum[2].all = a2, sum[3].all = a3;
  sum[0].upper = h0, sum[1].upper = h1, sum[2].upper = h2, sum[3].upper = h3;
}

static twins_t start_of(const snn_event_t* event, const snn_event_t* end, int32_t zero) {
  uint32_t total = 0;
  twins_t start = {0, 0};
  if (zero != 0) {
    const snn_event_t* any = event;
    for (; any != end; ++any) start.upper += (uint32_t)any->value >> 31;
  }
  for (; event != end; ++event) total += (uint32_t)event->value;
  start.all = 0u - SNN_TWIN_BIAS * total;
  return start;
}

static void serve_packed(const snn_linear_t* layer, position_t* position, snn_event_t* events,
                         uint32_t count, uint32_t first, uint8_t* out) {
  const twins_t first_sums = start_of(events, events + count, layer->in.zero);
  const char* words = position->words;
  const uint32_t plane = layer->out.plane, passes = layer->width / SNN_LANES;
  uint32_t pass;
  (void)first;
  for (pass = 0; pass < passes; ++pass, words += 16) {
    const snn_lanes_t* lanes = snn_lanes_of(layer, pass);
    const int32_t *start = lanes->start, *scale = lanes->scale;
    twins_t sum[4];
    const twins_t* pair = sum;
    sum[0] = first_sums;
    add_twins(events, events + count, words, sum);
    for (; pair != sum + 4; ++pair, start += 2, scale += 3, out += 2u * plane) {
      const int32_t even = (int32_t)(pair->all - (pair->upper << 16));
      const int32_t odd = (int32_t)pair->upper;
      *out = snn_scaled(snn_times_256(even) + start[0], scale[0], SNN_SHIFT);
      out[plane] = snn_scaled(snn_times_256(odd) + scale[2], scale[1], SNN_SHIFT);
    }
  }
}

/* Words of two neighbouring outputs' weights. */
static void expand(const int8_t* weight, uint32_t count, int32_t* word) {
  const int32_t* end = word + count / 2u;
  for (; word != end; ++word, weight += 2)
    *word = weight[0] + SNN_TWIN_BIAS + weight[1] * (1 << 16);
}

/* Weights into working memory; events count bytes. */
static uint32_t prepare(position_t* position, const snn_linear_t* layer, const snn_work_t* work,
                        event_form_t* form) {
  expand(layer->weight, weights_of(layer), work->words);
  form->row_bytes = 2u * layer->width, form->left = 0;
  position->words = (const char*)work->words;
  return 0;
}

#endif
