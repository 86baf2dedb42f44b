/* Depthwise 3 x 3 with the DSP extension. For snn_depthwise.c.
 *
 * Two neighbouring columns at a time, down all rows: four values of a row, from the one before the
 * first column on, are added to the sums of the outputs above, at and below it. The bytes behind
 * the rows mean 0 (snn_clear_margin). */
#ifndef SNN_DEPTHWISE_DSP_H
#define SNN_DEPTHWISE_DSP_H

#include "snn_arithmetic.h"

/* A channel: how its sums become bytes, and 256 times its weights (outer ones are the first in the
 * lower and the third in the upper half). The assembly has the first six members on its stack and
 * the others in registers. */
typedef struct {
  int32_t start[2];    /* of both columns' sums */
  int32_t pitch;       /* bytes from row to row */
  const uint8_t* last; /* of the first pair of columns, in the last row */
  int32_t span;        /* bytes from the first row to the last */
  const uint8_t* end;  /* of the last row */
  int32_t multiplier;
  int32_t outer_above, outer, outer_below;
  int32_t middles; /* of the row above in the lower half, of the row itself in the upper */
  int32_t middle_below;
  int32_t out; /* bytes from a row's value to the output above it */
} channel_t;

static int32_t halves(int32_t lower, int32_t upper) {
  return (int32_t)((uint32_t)(lower * 256) & 0xFFFFu) + upper * (256 * 65536);
}

static void set_weights(channel_t* to, const int8_t* w) {
  to->outer_above = halves(w[0], w[2]);
  to->outer = halves(w[3], w[5]);
  to->outer_below = halves(w[6], w[8]);
  to->middles = halves(w[1], w[4]);
  to->middle_below = w[7] * 256;
}

#define SNN_TEXT_OF(value) #value
#define SNN_TEXT(value) SNN_TEXT_OF(value)

/* r0 is the row's first value; r1, r2 and r3, r4 are two rows' sums; r5 and r6 a word's even and
 * odd values; r7 is the multiplier, r8 to r12 are weights, lr leads to the output. */
#define SNN_START(a, b) "ldrd " a ", " b ", [sp]\n\t"
#define SNN_ADD(a, b, outer, first, second, middle)                                              \
  "smlad " a ", r5, " outer ", " a                                                               \
  "\n\t"                                                                                         \
  "smlad " b ", r6, " outer ", " b "\n\t" first " " a ", r6, " middle ", " a "\n\t" second " " b \
  ", r5, " middle ", " b "\n\t"
#define SNN_ADD_ABOVE(a, b) SNN_ADD(a, b, "r8", "smlabb", "smlatb", "r11")
#define SNN_ADD_AT(a, b) SNN_ADD(a, b, "r9", "smlabt", "smlatt", "r11")
#define SNN_ADD_BELOW(a, b) SNN_ADD(a, b, "r10", "smlabb", "smlatb", "r12")
#define SNN_FINISH(a, b) \
  "smmul " a ", " a ", r7\n\t"                                    \
  "smmul " b ", " b ", r7\n\t"                                    \
  "usat " a ", #8, " a ", asr #" SNN_TEXT(SNN_SHIFT) "\n\t"       \
  "usat " b ", #8, " b ", asr #" SNN_TEXT(SNN_SHIFT) "\n\t"       \
  "orr " a ", " a ", " b ", lsl #8\n\t"                           \
  "strh " a ", [r0, lr]\n\t"
#define SNN_SPLIT     \
  "uxtb16 r5, r6\n\t" \
  "uxtb16 r6, r6, ror #8\n\t"
/* The next row, whose word r6 is: ends the sums a, b of the row above, goes on with c, d, and
 * starts anew in a, b. Words of 0 are left out. */
#define SNN_ROW(a, b, c, d) \
  "cbnz r6, 4f\n\t" SNN_FINISH(a, b) SNN_START(a, b)                            \
  "b 5f\n"                                                                      \
  "4:\n\t" SNN_SPLIT SNN_ADD_BELOW(a, b) SNN_FINISH(a, b) SNN_START(a, b)       \
  SNN_ADD_AT(c, d) SNN_ADD_ABOVE(a, b)                                          \
  "5:\n\t"
#if SNN_DEPTHWISE_ROWS != 0
/* All rows of a map whose size is known here; each text is there if the map has so many rows. */
#define SNN_ROW_IF(rows, a, b, c, d)                                                     \
  ".if " SNN_TEXT(SNN_DEPTHWISE_ROWS) " >= " rows                                        \
                                      "\n\t"                                             \
                                      "ldr r6, [r0, #" SNN_TEXT(                         \
                                          SNN_DEPTHWISE_PITCH) "]!\n\t" SNN_ROW(a, b, c, \
                                                                                d) ".endif\n\t"
#define SNN_ROWS                          \
  SNN_ROW_IF("2", "r1", "r2", "r3", "r4") \
  SNN_ROW_IF("3", "r3", "r4", "r1", "r2") \
  SNN_ROW_IF("4", "r1", "r2", "r3", "r4") \
  SNN_ROW_IF("5", "r3", "r4", "r1", "r2") \
  SNN_ROW_IF("6", "r1", "r2", "r3", "r4") \
  SNN_ROW_IF("7", "r3", "r4", "r1", "r2") \
  SNN_ROW_IF("8", "r1", "r2", "r3", "r4") \
  "mov r6, r0\n\t"                            \
  "add r0, r0, #" SNN_TEXT(SNN_DEPTHWISE_PITCH) "\n\t" \
  ".if " SNN_TEXT(SNN_DEPTHWISE_ROWS) " & 1\n\t" SNN_FINISH("r1", "r2") \
  ".else\n\t" SNN_FINISH("r3", "r4") ".endif\n\t"
#else
/* Or to `end` where there is none. */
#define SNN_ROW_OR(end, a, b, c, d) \
  "ldrd r5, r6, [sp, #8]\n\t"       \
  "cmp r0, r6\n\t"                  \
  "beq " end                        \
  "\n\t"                            \
  "add r0, r0, r5\n\t"              \
  "ldr r6, [r0]\n\t" SNN_ROW(a, b, c, d)
#define SNN_ROWS \
  "2:\n\t" SNN_ROW_OR("6f", "r1", "r2", "r3", "r4") \
  SNN_ROW_OR("7f", "r3", "r4", "r1", "r2")          \
  "b 2b\n"                                          \
  "7:\n\t" /* the last sums are in r3 and r4 */     \
  "mov r1, r3\n\t"                                  \
  "mov r2, r4\n"                                    \
  "6:\n\t"                                          \
  "add r0, r0, r5\n\t" SNN_FINISH("r1", "r2")
#endif

static void all_columns(const channel_t* channel, const uint8_t* value) {
  register const channel_t* r1 __asm__("r1") = channel;
  register const uint8_t* r0 __asm__("r0") = value;
  __asm__ volatile(
      "ldmia r1!, {r2-r7}\n\t"
      "push {r2-r7}\n\t"
      "ldmia r1, {r7-r12, lr}\n"
      "1:\n\t" SNN_START("r1", "r2") SNN_START("r3", "r4")
      "ldr r6, [r0]\n\t"
      "cbz r6, 3f\n\t" SNN_SPLIT SNN_ADD_AT("r1", "r2") SNN_ADD_ABOVE("r3", "r4")
      "3:\n\t" SNN_ROWS
      "adds r0, r6, #2\n\t"
      "ldrd r5, r6, [sp, #16]\n\t"
      "str r0, [sp, #12]\n\t"
      "cmp r0, r6\n\t"
      "sub r0, r0, r5\n\t"
      "blo 1b\n\t"
      "add sp, sp, #24"
      : "+r"(r0), "+r"(r1)
      :
      : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "memory", "cc");
}

static void channel_3x3(const snn_depthwise_t* layer, const uint8_t* in, uint8_t* out,
                        uint32_t channel) {
  const snn_scale_t* scale = &layer->rescale.scale[channel];
  const uint8_t* const value = in - 1;
  uint32_t row;
  channel_t constants;
  constants.start[0] = constants.start[1] = scale->start;
  constants.multiplier = scale->multiplier;
  constants.pitch = layer->in.pitch;
  constants.span = constants.pitch * (layer->in.rows - 1);
  constants.last = value + constants.span, constants.end = constants.last + layer->in.columns;
  constants.out = (int32_t)(out - value) - constants.pitch;
  set_weights(&constants, layer->weight + 9u * channel);
  all_columns(&constants, value);
  /* The margin, which an odd width's last pair has written. */
  for (row = 0, out += layer->in.columns; row < layer->in.rows; ++row, out += constants.pitch)
    *out = 0;
}

#endif
