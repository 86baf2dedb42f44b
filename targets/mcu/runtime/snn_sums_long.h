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
  uint32_t plane;
  const snn_lanes_t* lanes; /* of the next pass */
  uint8_t* out;
  const snn_event_t* events;
  uint32_t rounds, entry; /* of the loop over events */
  uint32_t skipped;       /* passes that rows of weights do not have */
  const int32_t* words;   /* where events count bytes */
  uint32_t count;
} position_t; /* the assembly has the first six members on its stack, and loads three at once */

#if SNN_ADDRESSES
/* Passes over the events in fourteen registers, which compilers do not manage without spilling
 * sums: r4 to r11 are four accumulators; then r0 is the next event, r1 counts rounds, r2 is the
 * event's row, r3 its value, r12 and lr are words of weights. The first round is entered where
 * whole rounds of eight are left. Offsets in rows are part of the instructions: passes go from the
 * last eight of up to 64 outputs to the first. */
#define SNN_EVENT(at, then)   \
  "ldrd r2, r3, [r0], #8\n\t" \
  "ldrd r12, lr, [r2, #" at   \
  "]\n\t"                     \
  "smlal r4, r5, r12, r3\n\t" \
  "smlal r6, r7, lr, r3\n\t"  \
  "ldrd r12, lr, [r2, #" then \
  "]\n\t"                     \
  "smlal r8, r9, r12, r3\n\t" \
  "smlal r10, r11, lr, r3\n\t"

/* Bytes of code before the first of `count` events. */
static uint32_t entry_of(uint32_t count) { return (0u - count) % 8u * 28u; }

#define SNN_TEXT_OF(value) #value
#define SNN_TEXT(value) SNN_TEXT_OF(value)
/* The byte of 256 times a sum. */
#define SNN_SATURATE(word, place) \
  "usat " word ", #8, " word ", asr #" SNN_TEXT(SNN_SHIFT) "\n\tstrb " word ", " place "\n\t"
#if SNN_DSP
#define SNN_STORE(sum, multiplier, place) \
  "smmul " sum ", " sum ", " multiplier "\n\t" SNN_SATURATE(sum, place)
#else
#define SNN_STORE(sum, multiplier, place) \
  "smull " sum ", " multiplier ", " sum ", " multiplier "\n\t" SNN_SATURATE(multiplier, place)
#endif
/* The upper half of an accumulator is less 1 where the lower one is negative. */
#define SNN_ODD(low, high) "add " high ", " high ", " low ", lsr #31\n\t"
#define SNN_ODD_STORE(high, start, multiplier, place) \
  "add " high ", " start ", " high ", lsl #8\n\t" SNN_STORE(high, multiplier, place)

/* r0 is the plane, r3 the constants, lr the first output; later r4 is three planes. */
#define SNN_PASS(at, then) \
  "ldmia r3!, {r4-r11}\n\t"                                                             \
  "str r3, [sp, #4]\n\t"                                                                \
  "ldrd r0, r1, [sp, #12]\n\t"                                                          \
  "ldr r2, [sp, #20]\n\t"                                                               \
  "add pc, r2\n\t" /* from 1: on */                                                     \
  "nop\n"                                                                               \
  "1:\n\t" SNN_EVENT(at, then) SNN_EVENT(at, then) SNN_EVENT(at, then) SNN_EVENT(at, then) \
  SNN_EVENT(at, then) SNN_EVENT(at, then) SNN_EVENT(at, then) SNN_EVENT(at, then)       \
  "subs r1, r1, #1\n\t"                                                                 \
  "bne 1b\n\t"                                                                          \
  "ldmia sp, {r0, r3, lr}\n\t"                                                          \
  "sub r1, lr, r0, lsl #3\n\t"                                                          \
  "str r1, [sp, #8]\n\t"                                                                \
  "ldmia r3!, {r1, r2, r12}\n\t" SNN_ODD("r4", "r5")                                    \
  SNN_STORE("r4", "r1", "[lr]") SNN_ODD_STORE("r5", "r12", "r2", "[lr, r0]")            \
  "add r4, r0, r0, lsl #1\n\t"                                                          \
  "ldmia r3!, {r1, r2, r12}\n\t" SNN_ODD("r6", "r7")                                    \
  SNN_STORE("r6", "r1", "[lr, r0, lsl #1]") SNN_ODD_STORE("r7", "r12", "r2", "[lr, r4]") \
  "ldmia r3!, {r1, r2, r5, r6, r7, r12}\n\t" SNN_ODD("r8", "r9") SNN_ODD("r10", "r11")  \
  SNN_STORE("r8", "r1", "[lr, r0, lsl #2]") SNN_STORE("r10", "r6", "[lr, r4, lsl #1]")  \
  "add lr, lr, r0\n\t"                                                                  \
  SNN_ODD_STORE("r9", "r5", "r2", "[lr, r0, lsl #2]")                                   \
  SNN_ODD_STORE("r11", "r12", "r7", "[lr, r4, lsl #1]")

/* Up to eight passes. */
static __attribute__((noinline)) void serve_group(position_t* position) {
  register position_t* r0 __asm__("r0") = position;
  __asm__ volatile(
      "ldr r6, [r0, #24]\n\t"
      "ldmia r0, {r0-r5}\n\t"
      "push {r0-r5}\n\t"
      "mov r3, r1\n\t"
      "adr r1, 2f\n\t"
      "ldrh r1, [r1, r6, lsl #1]\n\t"
      "add pc, r1\n\t" /* from 3: on */
      "nop\n"
      "3:\n" SNN_PASS("112", "120")
      "4:\n" SNN_PASS("96", "104")
      "5:\n" SNN_PASS("80", "88")
      "6:\n" SNN_PASS("64", "72")
      "7:\n" SNN_PASS("48", "56")
      "8:\n" SNN_PASS("32", "40")
      "9:\n" SNN_PASS("16", "24")
      "10:\n" SNN_PASS("0", "8")
      "add sp, sp, #24\n\t"
      "b 11f\n\t"
      ".balign 4\n"
      "2:\n\t.hword 0, 4b-3b, 5b-3b, 6b-3b, 7b-3b, 8b-3b, 9b-3b, 10b-3b\n"
      "11:"
      : "+r"(r0)
      :
      : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "memory",
        "cc");
}

#else
static uint32_t entry_of(uint32_t count) { return count; }

/* The same in C: eight outputs from the weights at byte `from` of the rows on. */
static void serve_lanes(const position_t* position, const snn_lanes_t* lanes, uint32_t from) {
  const snn_event_t* const end = position->events + position->count;
  const uint32_t plane = position->plane;
  uint8_t* out = position->out + from / 2u * plane;
  uint32_t i;
  for (i = 0; i < SNN_LANES / 2u; ++i, out += 2u * plane) {
    const int32_t *start = lanes->start + 2u * i, *scale = lanes->scale + 3u * i;
    uint64_t sum = (uint64_t)(uint32_t)start[1] << 32 | (uint32_t)start[0];
    const snn_event_t* event = position->events;
    uint32_t low, odd;
    for (; event != end; ++event)
      sum += (uint64_t)((int64_t)position->words[(event->row + from) / 4u + i] * event->value);
    low = (uint32_t)sum, odd = (uint32_t)(sum >> 32) + (low >> 31);
    *out = snn_scaled((int32_t)low, scale[0], SNN_SHIFT);
    out[plane] = snn_scaled((int32_t)((odd << 8) + (uint32_t)scale[2]), scale[1], SNN_SHIFT);
  }
}

static void serve_group(position_t* position) {
  uint32_t pass;
  position->out -= 8u * (7u - position->skipped) * position->plane;
  for (pass = 8u - position->skipped; pass-- != 0u; ++position->lanes)
    serve_lanes(position, position->lanes, 16u * pass);
}

#endif

/* Rows of the next 64 outputs. */
static void step_rows(const position_t* position, snn_event_t* event) {
  uint32_t i;
  for (i = 0; i < position->count; ++i) event[i].row += 128u;
}

static void serve_packed(const snn_linear_t* layer, position_t* position, snn_event_t* events,
                         uint32_t count, uint32_t first, uint8_t* out) {
  uint32_t passes = layer->width / SNN_LANES;
  const snn_lanes_t* lanes = layer->rescale.lanes;
  if (count == 0u) { /* the passes serve at least one event */
    events->row = first, events->value = 0;
    count = 1;
  }
  position->count = count, position->rounds = (count + 7u) / 8u, position->entry = entry_of(count);
  for (;;) {
    const uint32_t some = passes < 8u ? passes : 8u;
    position->lanes = lanes, position->skipped = 8u - some;
    position->out = out + 8u * (some - 1u) * position->plane;
    serve_group(position);
    if (passes <= 8u) return;
    step_rows(position, events);
    passes -= 8u, lanes += 8, out += 64u * position->plane;
  }
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
  position->plane = layer->out.plane;
#if SNN_ADDRESSES
  return (uint32_t)(uintptr_t)work->words;
#else
  return 0;
#endif
}

#endif
