#include "snn_arithmetic.h"

/* Events of one position ------------------------------------------------------------------------*/

/* Where an event finds its weights: in assembly an address, in C bytes from the first. */
#if SNN_PACKED && defined(__arm__) && defined(__OPTIMIZE__)
#define SNN_ADDRESSES 1
static uint32_t first_row(const int32_t* words) { return (uint32_t)(uintptr_t)words; }
#else
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

#define SNN_GATHER(expression)                   \
  {                                              \
    const int32_t u = (expression);              \
    if (u != 0) event = put(event, row, u, left); \
    value += step;                               \
    row += row_step;                             \
  }
#define SNN_GATHER_ALL(expression)                           \
  for (; count >= 4u; count -= 4u) {                         \
    SNN_GATHER(expression)                                   \
    SNN_GATHER(expression)                                   \
    SNN_GATHER(expression)                                   \
    SNN_GATHER(expression)                                   \
  }                                                          \
  for (; count != 0u; --count) SNN_GATHER(expression)

static snn_event_t* gather_run(const run_t* run, int32_t zero, uint32_t left, snn_event_t* event) {
  const uint8_t* value = run->value;
  const uint32_t step = run->step, row_step = run->row_step;
  uint32_t row = run->row, count = run->count;
  if (zero == 0) {
    SNN_GATHER_ALL(*value)
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
static uint32_t gather(const snn_linear_t* layer, const uint8_t* arena, int32_t row, int32_t column,
                       uint32_t first, const event_form_t* form, snn_event_t* events) {
  const snn_window_t* window = &layer->window;
  const snn_map_t* in = &layer->in;
  const uint32_t line_bytes = window->columns * in->channels * form->row_bytes;
  const int32_t x = column * window->stride_columns - window->left;
  snn_event_t* event = events;
  uint32_t weights = first;
  int32_t y = row * window->stride_rows - window->top;
  uint16_t i;
  for (i = 0; i < window->rows; ++i, y += window->dilation_rows, weights += line_bytes)
    if (y >= 0 && y < in->rows)
      event = gather_line(layer, arena + in->at + (uint32_t)y * in->pitch, x, weights, form, event);
  return (uint32_t)(event - events);
}

/* Sums, one weight at a time --------------------------------------------------------------------*/

/* Where the sums start; packed layers have them in the form of their accumulators. */
static void start_sums(const snn_linear_t* layer, uint32_t first, int32_t sum[SNN_LANES]) {
  const int32_t* start = layer->rescale.start;
  uint32_t i;
  for (i = 0; i < SNN_LANES; ++i) sum[i] = 0;
  if (start == 0) return;
  start += first;
  for (i = 0; i < SNN_LANES; i += 2u) {
    sum[i] = layer->packed ? start[i] >> 8 : start[i];
    sum[i + 1u] = layer->packed ? start[i + 1u] + (start[i] < 0) : start[i + 1u];
  }
}

static void add_events(const int8_t* weight, const snn_event_t* event, const snn_event_t* end,
                       int32_t sum[SNN_LANES]) {
  int32_t s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
  int32_t s4 = sum[4], s5 = sum[5], s6 = sum[6], s7 = sum[7];
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
  uint32_t first, lane;
  for (first = 0; first < layer->out.channels; first += SNN_LANES) {
    const uint32_t rest = layer->out.channels - first;
    const uint32_t lanes = rest < SNN_LANES ? rest : SNN_LANES;
    int32_t sum[SNN_LANES];
    start_sums(layer, first, sum);
    add_events(layer->weight + first, events, events + count, sum);
    for (lane = 0; lane < lanes; ++lane, out += layer->out.plane)
      *out = snn_rescaled(&layer->rescale, first + lane, sum[lane]);
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
  const int32_t* words;
  const int32_t* start;
  const snn_scale_t* scale;
  uint32_t count, rounds, entry;
  uint32_t plane;
  uint8_t* out;
  uint8_t shift;
} position_t;

/* (low word, high word) of four accumulators */
typedef struct {
  uint32_t low[4], high[4];
} pairs_t;

/* Adds all events' weights from byte `from` of their rows on. */
#if SNN_ADDRESSES
#define SNN_EVENT                                 \
  "ldrd %[row], %[value], [%[event]], #8\n\t"     \
  "ldrd %[w], %[x], [%[row], %[at]]\n\t"          \
  "smlal %[a], %[b], %[w], %[value]\n\t"          \
  "smlal %[c], %[d], %[x], %[value]\n\t"          \
  "ldrd %[w], %[x], [%[row], %[then]]\n\t"        \
  "smlal %[e], %[f], %[w], %[value]\n\t"          \
  "smlal %[g], %[h], %[x], %[value]\n\t"
/* Bytes of code before the first of `count` events, in Thumb state. */
static uint32_t entry_of(uint32_t count) { return (0u - count) % 8u * 28u + 1u; }

/* Eight events a round; the first round is entered where whole rounds are left. Fourteen registers:
 * the compiler's own loops spill accumulators. */
#define SNN_ADD(from)                                                                          \
  if (position->rounds != 0u) {                                                                \
    const snn_event_t* event = position->events;                                               \
    uint32_t rounds = position->rounds, row = position->entry;                                 \
    uint32_t value, w, x;                                                                      \
    __asm__ volatile(                                                                          \
        "adr %[value], 1f\n\t"                                                                 \
        "add %[row], %[row], %[value]\n\t"                                                     \
        "bx %[row]\n"                                                                          \
        "1:\n\t" SNN_EVENT SNN_EVENT SNN_EVENT SNN_EVENT SNN_EVENT SNN_EVENT SNN_EVENT         \
            SNN_EVENT                                                                          \
        "subs %[rounds], %[rounds], #1\n\t"                                                    \
        "bne 1b"                                                                               \
        : [a] "+r"(sum.low[0]), [b] "+r"(sum.high[0]), [c] "+r"(sum.low[1]),                   \
          [d] "+r"(sum.high[1]), [e] "+r"(sum.low[2]), [f] "+r"(sum.high[2]),                  \
          [g] "+r"(sum.low[3]), [h] "+r"(sum.high[3]), [event] "+r"(event), [row] "+r"(row),   \
          [rounds] "+r"(rounds), [value] "=&r"(value), [w] "=&r"(w), [x] "=&r"(x)              \
        : [at] "n"(from), [then] "n"((from) + 8)                                               \
        : "memory", "cc");                                                                     \
  }
#else
static void add_words(const position_t* position, uint32_t from, pairs_t* sum) {
  const snn_event_t* event = position->events;
  const snn_event_t* end = event + position->count;
  for (; event != end; ++event) {
    const int32_t* word = position->words + (event->row + from) / 4u;
    uint32_t i;
    for (i = 0; i < 4u; ++i) {
      const uint64_t pair = ((uint64_t)sum->high[i] << 32 | sum->low[i]) +
                            (uint64_t)((int64_t)word[i] * event->value);
      sum->low[i] = (uint32_t)pair, sum->high[i] = (uint32_t)(pair >> 32);
    }
  }
}
#define SNN_ADD(from) add_words(position, from, &sum);
static uint32_t entry_of(uint32_t count) { return count; }
#endif

#define SNN_START(i)                         \
  sum.low[i] = (uint32_t)start[2 * (i)];     \
  sum.high[i] = (uint32_t)start[2 * (i) + 1];

#define SNN_STORE(sum256, lane)                              \
  *out = snn_scaled(scale + (lane), (int32_t)(sum256), shift); \
  out += plane;

/* Both outputs of a pair, from 256 times their sums. */
#define SNN_STORE_PAIR(i)                                                \
  SNN_STORE(sum.low[i], 2 * (i))                                         \
  SNN_STORE((sum.high[i] + (sum.low[i] >> 31)) << 8, 2 * (i) + 1)

/* What the end of a pass needs is read after the events: all registers were in use. */
#define SNN_PASS(name, from)                                        \
  static void name(position_t* position) {                          \
    pairs_t sum;                                                    \
    {                                                               \
      const int32_t* start = position->start + (from) / 2u;         \
      SNN_START(0) SNN_START(1) SNN_START(2) SNN_START(3)           \
    }                                                               \
    SNN_ADD(from)                                                   \
    {                                                               \
      const snn_scale_t* scale = position->scale + (from) / 2u;     \
      const uint32_t plane = position->plane;                       \
      const uint8_t shift = position->shift;                        \
      uint8_t* out = position->out;                                 \
      SNN_STORE_PAIR(0)                                             \
      SNN_STORE_PAIR(1)                                             \
      SNN_STORE_PAIR(2)                                             \
      SNN_STORE_PAIR(3)                                             \
      position->out = out;                                          \
    }                                                               \
  }

SNN_PASS(pass_0, 0u)
SNN_PASS(pass_1, 16u)
SNN_PASS(pass_2, 32u)
SNN_PASS(pass_3, 48u)
SNN_PASS(pass_4, 64u)
SNN_PASS(pass_5, 80u)
SNN_PASS(pass_6, 96u)
SNN_PASS(pass_7, 112u)

/* Up to eight passes. */
static void serve_group(position_t* position, uint32_t passes) {
  pass_0(position);
  if (passes > 1u) pass_1(position);
  if (passes > 2u) pass_2(position);
  if (passes > 3u) pass_3(position);
  if (passes > 4u) pass_4(position);
  if (passes > 5u) pass_5(position);
  if (passes > 6u) pass_6(position);
  if (passes > 7u) pass_7(position);
}

static void serve_packed(const snn_linear_t* layer, snn_event_t* events, uint32_t count,
                         const int32_t* words, uint8_t* out) {
  position_t position;
  uint32_t passes = layer->width / SNN_LANES, i;
  position.events = events, position.words = words;
  position.count = count, position.rounds = (count + 7u) / 8u, position.entry = entry_of(count);
  position.start = layer->rescale.start, position.scale = layer->rescale.scale;
  position.plane = layer->out.plane, position.shift = layer->rescale.shift;
  position.out = out;
  for (; passes > 8u; passes -= 8u) {
    serve_group(&position, 8u);
    for (i = 0; i < count; ++i) events[i].row += 128u;
    position.start += 64, position.scale += 64;
  }
  serve_group(&position, passes);
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
#endif

void snn_linear(const snn_linear_t* layer, const snn_work_t* work) {
  const snn_map_t* out = &layer->out;
  event_form_t form;
  uint32_t first = 0;
  int32_t row, column;
#if SNN_PACKED
  const uint8_t packed = layer->packed;
  if (packed) {
    const snn_window_t* window = &layer->window;
    const uint32_t taps = (uint32_t)window->rows * window->columns * layer->in.channels;
    expand(layer->weight, taps * layer->width, work->words);
    first = first_row(work->words);
  }
#else
  const uint8_t packed = 0;
  (void)first_row;
#endif
  form.row_bytes = packed ? 2u * layer->width : layer->width;
  form.left = packed ? 8u : 0u;
  for (row = 0; row < out->rows; ++row)
    for (column = 0; column < out->columns; ++column) {
      const uint32_t count = gather(layer, work->arena, row, column, first, &form, work->events);
      uint8_t* target = work->arena + out->at + (uint32_t)row * out->pitch + (uint32_t)column;
#if SNN_PACKED
      if (packed) {
        serve_packed(layer, work->events, count, work->words, target);
        continue;
      }
#endif
      serve_plain(layer, work->events, count, target);
    }
}
