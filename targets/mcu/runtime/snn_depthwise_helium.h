/* Depthwise 3 x 3 with Helium: four columns at a time, down all rows. For snn_depthwise.c.
 *
 * Three sums go along: of the outputs above, at and below a row, whose values are added to all
 * three. Where columns are left, the last four are computed again. The bytes behind the rows mean 0
 * (snn_clear_margin). */
#ifndef SNN_DEPTHWISE_HELIUM_H
#define SNN_DEPTHWISE_HELIUM_H

#include "snn_helium.h"

/* A row of the window. */
typedef struct {
  int32_t left, middle, right; /* weights times 256 */
} row_t;

typedef struct {
  int32x4_t left, middle, right; /* values of four columns */
} values_t;

static inline row_t row_of(const int8_t* weight) {
  row_t row;
  row.left = weight[0] * 256, row.middle = weight[1] * 256, row.right = weight[2] * 256;
  return row;
}

static inline values_t values_of(const uint8_t* value) {
  values_t values;
  values.left = vreinterpretq_s32_u32(vldrbq_u32(value - 1));
  values.middle = vreinterpretq_s32_u32(vldrbq_u32(value));
  values.right = vreinterpretq_s32_u32(vldrbq_u32(value + 1));
  return values;
}

static inline int32x4_t add_row(int32x4_t sum, values_t value, row_t weight) {
  sum = vmlaq_n_s32(sum, value.left, weight.left);
  sum = vmlaq_n_s32(sum, value.middle, weight.middle);
  return vmlaq_n_s32(sum, value.right, weight.right);
}

/* Local copies of what all columns need: the compiler cannot know that stores leave it alone. */
static void channel_3x3(const snn_depthwise_t* layer, const uint8_t* in, uint8_t* out,
                        uint32_t channel) {
  const int8_t* weight = layer->weight + 9u * channel;
  const row_t upper = row_of(weight), middle = row_of(weight + 3), lower = row_of(weight + 6);
  const snn_scale_t* scale = &layer->rescale.scale[channel];
  const int32x4_t multiplier = vdupq_n_s32(scale->multiplier);
  const int32_t start = scale->start;
  const uint32_t columns = layer->in.columns, pitch = layer->in.pitch, rows = layer->in.rows;
  uint32_t i, row;
  for (i = 0; i < columns; i += 4u) {
    const uint32_t column = i + 4u <= columns ? i : columns - 4u;
    const uint8_t* value = in + column;
    uint8_t* to = out + column;
    values_t values = values_of(value);
    int32x4_t above, at = add_row(vdupq_n_s32(start), values, middle);
    int32x4_t below = add_row(vdupq_n_s32(start), values, upper);
    for (row = rows - 1u; row != 0u; --row, to += pitch) {
      value += pitch;
      values = values_of(value);
      above = add_row(at, values, lower);
      at = add_row(below, values, middle);
      below = add_row(vdupq_n_s32(start), values, upper);
      vstrbq_u32(to, snn_scaled_4(above, multiplier));
    }
    vstrbq_u32(to, snn_scaled_4(at, multiplier));
  }
  for (row = 0, out += columns; row < rows; ++row, out += pitch) *out = 0; /* the margin */
}

#endif
