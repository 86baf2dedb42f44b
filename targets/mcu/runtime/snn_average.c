#include "snn_helium.h"
#include "snn_window.h"

static int32_t sum_of(const uint8_t* value, int32_t count) {
  int32_t sum = 0;
#if SNN_HELIUM
  for (; count > 0; count -= 16, value += 16) {
    const mve_pred16_t some = vctp8q((uint32_t)count);
    sum = (int32_t)vaddvaq_u8((uint32_t)sum, vldrbq_z_u8(value, some));
  }
#elif SNN_DSP
  for (; count >= 4; count -= 4, value += 4) {
    uint32_t word;
    __builtin_memcpy(&word, value, sizeof word);
    sum = (int32_t)__usada8(word, 0, (uint32_t)sum);
  }
#endif
  for (; count > 0; --count) sum += *value++;
  return sum;
}

/* The mean of the window's values that lie inside the map, as the reference divides. */
static uint8_t mean(const snn_average_t* layer, const uint8_t* plane, int32_t row, int32_t column) {
  const snn_map_t* in = &layer->in;
  const snn_extent_t extent = snn_extent(&layer->window, in, row, column);
  const int32_t width = extent.x1 - extent.x0, count = (extent.y1 - extent.y0) * width;
  int32_t sum = count * (layer->input_zero_point - in->zero), y;
  for (y = extent.y0; y < extent.y1; ++y) sum += sum_of(plane + y * in->pitch + extent.x0, width);
  return (uint8_t)(synfire_clamp(synfire_rounded_quotient(sum, count), layer->low, layer->high) -
                   layer->low);
}

void snn_average(const snn_average_t* layer, const snn_work_t* work) {
  const snn_map_t* out = &layer->out;
  uint32_t channel;
  int32_t row, column;
  for (channel = 0; channel < out->channels; ++channel) {
    const uint8_t* in = work->arena + layer->in.at + channel * layer->in.plane;
    uint8_t* target = work->arena + out->at + channel * out->plane;
    for (row = 0; row < out->rows; ++row, target += out->pitch)
      for (column = 0; column < out->columns; ++column)
        target[column] = mean(layer, in, row, column);
  }
}
