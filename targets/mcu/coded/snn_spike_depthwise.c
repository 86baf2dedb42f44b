/* Depthwise layers by spikes: a spike adds its weights to the sums of the outputs that it reaches,
 * which are kept for as many rows as a row of inputs reaches. A spike of a radix step counts as
 * often as the sums that it is added to would be doubled until the window ends. */
#include "neurons/radix.h"
#include "neurons/rate.h"
#include "snn_arithmetic.h"
#include "snn_coded.h"

/* One channel on its way. Sums are those of windows at every column, strides left out. */
typedef struct {
  const snn_depthwise_t* layer;
  const snn_sum_scale_t* scale;
  const uint8_t* in;
  uint8_t* out;
  const int8_t* weight;
  uint32_t channel;
  uint32_t *sum, rows, length; /* rows of sums, taken in turn */
  int32_t done;                /* rows of the output */
} channel_t;

static uint32_t* sums_of(const channel_t* channel, int32_t row) {
  return channel->sum + (uint32_t)row % channel->rows * channel->length;
}

/* The spike of one input meets a row of weights; `sum` is the sum that the first one reaches. */
static inline void add_row(const snn_window_t* window, const int8_t* weight, uint32_t* sum,
                           int32_t spike, int32_t doublings) {
  const int8_t* const end = weight + window->columns;
  for (; weight != end; ++weight, sum -= window->dilation_columns) {
    const uint32_t worth = (uint32_t)(int32_t)*weight << doublings;
    *sum += spike > 0 ? worth : 0u - worth;
  }
}

/* All spikes of a row's inputs, for the row of outputs that the weights reach. */
static void serve_radix(const channel_t* channel, const uint8_t* line, const int8_t* weight,
                        uint32_t* sum) {
  const int32_t zero = channel->layer->in.zero;
  int32_t x, step;
  for (x = 0; x < channel->layer->in.columns; ++x, ++sum) {
    const int32_t u = line[x] - zero;
    if (u == 0) continue;
    for (step = 0; step < SYNFIRE_RADIX_STEPS; ++step) {
      const int32_t spike = synfire_radix_spike(u, step);
      if (spike != 0)
        add_row(&channel->layer->window, weight, sum, spike, SYNFIRE_RADIX_STEPS - 1 - step);
    }
  }
}

static void serve_rate(const channel_t* channel, const uint8_t* line, const int8_t* weight,
                       uint32_t* sum) {
  const int32_t zero = channel->layer->in.zero;
  int32_t x, count;
  for (x = 0; x < channel->layer->in.columns; ++x, ++sum) {
    for (count = line[x] - zero; count > 0; --count)
      add_row(&channel->layer->window, weight, sum, 1, 0);
    for (; count < 0; ++count) add_row(&channel->layer->window, weight, sum, -1, 0);
  }
}

typedef void serve_t(const channel_t* channel, const uint8_t* line, const int8_t* weight,
                     uint32_t* sum);

static void serve_row(const channel_t* channel, int32_t y, serve_t* serve) {
  const snn_depthwise_t* layer = channel->layer;
  const snn_window_t* window = &layer->window;
  const uint32_t reach = (window->columns - 1u) * window->dilation_columns;
  int32_t row = y + window->top;
  uint16_t i;
  for (i = 0; i < window->rows; ++i, row -= window->dilation_rows)
    if (row >= 0 && row % window->stride_rows == 0 && row / window->stride_rows < layer->out.rows)
      serve(channel, channel->in + y * layer->in.pitch,
            channel->weight + (uint32_t)i * window->columns,
            sums_of(channel, row / window->stride_rows) + reach);
}

static uint8_t value_of(const channel_t* channel, uint32_t sum) {
  const snn_rescale_t* rescale = &channel->layer->rescale;
  const snn_sum_scale_t* scale = channel->scale;
  int32_t v = (int32_t)(sum + (uint32_t)snn_start(rescale, channel->channel));
  if (scale->to != scale->from) v = synfire_rate_scale(v, scale->to, scale->from);
  return snn_rescaled(rescale, channel->channel, v);
}

/* The next row's values; its sums are free for another row. */
static void finish_row(channel_t* channel) {
  const snn_depthwise_t* layer = channel->layer;
  const snn_window_t* window = &layer->window;
  uint32_t* sum = sums_of(channel, channel->done);
  uint8_t* out = channel->out + channel->done * layer->out.pitch;
  int32_t at = (window->columns - 1) * window->dilation_columns - window->left;
  uint32_t i;
  for (i = 0; i < layer->out.columns; ++i, at += window->stride_columns)
    out[i] = value_of(channel, at >= 0 && (uint32_t)at < channel->length ? sum[at] : 0u);
  for (i = 0; i < channel->length; ++i) sum[i] = 0;
  ++channel->done;
}

static void serve_channel(channel_t* channel, serve_t* serve) {
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
    serve_row(channel, y, serve);
  }
  while (channel->done < layer->out.rows) finish_row(channel);
}

static void serve_layer(const snn_spike_depthwise_t* spikes, const snn_work_t* work,
                        serve_t* serve) {
  const snn_depthwise_t* layer = spikes->layer;
  const snn_window_t* window = &layer->window;
  const uint32_t channels = layer->out.channels, factor = channels / layer->in.channels;
  const uint32_t taps = window->rows * (uint32_t)window->columns;
  uint32_t i;
  channel_t channel;
  channel.layer = layer, channel.scale = &spikes->scale, channel.sum = (uint32_t*)work->words;
  channel.rows = (window->rows - 1u) * window->dilation_rows / window->stride_rows + 1u;
  channel.length = layer->in.columns + (window->columns - 1u) * window->dilation_columns;
  for (i = 0; i < channels; ++i) {
    const uint32_t c = layer->downwards ? channels - 1u - i : i;
    channel.channel = c, channel.weight = layer->weight + c * taps;
    channel.in = work->arena + layer->in.at + c / factor * layer->in.plane;
    channel.out = work->arena + layer->out.at + c * layer->out.plane;
    serve_channel(&channel, serve);
  }
}

void snn_radix_depthwise(const snn_spike_depthwise_t* spikes, const snn_work_t* work) {
  serve_layer(spikes, work, serve_radix);
}

void snn_rate_depthwise(const snn_spike_depthwise_t* spikes, const snn_work_t* work) {
  serve_layer(spikes, work, serve_rate);
}
