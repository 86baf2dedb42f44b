/* Depthwise 3 x 3, value by value. For snn_depthwise.c.
 *
 * Three sums go along a row: of the outputs before, at and behind a column, whose values are added
 * to all three. Values of 0 cost a test. */
#ifndef SNN_DEPTHWISE_PLAIN_H
#define SNN_DEPTHWISE_PLAIN_H

#include "snn_arithmetic.h"

typedef struct {
  int32_t above, below; /* bytes to the other rows */
  int32_t weight[9];    /* row by row; 0 where there is no such row */
  snn_scale_t scale;
  uint8_t shift;
} taps_t;

typedef struct {
  int32_t before, at, behind;
} sums_t;

static inline void add_value(sums_t* sum, int32_t value, const int32_t* weight) {
  if (value == 0) return;
  sum->before += value * weight[2];
  sum->at += value * weight[1];
  sum->behind += value * weight[0];
}

static inline void add_column(sums_t* sum, const taps_t* taps, const uint8_t* value) {
  add_value(sum, value[taps->above], taps->weight);
  add_value(sum, value[0], taps->weight + 3);
  add_value(sum, value[taps->below], taps->weight + 6);
}

static void row_3x3(const taps_t* taps, const uint8_t* value, uint8_t* out, uint8_t* end) {
  sums_t sum;
  sum.at = sum.behind = 0;
  add_column(&sum, taps, value);
  while (++value, ++out != end) {
    sum.before = sum.at, sum.at = sum.behind, sum.behind = 0;
    add_column(&sum, taps, value);
    out[-1] = snn_byte(&taps->scale, sum.before, taps->shift);
  }
  out[-1] = snn_byte(&taps->scale, sum.at, taps->shift);
  *out = 0; /* the margin */
}

static void take_weights(int32_t* to, const int8_t* from, int exists) {
  to[0] = exists ? from[0] : 0, to[1] = exists ? from[1] : 0, to[2] = exists ? from[2] : 0;
}

static void channel_3x3(const snn_depthwise_t* layer, const uint8_t* in, uint8_t* out,
                        uint32_t channel) {
  const int8_t* weight = layer->weight + 9u * channel;
  const int32_t pitch = layer->in.pitch, last = layer->in.rows - 1;
  taps_t taps;
  int32_t y;
  taps.scale = layer->rescale.scale[channel];
  taps.shift = layer->rescale.shift;
  take_weights(taps.weight + 3, weight + 3, 1);
  for (y = 0; y <= last; ++y, in += pitch, out += pitch) {
    take_weights(taps.weight, weight, y != 0);
    take_weights(taps.weight + 6, weight + 6, y != last);
    taps.above = y != 0 ? -pitch : 0, taps.below = y != last ? pitch : 0;
    row_3x3(&taps, in, out, out + layer->in.columns);
  }
}

#endif
