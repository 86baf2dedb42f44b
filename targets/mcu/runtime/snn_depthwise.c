#include "snn_arithmetic.h"

/* Any window, one output after the other. */
static int32_t window_sum(const snn_depthwise_t* layer, const uint8_t* plane, const int8_t* weight,
                          int32_t row, int32_t column) {
  const snn_window_t* window = &layer->window;
  const int32_t top = row * window->stride_rows - window->top;
  const int32_t left = column * window->stride_columns - window->left;
  int32_t sum = 0, y = top, x;
  uint16_t i, j;
  for (i = 0; i < window->rows; ++i, y += window->dilation_rows) {
    const uint8_t* line = plane + y * layer->in.pitch;
    x = left;
    for (j = 0; j < window->columns; ++j, ++weight, x += window->dilation_columns)
      if (y >= 0 && y < layer->in.rows && x >= 0 && x < layer->in.columns)
        sum += *weight * (line[x] - layer->in.zero);
  }
  return sum;
}

static void channel_any(const snn_depthwise_t* layer, const uint8_t* in, uint8_t* out,
                        uint32_t channel) {
  const int8_t* weight =
      layer->weight + channel * layer->window.rows * (uint32_t)layer->window.columns;
  const int32_t start = snn_start(&layer->rescale, channel);
  int32_t row, column;
  for (row = 0; row < layer->out.rows; ++row, out += layer->out.pitch) {
    for (column = 0; column < layer->out.columns; ++column)
      out[column] =
          snn_rescaled(&layer->rescale, channel,
                       start + window_sum(layer, in, weight, row, column));
    for (; column < layer->out.pitch; ++column) out[column] = (uint8_t)layer->out.zero;
  }
}

/* 3 x 3, stride 1, padding 1 -------------------------------------------------------------------
 *
 * Two neighbouring outputs at a time read four values of each row, from the one before the first on.
 * The bytes beside the rows mean 0 (snn_clear_margin). */
#if SNN_DSP
typedef struct {
  int32_t outer, middle; /* 256 times (first, third) and second weight of a row */
} weights_t;

static weights_t row_weights(const int8_t* w) {
  weights_t weights;
  weights.outer = (int32_t)((uint32_t)(w[0] * 256) & 0xFFFFu) + w[2] * (256 * 65536);
  weights.middle = w[1] * 256;
  return weights;
}

/* Values 1 and 3 of a word. */
static inline int32_t odd_values(uint32_t word) {
  int32_t result;
  __asm__("uxtb16 %0, %1, ror #8" : "=r"(result) : "r"(word));
  return result;
}

static inline void add_row(const uint8_t* value, const weights_t* w, int32_t* first,
                           int32_t* second) {
  uint32_t word;
  __builtin_memcpy(&word, value, sizeof word); /* one load, aligned or not */
  if (word != 0u) {
    const int32_t even = (int32_t)__uxtb16(word);
    const int32_t odd = odd_values(word);
    *first = __smlad(even, w->outer, __smlabb(odd, w->middle, *first));
    *second = __smlad(odd, w->outer, __smlatb(even, w->middle, *second));
  }
}
#else
typedef struct {
  int32_t first, second, third; /* 256 times the weights of a row */
} weights_t;

static weights_t row_weights(const int8_t* w) {
  weights_t weights;
  weights.first = w[0] * 256, weights.second = w[1] * 256, weights.third = w[2] * 256;
  return weights;
}

static inline void add_row(const uint8_t* value, const weights_t* w, int32_t* first,
                           int32_t* second) {
  const int32_t b = value[1], c = value[2];
  *first += value[0] * w->first + b * w->second + c * w->third;
  *second += b * w->first + c * w->second + value[3] * w->third;
}
#endif

/* `above` and `below` are the distances to the other rows, or 0 with weights of 0. */
static void row_of_pairs(const uint8_t* in, const weights_t w[3], int32_t above, int32_t below,
                         int32_t start, const snn_scale_t* scale, uint8_t shift, uint8_t* out,
                         uint32_t pairs) {
  const weights_t upper = w[0], middle = w[1], lower = w[2];
  const snn_scale_t constants = *scale;
  const uint8_t* value = in - 1;
  for (; pairs != 0u; --pairs, value += 2, out += 2) {
    int32_t first = start, second = start;
    add_row(value + above, &upper, &first, &second);
    add_row(value, &middle, &first, &second);
    add_row(value + below, &lower, &first, &second);
    out[0] = snn_scaled(&constants, first, shift);
    out[1] = snn_scaled(&constants, second, shift);
  }
}

static void channel_3x3(const snn_depthwise_t* layer, const uint8_t* in, uint8_t* out,
                        uint32_t channel) {
  static const int8_t none[3] = {0, 0, 0};
  const int8_t* weight = layer->weight + 9u * channel;
  const snn_scale_t* scale = &layer->rescale.scale[channel];
  const int32_t start = snn_times_256(layer->rescale.start[channel]);
  const int32_t pitch = layer->in.pitch;
  const uint32_t columns = layer->in.columns, pairs = (columns + 1u) / 2u;
  const int32_t last = layer->in.rows - 1;
  int32_t row;
  for (row = 0; row <= last; ++row, in += pitch, out += pitch) {
    weights_t w[3];
    w[0] = row_weights(row == 0 ? none : weight);
    w[1] = row_weights(weight + 3);
    w[2] = row_weights(row == last ? none : weight + 6);
    row_of_pairs(in, w, row == 0 ? 0 : -pitch, row == last ? 0 : pitch, start,
                 scale, layer->rescale.shift, out, pairs);
    out[columns] = 0; /* the margin, which an odd width's last pair has written */
  }
}

static int is_3x3(const snn_depthwise_t* layer) {
  const snn_window_t* w = &layer->window;
  return w->rows == 3 && w->columns == 3 && w->stride_rows == 1 && w->stride_columns == 1 &&
         w->dilation_rows == 1 && w->dilation_columns == 1 && w->top == 1 && w->left == 1 &&
         layer->in.zero == 0 && layer->rescale.scale != 0 &&
         layer->in.channels == layer->out.channels && layer->in.pitch == layer->out.pitch &&
         layer->in.pitch > layer->in.columns && layer->in.rows == layer->out.rows &&
         layer->in.columns == layer->out.columns;
}

void snn_depthwise(const snn_depthwise_t* layer, const snn_work_t* work) {
  const uint32_t channels = layer->out.channels, factor = channels / layer->in.channels;
  const int fast = is_3x3(layer);
  uint32_t i;
  for (i = 0; i < channels; ++i) {
    const uint32_t channel = layer->downwards ? channels - 1u - i : i;
    const uint8_t* in = work->arena + layer->in.at + channel / factor * layer->in.plane;
    uint8_t* out = work->arena + layer->out.at + channel * layer->out.plane;
    if (fast)
      channel_3x3(layer, in, out, channel);
    else
      channel_any(layer, in, out, channel);
  }
}
