#include "snn_arithmetic.h"

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
  const int32_t start = snn_start(&layer->rescale, channel);
  int32_t row, column;
  for (row = 0; row < layer->out.rows; ++row, out += layer->out.pitch) {
    for (column = 0; column < layer->out.columns; ++column)
      out[column] = snn_rescaled(&layer->rescale, channel,
                                 start + window_sum(layer, in, weight, row, column));
    for (; column < layer->out.pitch; ++column) out[column] = (uint8_t)layer->out.zero;
  }
}

/* 3 x 3, stride 1, padding 1 -------------------------------------------------------------------
 *
 * Two neighbouring outputs at a time read four values of each row, from the one before the first
 * on. The bytes behind the rows mean 0 (snn_clear_margin). */
/* One row of outputs: where it reads and writes, 256 times its weights (outer ones are the first in
 * the lower and the third in the upper half), and how its sums become bytes. The assembly below
 * loads the first ten members at once. */
typedef struct {
  const uint8_t* value;
  uint8_t* out;
  int32_t above, below; /* bytes to the other rows, 0 where there is none */
  int32_t outer_above, outer, outer_below;
  int32_t middles; /* of the row above in the lower half, of the row itself in the upper */
  int32_t middle_below;
  uint8_t* end;                                /* of the output */
  int32_t start[2], multiplier, offset, shift; /* both sums start alike */
} row_t;

static int32_t halves(int32_t lower, int32_t upper) {
  return (int32_t)((uint32_t)(lower * 256) & 0xFFFFu) + upper * (256 * 65536);
}

static void set_weights(row_t* row, const int8_t* w) {
  row->outer_above = halves(w[0], w[2]);
  row->outer = halves(w[3], w[5]);
  row->outer_below = halves(w[6], w[8]);
  row->middles = halves(w[1], w[4]);
  row->middle_below = w[7] * 256;
}

#if SNN_DSP && defined(__OPTIMIZE__)
/* r0, r1: value and output; r2, r3: to the other rows; r4, r5: sums; r6, r7: a word's even and odd
 * values; r8 to r12: weights; lr: end of the output. Words of 0 are left out. */
#define SNN_ROW(outer, first, second, middle)                                                     \
  "uxtb16 r7, r6, ror #8\n\t"                                                                     \
  "uxtb16 r6, r6\n\t"                                                                             \
  "smlad r4, r6, " outer                                                                          \
  ", r4\n\t"                                                                                      \
  "smlad r5, r7, " outer ", r5\n\t" first " r4, r7, " middle ", r4\n\t" second " r5, r6, " middle \
  ", r5\n"

#define SNN_ABOVE        \
  "ldr r6, [r0, r2]\n\t" \
  "cbz r6, 2f\n\t" SNN_ROW("r8", "smlabb", "smlatb", "r11")
#define SNN_BELOW        \
  "ldr r6, [r0, r3]\n\t" \
  "cbz r6, 3f\n\t" SNN_ROW("r10", "smlabb", "smlatb", "r12")
#define SNN_ROW_OF_PAIRS(name, rows_above, rows_below)                                             \
  static void name(row_t* row) {                                                                   \
    register row_t* r0 __asm__("r0") = row;                                                        \
    __asm__ volatile(                                                                            \
        "add r12, r0, #40\n\t"                                                                   \
        "ldmia r12, {r4-r8}\n\t"                                                                 \
        "push {r4-r8}\n\t"                                                                       \
        "ldmia r0, {r0-r3, r8-r12, lr}\n"                                                        \
        "1:\n\t"                                                                                 \
        "ldrd r4, r5, [sp]\n\t" rows_above "2:\n\t" rows_below                                          \
        "3:\n\t"                                                                                 \
        "ldr r6, [r0], #2\n\t"                                                                   \
        "cbz r6, 4f\n\t" SNN_ROW("r9", "smlabt", "smlatt", "r11")                                \
        "4:\n\t"                                                                                 \
        "ldrd r6, r7, [sp, #8]\n\t"                                                              \
        "smmla r4, r4, r6, r7\n\t"                                                               \
        "smmla r5, r5, r6, r7\n\t"                                                               \
        "ldr r6, [sp, #16]\n\t"                                                                  \
        "asr r4, r4, r6\n\t"                                                                     \
        "asr r5, r5, r6\n\t"                                                                     \
        "usat r4, #8, r4\n\t"                                                                    \
        "usat r5, #8, r5\n\t"                                                                    \
        "strb r4, [r1], #1\n\t"                                                                  \
        "strb r5, [r1], #1\n\t"                                                                  \
        "cmp r1, lr\n\t"                                                                         \
        "blo 1b\n\t"                                                                             \
        "add sp, sp, #20"                                                                        \
        : "+r"(r0)                                                                               \
        :                                                                                        \
        : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr",       \
          "memory", "cc"); \
  }

SNN_ROW_OF_PAIRS(only_row, "", "")
SNN_ROW_OF_PAIRS(first_row, "", SNN_BELOW)
SNN_ROW_OF_PAIRS(inner_row, SNN_ABOVE, SNN_BELOW)
SNN_ROW_OF_PAIRS(last_row, SNN_ABOVE, "")

static void row_of_pairs(row_t* row) {
  if (row->above != 0 && row->below != 0)
    inner_row(row);
  else if (row->below != 0)
    first_row(row);
  else if (row->above != 0)
    last_row(row);
  else
    only_row(row);
}
#else
/* Lower and upper half. */
static int32_t low_half(int32_t word) { return (int16_t)(uint16_t)((uint32_t)word & 0xFFFFu); }
static int32_t high_half(int32_t word) { return word >> 16; }

static inline void add_row(const uint8_t* value, const int32_t w[3], int32_t sum[2]) {
  const int32_t b = value[1], c = value[2];
  sum[0] += value[0] * w[0] + b * w[1] + c * w[2];
  sum[1] += b * w[0] + c * w[1] + value[3] * w[2];
}

static void row_of_pairs(row_t* row) {
  const int32_t is_above = row->above != 0, is_below = row->below != 0;
  const int32_t upper[3] = {is_above * low_half(row->outer_above),
                            is_above * low_half(row->middles),
                            is_above * high_half(row->outer_above)};
  const int32_t middle[3] = {low_half(row->outer), high_half(row->middles), high_half(row->outer)};
  const int32_t lower[3] = {is_below * low_half(row->outer_below), is_below * row->middle_below,
                            is_below * high_half(row->outer_below)};
  const int32_t above = row->above, below = row->below, start = row->start[0];
  const uint8_t* value = row->value;
  const uint8_t shift = (uint8_t)row->shift;
  uint8_t* out = row->out;
  snn_scale_t scale;
  scale.multiplier = row->multiplier, scale.offset = row->offset;
  for (; out < row->end; value += 2, out += 2) {
    int32_t sum[2];
    sum[0] = sum[1] = start;
    add_row(value + above, upper, sum);
    add_row(value, middle, sum);
    add_row(value + below, lower, sum);
    out[0] = snn_scaled(&scale, sum[0], shift);
    out[1] = snn_scaled(&scale, sum[1], shift);
  }
}
#endif

static void channel_3x3(const snn_depthwise_t* layer, const uint8_t* in, uint8_t* out,
                        uint32_t channel) {
  const int32_t pitch = layer->in.pitch, last = layer->in.rows - 1;
  const uint32_t columns = layer->in.columns;
  row_t row;
  int32_t y;
  row.start[0] = row.start[1] = snn_times_256(layer->rescale.start[channel]);
  row.multiplier = layer->rescale.scale[channel].multiplier;
  row.offset = layer->rescale.scale[channel].offset;
  row.shift = layer->rescale.shift;
  set_weights(&row, layer->weight + 9u * channel);
  row.value = in - 1, row.out = out, row.end = out + columns;
  row.above = 0, row.below = pitch;
  for (y = 0; y <= last; ++y, row.value += pitch, row.out += pitch, row.end += pitch) {
    if (y == last) row.below = 0;
    row_of_pairs(&row);
    *row.end = 0; /* the margin, which an odd width's last pair has written */
    row.above = -pitch;
  }
}

static int is_3x3(const snn_depthwise_t* layer) {
  const snn_window_t* w = &layer->window;
  return w->rows == 3 && w->columns == 3 && w->stride_rows == 1 && w->stride_columns == 1 &&
         w->dilation_rows == 1 && w->dilation_columns == 1 && w->top == 1 && w->left == 1 &&
         layer->in.zero == 0 && layer->rescale.scale != 0 &&
         layer->in.channels == layer->out.channels && layer->in.pitch == layer->out.pitch &&
         layer->in.pitch > layer->in.columns && layer->in.rows == layer->out.rows &&
         layer->in.columns == layer->out.columns;
}

void snn_depthwise(const snn_depthwise_t* layer, const snn_work_t* work) {
  const uint32_t channels = layer->out.channels, factor = channels / layer->in.channels;
  const int fast = is_3x3(layer);
  uint32_t i;
  if (fast) work->arena[layer->in.at - 1u] = 0; /* the generator leaves room for it */
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
