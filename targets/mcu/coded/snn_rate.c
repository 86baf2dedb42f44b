/* Rate: inputs in the order of their counts; those that still spike in a step come first. */
#include "snn_spikes.h"

/* Memory: the rows of a chunk's inputs, their counts, the rows of one sign in order, and how many
 * of them have a count above 0, 1, ... */
static int32_t* counts_of(const serving_t* serving) {
  return serving->list + serving->spikes->chunk;
}
static int32_t* order_of(const serving_t* serving) {
  return serving->list + 2u * serving->spikes->chunk;
}
static int32_t* above_of(const serving_t* serving) {
  return serving->list + 3u * serving->spikes->chunk;
}

static void take(serving_t* serving, const run_t* run) {
  const int32_t zero = run_zero(serving);
  int32_t* row = serving->list + serving->taken;
  int32_t* number = counts_of(serving) + serving->taken;
  const uint8_t* value = run->value;
  uint32_t i;
  for (i = 0; i < run->count; ++i, value += run->step) {
    *row++ = (int32_t)(run->row + i * run->row_step);
    *number++ = *value - zero;
  }
}

static int32_t of_sign(int32_t number, int negative) { return negative ? -number : number; }

/* Sorts the inputs whose spikes have the sign. Returns the greatest count. */
static int32_t sort(const serving_t* serving, int negative) {
  const int32_t* number = counts_of(serving);
  int32_t *order = order_of(serving), *above = above_of(serving);
  int32_t most = 0, level, sum = 0;
  uint32_t i;
  for (i = 0; i < serving->taken; ++i)
    if (of_sign(number[i], negative) > most) most = of_sign(number[i], negative);
  for (level = 0; level <= most; ++level) above[level] = 0;
  for (i = 0; i < serving->taken; ++i)
    if (of_sign(number[i], negative) > 0) ++above[of_sign(number[i], negative)];
  for (level = most; level >= 0; --level) {
    const int32_t here = above[level];
    above[level] = sum, sum += here;
  }
  for (i = 0; i < serving->taken; ++i)
    if (of_sign(number[i], negative) > 0)
      order[above[of_sign(number[i], negative)]++] = serving->list[i];
  /* Each place has moved to the end of its level: the number of counts from that level on. */
  for (level = 0; level < most; ++level) above[level] = above[level + 1];
  return most;
}

/* Spikes of one sign, of eight outputs, in all steps. */
static void add_steps(const serving_t* serving, const uint32_t* words, int32_t most,
                      uint32_t sum[SNN_LANES]) {
  const int32_t *order = order_of(serving), *above = above_of(serving);
  const uint32_t fold = serving->spikes->fold;
  uint32_t steps = 0, spikes = 0;
  int32_t step;
  snn_pairs_t pairs;
  snn_pairs_clear(&pairs);
  for (step = 0; step < most; ++step) {
    const uint32_t count = (uint32_t)above[step];
    snn_pairs_add(&pairs, words, order, count);
    spikes += count;
    if (++steps != fold && step != most - 1) continue;
    snn_pairs_fold(&pairs, spikes, 0, sum);
    snn_pairs_clear(&pairs);
    steps = spikes = 0;
  }
}

static void serve_sign(const serving_t* serving, int negative) {
  const int32_t most = sort(serving, negative);
  const uint32_t* words = serving->spikes->words;
  uint32_t *total = serving->sum, pass, i;
  if (most == 0) return;
  for (pass = 0; pass < serving->passes; ++pass, words += 2, total += SNN_LANES) {
    uint32_t sum[SNN_LANES] = {0};
    add_steps(serving, words, most, sum);
    for (i = 0; i < SNN_LANES; ++i) total[i] += negative ? 0u - sum[i] : sum[i];
  }
}

static void serve(serving_t* serving) {
  serve_sign(serving, 0);
  if (run_zero(serving) != 0) serve_sign(serving, 1);
  serving->taken = 0;
}

void snn_rate_linear(const snn_spike_linear_t* spikes, const snn_work_t* work) {
  serve_layer(spikes, work);
}
