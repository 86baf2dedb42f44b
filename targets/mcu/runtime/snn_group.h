/* One linear layer for each group of channels. For snn_grouped.c and the codings. */
#ifndef SNN_GROUP_H
#define SNN_GROUP_H

#include "snn_kernel.h"

static inline snn_linear_t snn_first_group(const snn_linear_t* layer) {
  snn_linear_t part = *layer;
  part.in.channels = (uint16_t)(part.in.channels / layer->groups);
  part.out.channels = (uint16_t)(part.out.channels / layer->groups);
  return part;
}

static inline uint32_t snn_group_weights(const snn_linear_t* part) {
  return (uint32_t)part->window.rows * part->window.columns * part->in.channels * part->width;
}

/* All but its weights. */
static inline void snn_next_group(snn_linear_t* part) {
  snn_rescale_t* const rescale = &part->rescale;
  part->in.at += (int32_t)(part->in.channels * part->in.plane);
  part->out.at += (int32_t)(part->out.channels * part->out.plane);
  if (rescale->lanes != 0) rescale->lanes += part->width / SNN_LANES;
  if (rescale->scale != 0) rescale->scale += part->out.channels;
  if (rescale->scale == 0 && rescale->exact != 0) rescale->exact += part->out.channels;
}

#endif
