/* Radix: for each step a list of those inputs that spike in it; sums are doubled from step to step.
 */
#include "neurons/radix.h"
#include "snn_spikes.h"

/* Eight lists, one a step, each as long as a chunk: positive spikes from its start, negative ones
 * from its end. Their lengths lie in front: of the positive ones, then of the negative ones. */
#define SNN_LENGTHS (2u * SYNFIRE_RADIX_STEPS)

static void take(serving_t* serving, const run_t* run) {
  const uint32_t chunk = serving->spikes->chunk;
  const int32_t zero = run_zero(serving);
  const uint8_t* value = run->value;
  int32_t* const list = serving->list + SNN_LENGTHS;
  uint32_t row = run->row, count = run->count, step;
  if (serving->taken == 0u)
    for (step = 0; step < SNN_LENGTHS; ++step) serving->list[step] = 0;
  for (; count != 0u; --count, value += run->step, row += run->row_step) {
    const int32_t u = *value - zero;
    int32_t* length = serving->list + (u < 0 ? SYNFIRE_RADIX_STEPS : 0);
    if (u == 0) continue;
    for (step = 0; step < SYNFIRE_RADIX_STEPS; ++step) {
      const int32_t spike = synfire_radix_spike(u, (int32_t)step);
      if (spike > 0) list[step * chunk + (uint32_t)length[step]++] = (int32_t)row;
      if (spike < 0) list[(step + 1u) * chunk - 1u - (uint32_t)length[step]++] = (int32_t)row;
    }
  }
}

/* Spikes of one sign, of eight outputs, in all steps. */
static void add_steps(const serving_t* serving, const uint32_t* words, int negative,
                      uint32_t sum[SNN_LANES]) {
  const uint32_t chunk = serving->spikes->chunk, fold = serving->spikes->fold;
  const int32_t* length = serving->list + (negative ? SYNFIRE_RADIX_STEPS : 0);
  const int32_t* list = serving->list + SNN_LENGTHS;
  uint32_t step, steps = 0, spikes = 0;
  snn_pairs_t pairs;
  snn_pairs_clear(&pairs);
  for (step = 0; step < SYNFIRE_RADIX_STEPS; ++step, list += chunk) {
    const uint32_t count = (uint32_t)length[step];
    snn_pairs_twice(&pairs);
    snn_pairs_add(&pairs, words, negative ? list + chunk - count : list, count);
    spikes = 2u * spikes + count;
    if (++steps != fold && step != SYNFIRE_RADIX_STEPS - 1) continue;
    snn_pairs_fold(&pairs, spikes, steps, sum);
    snn_pairs_clear(&pairs);
    steps = spikes = 0;
  }
}

static void serve(serving_t* serving) {
  const int is_signed = run_zero(serving) != 0;
  const uint32_t* words = serving->spikes->words;
  uint32_t *total = serving->sum, pass, i;
  for (pass = 0; pass < serving->passes; ++pass, words += 2, total += SNN_LANES) {
    uint32_t sum[SNN_LANES] = {0}, less[SNN_LANES] = {0};
    add_steps(serving, words, 0, sum);
    if (is_signed) add_steps(serving, words, 1, less);
    for (i = 0; i < SNN_LANES; ++i) total[i] += sum[i] - less[i];
  }
  serving->taken = 0;
}

void snn_radix_linear(const snn_spike_linear_t* spikes, const snn_work_t* work) {
  serve_layer(spikes, work);
}
