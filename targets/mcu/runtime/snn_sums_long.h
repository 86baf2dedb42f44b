/* Sums, two in one 64-bit accumulator. For snn_linear.c.
 *
 * A word holds w0 + w1 * 2^24 and the event 256 u, so that the accumulator is
 * 2^8 sum0 + 2^32 sum1, exactly. sum0 fits 24 bits (the generator has shown it): the low half is
 * 2^8 sum0, and the high half sum1, less 1 where sum0 is negative. */
#ifndef SNN_SUMS_LONG_H
#define SNN_SUMS_LONG_H

#include "snn_gather.h"

/* What the passes over one position's events have in common. */
typedef struct {
  const snn_event_t* events;
  uint32_t rounds, entry; /* of the loop over events */
  const int32_t* start;
  uint32_t plane, shift;
  const snn_scale_t* scale;
  uint8_t* out;
  const int32_t* words; /* where events count bytes */
  uint32_t count;
} position_t; /* the assembly loads the first four members, then the next four, at once */

#if SNN_ADDRESSES
/* One pass in fourteen registers, which compilers do not manage without spilling sums: r4 to r11
 * are four accumulators; then r0 is the next event, r1 counts rounds, r2 is the event's row, r3 its
 * value, r12 and lr are words of weights. The first round is entered where whole rounds of eight
 * are left. */
#define SNN_EVENT                   \
  "ldrd r2, r3, [r0], #8\n\t"       \
  "ldrd r12, lr, [r2, %[at]]\n\t"   \
  "smlal r4, r5, r12, r3\n\t"       \
  "smlal r6, r7, lr, r3\n\t"        \
  "ldrd r12, lr, [r2, %[then]]\n\t" \
  "smlal r8, r9, r12, r3\n\t"       \
  "smlal r10, r11, lr, r3\n\t"

/* Bytes of code before the first of `count` events. */
static uint32_t entry_of(uint32_t count) { return (0u - count) % 8u * 28u; }

/* Of 256 times a sum in `sum`: r12 are the scales, r1 is the shift. */
#if SNN_DSP
#define SNN_HIGH_PRODUCT_ADD(sum) "smmla r2, " sum ", r2, r3\n\t"
#else
#define SNN_HIGH_PRODUCT_ADD(sum) "smull " sum ", r2, " sum ", r2\n\tadd r2, r2, r3\n\t"
#endif
#define SNN_BYTE_OF(sum) \
  "ldmia r12!, {r2, r3}\n\t" \
  SNN_HIGH_PRODUCT_ADD(sum)  \
  "asr r2, r2, r1\n\t"       \
  "usat r2, #8, r2\n\t"
/* Two bytes, to lr and to lr + r0. */
#define SNN_STORE_PAIR(low, high) \
  "add " high ", " high ", " low  \
  ", lsr #31\n\t"                 \
  "lsl " high ", " high           \
  ", #8\n\t" SNN_BYTE_OF(low) "strb r2, [lr]\n\t" SNN_BYTE_OF(high) "strb r2, [lr, r0]\n\t"

#define SNN_PASS(from)                                                                             \
  {                                                                                                \
    register position_t* r0 __asm__("r0") = position;                                              \
    __asm__ volatile(                                                                            \
        "push {r0}\n\t"                                                                          \
        "ldmia r0, {r0-r3}\n\t"                                                                  \
        "add r3, r3, %[starts]\n\t"                                                              \
        "ldmia r3, {r4-r11}\n\t"                                                                 \
        ".balign 4\n\t"                                                                          \
        "add pc, r2\n\t" /* from 1: on */                                                        \
        "nop\n"                                                                                  \
        "1:\n\t" SNN_EVENT SNN_EVENT SNN_EVENT SNN_EVENT SNN_EVENT SNN_EVENT SNN_EVENT SNN_EVENT \
        "subs r1, r1, #1\n\t"                                                                    \
        "bne 1b\n\t"                                                                             \
        "pop {r2}\n\t"                                                                           \
        "add r2, r2, #16\n\t"                                                                    \
        "ldmia r2, {r0, r1, r12, lr}\n\t"                                                        \
        "add r3, lr, r0, lsl #3\n\t"                                                             \
        "str r3, [r2, #12]\n\t"                                                                  \
        "add r12, r12, %[scales]\n\t"                                                            \
        SNN_STORE_PAIR("r4", "r5")                                                               \
        "add lr, lr, r0, lsl #1\n\t"                                                             \
        SNN_STORE_PAIR("r6", "r7")                                                               \
        "add lr, lr, r0, lsl #1\n\t"                                                             \
        SNN_STORE_PAIR("r8", "r9")                                                               \
        "add lr, lr, r0, lsl #1\n\t"                                                             \
        SNN_STORE_PAIR("r10", "r11")                                                             \
        : "+r"(r0)                                                                               \
        : [at] "n"(from), [then] "n"((from) + 8), [starts] "n"(2 * (from)),                      \
          [scales] "n"(4 * (from))                                                               \
        : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr",       \
          "memory", "cc"); \
  }
#else
static uint32_t entry_of(uint32_t count) { return count; }

/* The same in C: eight outputs from the weights at byte `from` of the rows on. */
static void pass(position_t* position, uint32_t from) {
  const snn_event_t* end = position->events + position->count;
  uint32_t i;
  for (i = 0; i < SNN_LANES / 2u; ++i) {
    const int32_t* start = position->start + from / 2u + 2u * i;
    const snn_scale_t* scale = position->scale + from / 2u + 2u * i;
    uint64_t sum = (uint64_t)(uint32_t)start[1] << 32 | (uint32_t)start[0];
    const snn_event_t* event = position->events;
    uint32_t low;
    for (; event != end; ++event)
      sum += (uint64_t)((int64_t)position->words[(event->row + from) / 4u + i] * event->value);
    low = (uint32_t)sum;
    position->out[0] = snn_scaled(scale, (int32_t)low, (uint8_t)position->shift);
    position->out[position->plane] = snn_scaled(
        scale + 1, (int32_t)(((uint32_t)(sum >> 32) + (low >> 31)) << 8), (uint8_t)position->shift);
    position->out += 2u * position->plane;
  }
}
#define SNN_PASS(from) pass(position, from);
#endif

/* Up to eight passes; offsets in rows are part of the instructions. */
static void serve_group(position_t* position, uint32_t passes) {
  SNN_PASS(0u)
  if (passes > 1u) SNN_PASS(16u)
  if (passes > 2u) SNN_PASS(32u)
  if (passes > 3u) SNN_PASS(48u)
  if (passes > 4u) SNN_PASS(64u)
  if (passes > 5u) SNN_PASS(80u)
  if (passes > 6u) SNN_PASS(96u)
  if (passes > 7u) SNN_PASS(112u)
}

static void serve_packed(const snn_linear_t* layer, position_t* position, snn_event_t* events,
                         uint32_t count, uint32_t first, uint8_t* out) {
  uint32_t passes = layer->width / SNN_LANES, i;
  if (count == 0u) { /* the passes serve at least one event */
    events->row = first, events->value = 0;
    count = 1;
  }
  position->count = count, position->rounds = (count + 7u) / 8u, position->entry = entry_of(count);
  position->start = layer->rescale.start, position->scale = layer->rescale.scale;
  position->out = out;
  for (; passes > 8u; passes -= 8u) {
    serve_group(position, 8u);
    for (i = 0; i < count; ++i) events[i].row += 128u;
    position->start += 64, position->scale += 64;
  }
  serve_group(position, passes);
}

/* Words of two neighbouring outputs' weights. */
static void expand(const int8_t* weight, uint32_t count, int32_t* word) {
  const int32_t* end = word + count / 2u;
  for (; word != end; word += 4, weight += 8) {
    word[0] = weight[0] + weight[1] * (1 << 24);
    word[1] = weight[2] + weight[3] * (1 << 24);
    word[2] = weight[4] + weight[5] * (1 << 24);
    word[3] = weight[6] + weight[7] * (1 << 24);
  }
}

/* Weights into working memory; returns where the first event's are. */
static uint32_t prepare(position_t* position, const snn_linear_t* layer, const snn_work_t* work,
                        event_form_t* form) {
  expand(layer->weight, weights_of(layer), work->words);
  form->row_bytes = 2u * layer->width, form->left = 8;
  position->events = work->events, position->words = work->words;
  position->plane = layer->out.plane, position->shift = layer->rescale.shift;
#if SNN_ADDRESSES
  return (uint32_t)(uintptr_t)work->words;
#else
  return 0;
#endif
}

#endif
