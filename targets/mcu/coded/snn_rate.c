/* Rate: in each step those that still spike in it add their weights. */
#include "snn_rate_order.h"
#include "snn_spikes.h"

static order_t inputs_of(const serving_t* serving) {
  return order_of(serving->list, serving->spikes->chunk);
}

static void take(serving_t* serving, const snn_run_t* run) {
  order_t order = inputs_of(serving);
  order.taken = serving->listed;
  take_inputs(&order, run, run_zero(serving));
  serving->listed = order.taken;
}

/* Spikes of one sign, of eight outputs, in all steps. */
static void add_steps(const order_t* order, const uint32_t* words, int32_t most, uint32_t fold,
                      uint32_t sum[SNN_LANES]) {
  uint32_t steps = 0, spikes = 0;
  int32_t step;
  snn_pairs_t pairs;
  snn_pairs_clear(&pairs);
  for (step = 0; step < most; ++step) {
    const uint32_t count = (uint32_t)order->above[step];
    snn_pairs_add(&pairs, words, order->order, count);
    spikes += count;
    if (++steps != fold && step != most - 1) continue;
    snn_pairs_fold(&pairs, spikes, 0, sum);
    snn_pairs_clear(&pairs);
    steps = spikes = 0;
  }
}

static void serve_sign(const serving_t* serving, order_t* order, int negative) {
  const int32_t most = sort(order, negative);
  const uint32_t* words = serving->spikes->words;
  uint32_t *total = serving->sum, pass, i;
  if (most == 0) return;
  for (pass = 0; pass < serving->passes; ++pass, words += 2, total += SNN_LANES) {
    uint32_t sum[SNN_LANES] = {0};
    add_steps(order, words, most, serving->spikes->fold, sum);
    for (i = 0; i < SNN_LANES; ++i) total[i] += negative ? 0u - sum[i] : sum[i];
  }
}

static void serve(serving_t* serving) {
  order_t order = inputs_of(serving);
  order.taken = serving->listed;
  serve_sign(serving, &order, 0);
  if (run_zero(serving) != 0) serve_sign(serving, &order, 1);
  serving->taken = serving->listed = 0;
}

void snn_rate_linear(const snn_spike_linear_t* spikes, const snn_work_t* work) {
  serve_layer(spikes, work);
}
