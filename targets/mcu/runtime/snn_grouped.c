#include "snn_kernel.h"

/* One linear layer for each group of channels. */
void snn_grouped(const snn_linear_t* layer, const snn_work_t* work) {
  snn_linear_t part = *layer;
  snn_rescale_t* const rescale = &part.rescale;
  const snn_window_t* window = &layer->window;
  uint16_t i;
  part.in.channels = (uint16_t)(part.in.channels / layer->groups);
  part.out.channels = (uint16_t)(part.out.channels / layer->groups);
  for (i = 0; i < layer->groups; ++i) {
    snn_linear(&part, work);
    part.in.at += (int32_t)(part.in.channels * part.in.plane);
    part.out.at += (int32_t)(part.out.channels * part.out.plane);
    part.weight += (uint32_t)window->rows * window->columns * part.in.channels * layer->width;
    if (rescale->lanes != 0) rescale->lanes += layer->width / SNN_LANES;
    if (rescale->scale != 0) rescale->scale += part.out.channels;
    if (rescale->scale == 0 && rescale->exact != 0) rescale->exact += part.out.channels;
  }
}
