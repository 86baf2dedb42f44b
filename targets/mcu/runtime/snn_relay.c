#include "snn_kernel.h"

static void take_all(const snn_relay_t* layer, const uint8_t* in, uint8_t* out) {
  const int32_t* from = layer->from;
  uint32_t channel, row, column;
  for (channel = 0; channel < layer->out.channels; ++channel)
    for (row = 0; row < layer->out.rows; ++row) {
      uint8_t* target = out + channel * layer->out.plane + row * layer->out.pitch;
      for (column = 0; column < layer->out.columns; ++column, ++from)
        *target++ = layer->byte[*from < 0 ? layer->in.zero : in[*from]];
    }
}

void snn_relay(const snn_relay_t* layer, const snn_work_t* work) {
  const uint8_t* in = work->arena + layer->in.at;
  uint8_t* out = work->arena + layer->out.at;
  uint32_t rows = (uint32_t)layer->out.channels * layer->out.rows, column;
  if (layer->from != 0) {
    take_all(layer, in, out);
    return;
  }
  for (; rows != 0u; --rows, in += layer->in.pitch, out += layer->out.pitch)
    for (column = 0; column < layer->out.columns; ++column) out[column] = layer->byte[in[column]];
}
