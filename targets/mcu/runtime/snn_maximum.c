#include "snn_window.h"

static uint8_t maximum(const snn_maximum_t* layer, const uint8_t* plane, int32_t row,
                       int32_t column) {
  const snn_map_t* in = &layer->in;
  const snn_extent_t extent = snn_extent(&layer->window, in, row, column);
  int32_t byte = 0, y, x;
  for (y = extent.y0; y < extent.y1; ++y)
    for (x = extent.x0; x < extent.x1; ++x) byte = snn_greatest(byte, plane[y * in->pitch + x]);
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
