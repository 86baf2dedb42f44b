/* Depthwise layers by spikes: a spike adds its weights to the sums of the outputs that it reaches,
 * which are kept for as many rows as a row of inputs reaches. For snn_radix_depthwise.c and
 * snn_rate_depthwise.c. */
#ifndef SNN_SPIKE_DEPTHWISE_H
#define SNN_SPIKE_DEPTHWISE_H

#include "neurons/rate.h"
#include "snn_arithmetic.h"
#include "snn_coded.h"
#include "snn_run.h"

/* One channel on its way. Sums are those of windows at every column, strides left out. */
typedef struct {
  const snn_depthwise_t* layer;
  const snn_sum_scale_t* scale;
  const uint8_t* in;
  uint8_t* out;
  const int8_t* weight;
  uint32_t channel;
  uint32_t *sum, rows, length; /* rows of sums, taken in turn */
  int32_t* list;               /* memory for the spikes of a row */
  int32_t steps[2];            /* in which rate-coded inputs spike, by sign */
  int32_t done;                /* rows of the output */
} channel_t;

/* The code: takes the inputs of a row, and adds their spikes to a row of sums. */
static void take_row(channel_t* channel, const snn_run_t* run);
static void add_spikes(channel_t* channel, const int8_t* weight, uint32_t* sum);

static uint32_t* sums_of(const channel_t* channel, int32_t row) {
  return channel->sum + (uint32_t)row % channel->rows * channel->length;
}

static inline uint32_t worth_of(int8_t weight, uint32_t doublings, int negative) {
  const uint32_t worth = (uint32_t)(int32_t)weight << doublings;
  return negative ? 0u - worth : worth;
}

/* Three columns side by side: their weights stay in registers. */
static void add_three(const int8_t* weight, uint32_t* sum, const int32_t* column, uint32_t count,
                      uint32_t doublings, int negative) {
  const uint32_t left = worth_of(weight[0], doublings, negative);
  const uint32_t middle = worth_of(weight[1], doublings, negative);
  const uint32_t right = worth_of(weight[2], doublings, negative);
  const int32_t* const end = column + count;
  while (column != end) {
    uint32_t* at = sum + *column++;
    at[0] += right, at[1] += middle, at[2] += left;
  }
}

/* Spikes in the given columns meet a row of weights; the last weight is that of the first sum. */
static void add_columns(const snn_window_t* window, const int8_t* weight, uint32_t* sum,
                        const int32_t* column, uint32_t count, uint32_t doublings, int negative) {
  const int32_t* const end = column + count;
  uint32_t i = window->columns;
  if (i == 3u && window->dilation_columns == 1u) {
    add_three(weight, sum, column, count, doublings, negative);
    return;
  }
  for (; i != 0u; --i, sum += window->dilation_columns) {
    const uint32_t worth = worth_of(weight[i - 1u], doublings, negative);
    const int32_t* spike;
    for (spike = column; spike != end; ++spike) sum[*spike] += worth;
  }
}

static void serve_row(channel_t* channel, int32_t y) {
  const snn_depthwise_t* layer = channel->layer;
  const snn_window_t* window = &layer->window;
  const int8_t* weight = channel->weight;
  int32_t row = y + window->top;
  uint16_t i;
  snn_run_t run;
  run.value = channel->in + y * layer->in.pitch, run.step = 1, run.count = layer->in.columns;
  run.row = 0, run.row_step = 1;
  take_row(channel, &run);
  for (i = 0; i < window->rows; ++i, row -= window->dilation_rows, weight += window->columns)
    if (row >= 0 && row % window->stride_rows == 0 && row / window->stride_rows < layer->out.rows)
      add_spikes(channel, weight, sums_of(channel, row / window->stride_rows));
}

static uint8_t value_of(const channel_t* channel, uint32_t sum) {
  const snn_rescale_t* rescale = &channel->layer->rescale;
  const snn_sum_scale_t* scale = channel->scale;
  int32_t v = (int32_t)sum;
  if (scale->to != scale->from) v = synfire_rate_scale(v, scale->to, scale->from);
  return snn_rescaled(rescale, channel->channel, v);
}

/* Values of a row of sums at columns that are all there. */
static void write_bytes(const channel_t* channel, const uint32_t* sum, uint8_t* out) {
  const snn_depthwise_t* layer = channel->layer;
  const snn_scale_t* scale = &layer->rescale.scale[channel->channel];
  const uint8_t shift = layer->rescale.shift;
  const uint32_t step = layer->window.stride_columns;
  uint8_t* const end = out + layer->out.columns;
  for (; out != end; ++out, sum += step) *out = snn_byte(scale, (int32_t)*sum, shift);
}

/* The next row's values; its sums are free for another row. */
static void finish_row(channel_t* channel) {
  const snn_depthwise_t* layer = channel->layer;
  const snn_window_t* window = &layer->window;
  uint32_t* sum = sums_of(channel, channel->done);
  uint8_t* out = channel->out + channel->done * layer->out.pitch;
  int32_t at = (window->columns - 1) * window->dilation_columns - window->left;
  const int32_t last = at + (layer->out.columns - 1) * window->stride_columns;
  uint32_t i;
  if (layer->rescale.exact == 0 && at >= 0 && last < (int32_t)channel->length)
    write_bytes(channel, sum + at, out);
  else
    for (i = 0; i < layer->out.columns; ++i, at += window->stride_columns)
      out[i] = value_of(channel, at >= 0 && (uint32_t)at < channel->length ? sum[at] : 0u);
  for (i = 0; i < channel->length; ++i) sum[i] = 0;
  ++channel->done;
}

static void serve_channel(channel_t* channel) {
  const snn_depthwise_t* layer = channel->layer;
  const snn_window_t* window = &layer->window;
  const int32_t reach = (window->rows - 1) * window->dilation_rows - window->top;
  int32_t y;
  uint32_t i;
  for (i = 0; i < channel->rows * channel->length; ++i) channel->sum[i] = 0;
  channel->done = 0;
  for (y = 0; y < layer->in.rows; ++y) {
    while (channel->done < layer->out.rows && channel->done * window->stride_rows + reach < y)
      finish_row(channel);
    serve_row(channel, y);
  }
  while (channel->done < layer->out.rows) finish_row(channel);
}

static void serve_layer(const snn_spike_depthwise_t* spikes, const snn_work_t* work) {
  const snn_depthwise_t* layer = spikes->layer;
  const snn_window_t* window = &layer->window;
  const uint32_t channels = layer->out.channels, factor = channels / layer->in.channels;
  const uint32_t taps = window->rows * (uint32_t)window->columns;
  uint32_t i;
  channel_t channel;
  channel.layer = layer, channel.scale = &spikes->scale;
  channel.rows = (window->rows - 1u) * window->dilation_rows / window->stride_rows + 1u;
  channel.length = layer->in.columns + (window->columns - 1u) * window->dilation_columns;
  channel.sum = (uint32_t*)work->words;
  channel.list = work->words + channel.rows * channel.length;
  for (i = 0; i < channels; ++i) {
    const uint32_t c = layer->downwards ? channels - 1u - i : i;
    channel.channel = c, channel.weight = layer->weight + c * taps;
    channel.in = work->arena + layer->in.at + c / factor * layer->in.plane;
    channel.out = work->arena + layer->out.at + c * layer->out.plane;
    serve_channel(&channel);
  }
}

#endif
