#include "snn_pipeline.h"

typedef struct {
  const snn_pipe_layer_t* layer;
  uint32_t* sum;
} receiver_t;

/* Whole lanes. */
static void add_weights(uint32_t* sum, const int8_t* weight, uint32_t count, int32_t times) {
  const uint32_t* const end = sum + count;
  for (; sum != end; sum += SNN_LANES, weight += SNN_LANES) {
    sum[0] += (uint32_t)(weight[0] * times), sum[1] += (uint32_t)(weight[1] * times);
    sum[2] += (uint32_t)(weight[2] * times), sum[3] += (uint32_t)(weight[3] * times);
    sum[4] += (uint32_t)(weight[4] * times), sum[5] += (uint32_t)(weight[5] * times);
    sum[6] += (uint32_t)(weight[6] * times), sum[7] += (uint32_t)(weight[7] * times);
  }
}

/* One input sends `times` spikes' worth to an output position. */
static void add_row(const receiver_t* to, uint32_t position, uint32_t tap, uint32_t channel,
                    int32_t times) {
  const snn_pipe_layer_t* layer = to->layer;
  const uint32_t inputs = layer->source[0].channels;
  uint32_t* sum = to->sum + position * layer->width;
  if (layer->kind == SNN_PIPE_LINEAR) {
    add_weights(sum, layer->weight + (tap * inputs + channel) * layer->width, layer->width, times);
  } else {
    const uint32_t factor = layer->channels / inputs;
    const uint32_t taps = (uint32_t)layer->window.rows * layer->window.columns;
    uint32_t i;
    for (i = channel * factor; i < (channel + 1u) * factor; ++i)
      sum[i] += (uint32_t)(layer->weight[i * taps + tap] * times);
  }
}

static void add_line(const receiver_t* to, uint32_t line, uint32_t tap, int32_t x, uint32_t channel,
                     int32_t times) {
  const snn_window_t* window = &to->layer->window;
  int32_t column = x + window->left;
  uint16_t j;
  for (j = 0; j < window->columns; ++j, column -= window->dilation_columns) {
    const int32_t at = column / window->stride_columns;
    if (column >= 0 && column % window->stride_columns == 0 && at < to->layer->columns)
      add_row(to, line + (uint32_t)at, tap + j, channel, times);
  }
}

/* To all outputs whose windows hold the input. */
static void add_input(const receiver_t* to, uint32_t neuron, int32_t times) {
  const snn_pipe_source_t* source = &to->layer->source[0];
  const snn_window_t* window = &to->layer->window;
  const uint32_t channel = neuron % source->channels, pixel = neuron / source->channels;
  const int32_t x = (int32_t)(pixel % source->columns);
  int32_t row = (int32_t)(pixel / source->columns) + window->top;
  uint16_t i;
  for (i = 0; i < window->rows; ++i, row -= window->dilation_rows) {
    const int32_t at = row / window->stride_rows;
    if (row >= 0 && row % window->stride_rows == 0 && at < to->layer->rows)
      add_line(to, (uint32_t)at * to->layer->columns, (uint32_t)i * window->columns, x, channel,
               times);
  }
}

static uint32_t size_of(const snn_pipe_source_t* source) {
  return (uint32_t)source->rows * source->columns * source->channels;
}

static void serve_bits(const receiver_t* to, const uint32_t* word, uint32_t words, int32_t times) {
  uint32_t i, neuron;
  for (i = 0; i < words; ++i) {
    uint32_t bits = word[i];
    for (neuron = 32u * i; bits != 0u; ++neuron, bits >>= 1)
      if ((bits & 1u) != 0u) add_input(to, neuron, times);
  }
}

static receiver_t receiver(const snn_pipe_layer_t* layer, const snn_work_t* work) {
  receiver_t to;
  to.layer = layer, to.sum = (uint32_t*)work->words + layer->sums;
  return to;
}

void snn_pipe_receive(const snn_pipe_layer_t* layer, const snn_work_t* work) {
  const receiver_t to = receiver(layer, work);
  const uint32_t words = (size_of(&layer->source[0]) + 31u) / 32u;
  const uint32_t* bits = (const uint32_t*)work->words + layer->source[0].spikes;
  serve_bits(&to, bits, words, 1);
  serve_bits(&to, bits + words, words, -1);
}

void snn_pipe_current(const snn_pipe_layer_t* layer, const snn_work_t* work) {
  const receiver_t to = receiver(layer, work);
  const snn_pipe_source_t* source = &layer->source[0];
  const uint8_t* line = work->arena + source->at;
  uint32_t row, column, channel, neuron = 0;
  for (row = 0; row < source->rows; ++row, line += source->row_step)
    for (column = 0; column < source->columns; ++column)
      for (channel = 0; channel < source->channels; ++channel, ++neuron) {
        const int32_t u =
            line[column * source->column_step + channel * source->channel_step] - source->zero;
        if (u != 0) add_input(&to, neuron, u);
      }
}
