/* Radix: sums are doubled from step to step, and those that spike in it add their weights. */
#include "snn_radix_lists.h"
#include "snn_spikes.h"

static void take(serving_t* serving, const snn_run_t* run) {
  if (serving->taken == 0u) clear_lists(serving->list);
  take_inputs(run, run_zero(serving), serving->spikes->chunk, serving->list);
}

/* Spikes of one sign, of eight outputs, in all steps. */
static void add_steps(const serving_t* serving, const uint32_t* words, int negative,
                      uint32_t sum[SNN_LANES]) {
  const uint32_t chunk = serving->spikes->chunk, fold = serving->spikes->fold;
  uint32_t step, steps = 0, spikes = 0;
  snn_pairs_t pairs;
  snn_pairs_clear(&pairs);
  for (step = 0; step < SYNFIRE_RADIX_STEPS; ++step) {
    const uint32_t count = length_of(serving->list, step, negative);
    snn_pairs_twice(&pairs);
    snn_pairs_add(&pairs, words, list_of(serving->list, step, negative, chunk), count);
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
