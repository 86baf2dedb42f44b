/* Radix, depthwise: the spikes of a step count as often as sums would be doubled after it. */
#include "snn_radix_lists.h"
#include "snn_spike_depthwise.h"

static void take_row(channel_t* channel, const snn_run_t* run) {
  clear_lists(channel->list);
  take_inputs(run, channel->layer->in.zero, run->count, channel->list);
}

static void add_spikes(channel_t* channel, const int8_t* weight, uint32_t* sum) {
  const snn_depthwise_t* layer = channel->layer;
  const int signs = layer->in.zero != 0 ? 2 : 1;
  const uint32_t size = layer->in.columns;
  uint32_t step;
  int negative;
  for (negative = 0; negative < signs; ++negative)
    for (step = 0; step < SYNFIRE_RADIX_STEPS; ++step) {
      const uint32_t count = length_of(channel->list, step, negative);
      if (count != 0u)
        add_columns(&layer->window, weight, sum, list_of(channel->list, step, negative, size),
                    count, SYNFIRE_RADIX_STEPS - 1u - step, negative);
    }
}

void snn_radix_depthwise(const snn_spike_depthwise_t* spikes, const snn_work_t* work) {
  serve_layer(spikes, work);
}
