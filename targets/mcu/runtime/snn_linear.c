#include "snn_arithmetic.h"

/* Events of one position ------------------------------------------------------------------------*/

/* Where an event finds its weights: in assembly an address, in C bytes from the first. */
#if SNN_PACKED && defined(__arm__) && defined(__OPTIMIZE__)
#define SNN_ADDRESSES 1
static uint32_t first_row(const int32_t* words) { return (uint32_t)(uintptr_t)words; }
#elif SNN_PACKED
#define SNN_ADDRESSES 0
static uint32_t first_row(const int32_t* words) {
  (void)words;
  return 0;
}
#endif

/* How the events of one layer are written. */
typedef struct {
  uint32_t row_bytes; /* of one input value's weights */
  uint32_t left;      /* bits that values are shifted to the left */
} event_form_t;

static snn_event_t* put(snn_event_t* event, uint32_t row, int32_t value, uint32_t left) {
  event->row = row;
  event->value = (int32_t)((uint32_t)value << left);
  return event + 1;
}

/* Bytes that follow each other in a map, and the weights that they meet. */
typedef struct {
  const uint8_t* value;
  uint32_t step;     /* from byte to byte */
  uint32_t row;      /* the first one's weights */
  uint32_t row_step; /* from weights to weights */
  uint32_t count;
} run_t;

#define SNN_GATHER(expression)                    \
  {                                               \
    const int32_t u = (expression);               \
    if (u != 0) event = put(event, row, u, left); \
    value += step;                                \
    row += row_step;                              \
  }
#define SNN_GATHER_ALL(expression)   \
  for (; count >= 4u; count -= 4u) { \
    SNN_GATHER(expression)           \
    SNN_GATHER(expression)           \
    SNN_GATHER(expression)           \
    SNN_GATHER(expression)           \
  }                                  \
  for (; count != 0u; --count) SNN_GATHER(expression)

/* Eight bytes that mean their value. */
#if SNN_PACKED && defined(__arm__) && defined(__OPTIMIZE__)
#define SNN_GATHER_ONE                  \
  "ldrb %[u], [%[value]]\n\t"           \
  "add %[value], %[value], %[step]\n\t" \
  "cbz %[u], 1f\n\t"                    \
  "lsl %[u], %[u], %[left]\n\t"         \
  "strd %[row], %[u], [%[event]], #8\n" \
  "1:\n\t"                              \
  "add %[row], %[row], %[row_step]\n\t"
#define SNN_GATHER_EIGHT                                                                        \
  {                                                                                             \
    uint32_t u;                                                                                 \
    __asm__ volatile(SNN_GATHER_ONE SNN_GATHER_ONE SNN_GATHER_ONE SNN_GATHER_ONE SNN_GATHER_ONE \
                         SNN_GATHER_ONE SNN_GATHER_ONE SNN_GATHER_ONE                           \
                     : [value] "+r"(value), [row] "+r"(row), [event] "+r"(event), [u] "=&l"(u)  \
                     : [step] "r"(step), [row_step] "r"(row_step), [left] "r"(left)             \
                     : "memory");                                                               \
  }
#else
#define SNN_GATHER_EIGHT \
  SNN_GATHER(*value)     \
  SNN_GATHER(*value)     \
  SNN_GATHER(*value)     \
  SNN_GATHER(*value)     \
  SNN_GATHER(*value)     \
  SNN_GATHER(*value)     \
  SNN_GATHER(*value)     \
  SNN_GATHER(*value)
#endif

static snn_event_t* gather_run(const run_t* run, int32_t zero, uint32_t left, snn_event_t* event) {
  const uint8_t* value = run->value;
  const uint32_t step = run->step, row_step = run->row_step;
  uint32_t row = run->row, count = run->count;
  if (zero == 0) {
    for (; count >= 8u; count -= 8u) {
      SNN_GATHER_EIGHT
    }
    for (; count != 0u; --count) SNN_GATHER(*value)
  } else {
    SNN_GATHER_ALL((int32_t)*value - zero)
  }
  return event;
}

/* The window's taps of one line; those of a map with one channel are a single run. */
static snn_event_t* gather_line(const snn_linear_t* layer, const uint8_t* line, int32_t x,
                                uint32_t row, const event_form_t* form, snn_event_t* event) {
  const snn_map_t* in = &layer->in;
  const int32_t dilation = layer->window.dilation_columns;
  int32_t taps = layer->window.columns;
  const uint32_t pixel_bytes = in->channels * form->row_bytes;
  run_t run;
  for (; taps != 0 && x < 0; --taps, x += dilation) row += pixel_bytes;
  while (taps != 0 && x + (taps - 1) * dilation >= in->columns) --taps;
  run.value = line + x, run.row = row;
  if (in->channels == 1u) {
    run.step = (uint32_t)dilation, run.row_step = pixel_bytes, run.count = (uint32_t)taps;
    return gather_run(&run, in->zero, form->left, event);
  }
  run.step = in->plane, run.row_step = form->row_bytes, run.count = in->channels;
  for (; taps != 0; --taps, run.value += dilation, run.row += pixel_bytes)
    event = gather_run(&run, in->zero, form->left, event);
  return event;
}

/* The part of the window at (row, column) of the output that lies inside the map. */
static snn_event_t* gather(const snn_linear_t* layer, const uint8_t* arena, int32_t row,
                           int32_t column, uint32_t first, const event_form_t* form,
                           snn_event_t* event) {
  const snn_window_t* window = &layer->window;
  const snn_map_t* in = &layer->in;
  const uint32_t line_bytes = window->columns * in->channels * form->row_bytes;
  const int32_t x = column * window->stride_columns - window->left;
  uint32_t weights = first;
  int32_t y = row * window->stride_rows - window->top;
  uint16_t i;
  for (i = 0; i < window->rows; ++i, y += window->dilation_rows, weights += line_bytes)
    if (y >= 0 && y < in->rows)
      event = gather_line(layer, arena + in->at + (uint32_t)y * in->pitch, x, weights, form, event);
  return event;
}

/* Sums, one weight at a time --------------------------------------------------------------------*/

/* Two sums' start from the form that packed layers have. */
#define SNN_UNPACK(even, odd) odd += even < 0, even >>= 8;

static void add_events(const int8_t* weight, const int32_t* start, uint8_t packed,
                       const snn_event_t* event, const snn_event_t* end, int32_t sum[SNN_LANES]) {
  int32_t s0 = start[0], s1 = start[1], s2 = start[2], s3 = start[3];
  int32_t s4 = start[4], s5 = start[5], s6 = start[6], s7 = start[7];
  if (packed) {
    SNN_UNPACK(s0, s1)
    SNN_UNPACK(s2, s3)
    SNN_UNPACK(s4, s5)
    SNN_UNPACK(s6, s7)
  }
  for (; event != end; ++event) {
    const int8_t* w = weight + event->row;
    const int32_t u = event->value;
    s0 += w[0] * u;
    s1 += w[1] * u;
    s2 += w[2] * u;
    s3 += w[3] * u;
    s4 += w[4] * u;
    s5 += w[5] * u;
    s6 += w[6] * u;
    s7 += w[7] * u;
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
  sum[4] = s4, sum[5] = s5, sum[6] = s6, sum[7] = s7;
}

static void serve_plain(const snn_linear_t* layer, const snn_event_t* events, uint32_t count,
                        uint8_t* out) {
  static const int32_t zeros[SNN_LANES] = {0, 0, 0, 0, 0, 0, 0, 0};
  const snn_rescale_t* rescale = &layer->rescale;
  const uint32_t plane = layer->out.plane;
  uint32_t first, lane;
  for (first = 0; first < layer->out.channels; first += SNN_LANES) {
    const uint32_t rest = layer->out.channels - first;
    const uint32_t lanes = rest < SNN_LANES ? rest : SNN_LANES;
    const int32_t* start = rescale->start != 0 ? rescale->start + first : zeros;
    int32_t sum[SNN_LANES];
    add_events(layer->weight + first, start, layer->packed, events, events + count, sum);
    if (rescale->scale != 0) {
      const snn_scale_t* scale = rescale->scale + first;
      const uint8_t shift = rescale->shift;
      for (lane = 0; lane < lanes; ++lane, out += plane)
        *out = snn_scaled(&scale[lane], snn_times_256(sum[lane]), shift);
    } else
      for (lane = 0; lane < lanes; ++lane, out += plane)
        *out = snn_rescaled(rescale, first + lane, sum[lane]);
  }
}

/* Sums, two in one accumulator ------------------------------------------------------------------
 *
 * A word holds w0 + w1 * 2^24 and the event 256 u, so that the accumulator is
 * 2^8 sum0 + 2^32 sum1, exactly. sum0 fits 24 bits (the generator has shown it): the low half is
 * 2^8 sum0, and the high half sum1, less 1 where sum0 is negative. */
#if SNN_PACKED

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

static void prepare(position_t* position, const snn_linear_t* layer, const snn_work_t* work) {
  position->events = work->events, position->words = work->words;
  position->plane = layer->out.plane, position->shift = layer->rescale.shift;
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
static uint32_t unpack(const snn_linear_t* layer, const snn_work_t* work) {
  const snn_window_t* window = &layer->window;
  const uint32_t taps = (uint32_t)window->rows * window->columns * layer->in.channels;
  expand(layer->weight, taps * layer->width, work->words);
  return first_row(work->words);
}
#endif

static int is_pointwise(const snn_window_t* window) {
  return window->rows == 1 && window->columns == 1 && window->stride_rows == 1 &&
         window->stride_columns == 1 && window->top == 0 && window->left == 0;
}

void snn_linear(const snn_linear_t* layer, const snn_work_t* work) {
  const snn_map_t *in = &layer->in, *out = &layer->out;
  const int pointwise = is_pointwise(&layer->window);
  uint8_t packed = 0;
  uint32_t first = 0;
  event_form_t form;
  run_t run;
  int32_t row, column;
#if SNN_PACKED
  position_t position;
  packed = layer->packed;
  if (packed) {
    first = unpack(layer, work);
    prepare(&position, layer, work);
  }
#endif
  form.row_bytes = packed ? 2u * layer->width : layer->width;
  form.left = packed ? 8u : 0u;
  run.step = in->plane, run.row = first, run.row_step = form.row_bytes, run.count = in->channels;
  for (row = 0; row < out->rows; ++row) {
    uint8_t* target = work->arena + out->at + (uint32_t)row * out->pitch;
    run.value = work->arena + in->at + (uint32_t)row * in->pitch;
    for (column = 0; column < out->columns; ++column, ++target, ++run.value) {
      const snn_event_t* end =
          pointwise ? gather_run(&run, in->zero, form.left, work->events)
                    : gather(layer, work->arena, row, column, first, &form, work->events);
      const uint32_t count = (uint32_t)(end - work->events);
#if SNN_PACKED
      if (packed) {
        serve_packed(layer, &position, work->events, count, first, target);
        continue;
      }
#endif
      serve_plain(layer, work->events, count, target);
    }
  }
}
