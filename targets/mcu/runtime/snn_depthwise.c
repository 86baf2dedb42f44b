#include "snn_arithmetic.h"
#if SNN_HELIUM
#include "snn_depthwise_helium.h"
#elif SNN_DSP && defined(__OPTIMIZE__)
#include "snn_depthwise_dsp.h"
#else
#include "snn_depthwise_plain.h"
#endif

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
  int32_t row, column;
  for (row = 0; row < layer->out.rows; ++row, out += layer->out.pitch) {
    for (column = 0; column < layer->out.columns; ++column)
      out[column] =
          snn_rescaled(&layer->rescale, channel, window_sum(layer, in, weight, row, column));
    for (; column < layer->out.pitch; ++column) out[column] = (uint8_t)layer->out.zero;
  }
}

/* What the kernel has as constants. */
#if SNN_HELIUM
#define SNN_HAS_KERNEL(layer) ((layer)->rescale.shift == SNN_SHIFT)
#elif SNN_DSP && defined(__OPTIMIZE__)
#define SNN_HAS_KERNEL(layer)             \
  ((layer)->rescale.shift == SNN_SHIFT && \
   (SNN_DEPTHWISE_ROWS == 0 ||            \
    ((layer)->in.rows == SNN_DEPTHWISE_ROWS && (layer)->in.pitch == SNN_DEPTHWISE_PITCH)))
#else
#define SNN_HAS_KERNEL(layer) 1
#endif

#if SNN_HELIUM
#define SNN_LEAST_COLUMNS 4 /* that the kernel below serves */
#else
#define SNN_LEAST_COLUMNS 1
#endif

static int is_3x3(const snn_depthwise_t* layer) {
  const snn_window_t* w = &layer->window;
  return w->rows == 3 && w->columns == 3 && w->stride_rows == 1 && w->stride_columns == 1 &&
         w->dilation_rows == 1 && w->dilation_columns == 1 && w->top == 1 && w->left == 1 &&
         layer->in.columns >= SNN_LEAST_COLUMNS && layer->in.zero == 0 &&
         layer->rescale.exact == 0 && SNN_HAS_KERNEL(layer) &&
         layer->in.channels == layer->out.channels && layer->in.pitch == layer->out.pitch &&
         layer->in.pitch > layer->in.columns && layer->in.rows == layer->out.rows &&
         layer->in.columns == layer->out.columns;
}

void snn_depthwise(const snn_depthwise_t* layer, const snn_work_t* work) {
  const uint32_t channels = layer->out.channels, factor = channels / layer->in.channels;
  const int fast = is_3x3(layer);
  uint32_t i;
  if (fast) work->arena[layer->in.at - 1] = 0; /* the generator leaves room for it */
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
