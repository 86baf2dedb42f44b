#include "snn_kernel.h"

static int32_t plane_sum(const snn_mean_t* layer, const uint8_t* byte) {
  int32_t sum = 0;
  uint32_t row, column;
  for (row = 0; row < layer->window.rows; ++row, byte += layer->in.pitch)
    for (column = 0; column < layer->window.columns; ++column) sum += byte[column];
  return sum;
}

static int32_t window_sum(const snn_mean_t* layer, const uint8_t* byte) {
  const int32_t count = (int32_t)layer->window.rows * layer->window.columns * layer->channels;
  int32_t sum = -count * layer->in.zero;
  uint32_t channel;
  for (channel = 0; channel < layer->channels; ++channel, byte += layer->in.plane)
    sum += plane_sum(layer, byte);
  return sum;
}

void snn_mean(const snn_mean_t* layer, const snn_work_t* work) {
  const snn_map_t *in = &layer->in, *out = &layer->out;
  const synfire_graded_t* exact = &layer->exact;
  const uint32_t row_step = (uint32_t)layer->window.stride_rows * in->pitch;
  uint32_t channel, row, column;
  for (channel = 0; channel < out->channels; ++channel)
    for (row = 0; row < out->rows; ++row) {
      const uint8_t* byte = work->arena + in->at + channel * in->plane + row * row_step;
      uint8_t* target = work->arena + out->at + channel * out->plane + row * out->pitch;
      for (column = 0; column < out->columns; ++column, byte += layer->window.stride_columns)
        *target++ = (uint8_t)(synfire_graded_value(exact, window_sum(layer, byte)) +
                              exact->zero_point - exact->low);
    }
}
