/* Depthwise 3 x 3 with the DSP extension. For snn_depthwise.c.
 *
 * Two neighbouring outputs at a time read four values of each row, from the one before the first
 * on. The bytes behind the rows mean 0 (snn_clear_margin). */
#ifndef SNN_DEPTHWISE_DSP_H
#define SNN_DEPTHWISE_DSP_H

#include "snn_arithmetic.h"

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

#endif
