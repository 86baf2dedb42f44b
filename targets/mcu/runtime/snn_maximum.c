#include "snn_arithmetic.h"

static int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }
static int32_t greatest(int32_t a, int32_t b) { return a > b ? a : b; }

static uint8_t maximum(const snn_maximum_t* layer, const uint8_t* plane, int32_t row,
                       int32_t column) {
  const snn_window_t* window = &layer->window;
  const snn_map_t* in = &layer->in;
  const int32_t top = row * window->stride_rows - window->top;
  const int32_t left = column * window->stride_columns - window->left;
  const int32_t y1 = least(top + window->rows, in->rows);
  const int32_t x0 = greatest(left, 0), x1 = least(left + window->columns, in->columns);
  int32_t byte = 0, y, x;
  for (y = greatest(top, 0); y < y1; ++y)
    for (x = x0; x < x1; ++x) byte = greatest(byte, plane[y * in->pitch + x]);
  return (uint8_t)(synfire_clamp(byte - in->zero + layer->zero_point, layer->low, layer->high) -
                   layer->low);
}

void snn_maximum(const snn_maximum_t* layer, const snn_work_t* work) {
  const snn_map_t* out = &layer->out;
  uint32_t channel;
  int32_t row, column;
  for (channel = 0; channel < out->channels; ++channel) {
    const uint8_t* in = work->arena + layer->in.at + channel * layer->in.plane;
    uint8_t* target = work->arena + out->at + channel * out->plane;
    for (row = 0; row < out->rows; ++row, target += out->pitch)
      for (column = 0; column < out->columns; ++column)
        target[column] = maximum(layer, in, row, column);
  }
}
