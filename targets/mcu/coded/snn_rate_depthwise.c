/* Rate, depthwise. */
#include "snn_rate_order.h"
#include "snn_spike_depthwise.h"

/* Positive and negative inputs have orders of their own. */
static order_t inputs_of(const channel_t* channel, int negative) {
  const uint32_t size = channel->layer->in.columns;
  return order_of(channel->list + (negative ? 3u * size + SYNFIRE_RATE_LEVELS + 1u : 0u), size);
}

static void take_row(channel_t* channel, const snn_run_t* run) {
  int negative;
  for (negative = 0; negative < 2; ++negative) {
    order_t order = inputs_of(channel, negative);
    take_inputs(&order, run, channel->layer->in.zero);
    channel->steps[negative] = sort(&order, negative);
  }
}

static void add_spikes(channel_t* channel, const int8_t* weight, uint32_t* sum) {
  int32_t step;
  int negative;
  for (negative = 0; negative < 2; ++negative) {
    const order_t order = inputs_of(channel, negative);
    for (step = 0; step < channel->steps[negative]; ++step)
      add_columns(&channel->layer->window, weight, sum, order.order, (uint32_t)order.above[step], 0,
                  negative);
  }
}

void snn_rate_depthwise(const snn_spike_depthwise_t* spikes, const snn_work_t* work) {
  serve_layer(spikes, work);
}
