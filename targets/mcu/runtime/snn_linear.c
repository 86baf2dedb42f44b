#include "snn_arithmetic.h"

/* Events of one position ------------------------------------------------------------------------*/

/* Where an event finds its weights: in assembly an address, in C bytes from the first. */
#if SNN_PACKED && defined(__arm__) && defined(__GNUC__)
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

/* All channels of one pixel, with bytes that mean their value. */
static snn_event_t* gather_plain(const uint8_t* value, uint32_t plane, uint32_t channels,
                                 uint32_t row, const event_form_t* form, snn_event_t* event) {
  const uint32_t row_bytes = form->row_bytes, left = form->left;
#define SNN_GATHER_ONE                                     \
  if (*value != 0) event = put(event, row, *value, left);  \
  value += plane;                                          \
  row += row_bytes;
  for (; channels >= 4u; channels -= 4u) {
    SNN_GATHER_ONE SNN_GATHER_ONE SNN_GATHER_ONE SNN_GATHER_ONE
  }
  for (; channels != 0u; --channels) {
    SNN_GATHER_ONE
  }
#undef SNN_GATHER_ONE
  return event;
}

static snn_event_t* gather_shifted(const uint8_t* value, const snn_map_t* map, uint32_t row,
                                   const event_form_t* form, snn_event_t* event) {
  uint32_t channel;
  for (channel = 0; channel < map->channels; ++channel) {
    const int32_t u = (int32_t)*value - map->zero;
    if (u != 0) event = put(event, row, u, form->left);
    value += map->plane;
    row += form->row_bytes;
  }
  return event;
}

static snn_event_t* gather_pixel(const uint8_t* value, const snn_map_t* map, uint32_t row,
                                 const event_form_t* form, snn_event_t* event) {
  return map->zero == 0 ? gather_plain(value, map->plane, map->channels, row, form, event)
                        : gather_shifted(value, map, row, form, event);
}

/* The part of the window at (row, column) of the output that lies inside the map. */
static uint32_t gather(const snn_linear_t* layer, const uint8_t* arena, int32_t row, int32_t column,
                       uint32_t first, const event_form_t* form, snn_event_t* events) {
  const snn_window_t* window = &layer->window;
  const snn_map_t* in = &layer->in;
  const uint32_t pixel_bytes = in->channels * form->row_bytes;
  const int32_t top = row * window->stride_rows - window->top;
  const int32_t left = column * window->stride_columns - window->left;
  snn_event_t* event = events;
  uint32_t weights = first;
  int32_t y = top, x;
  uint16_t i, j;
  for (i = 0; i < window->rows; ++i, y += window->dilation_rows) {
    const uint8_t* line;
    if (y < 0 || y >= in->rows) {
      weights += window->columns * pixel_bytes;
      continue;
    }
    line = arena + in->at + (uint32_t)y * in->pitch;
    x = left;
    for (j = 0; j < window->columns; ++j, x += window->dilation_columns, weights += pixel_bytes)
      if (x >= 0 && x < in->columns) event = gather_pixel(line + x, in, weights, form, event);
  }
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

static int32_t even_sum_256(int64_t pair) { return (int32_t)(uint32_t)(uint64_t)pair; }

static int32_t odd_sum_256(int64_t pair) {
  const uint64_t bits = (uint64_t)pair;
  return (int32_t)(((uint32_t)(bits >> 32) + ((uint32_t)bits >> 31)) << 8);
}

/* Serves one event: the eight weights at byte `from` of its row. */
#if SNN_ADDRESSES
#define SNN_EVENT(from)                                                                          \
  __asm__ volatile(                                                                              \
      "ldrd %[row], %[value], [%[event]], #8\n\t"                                                \
      "ldrd %[w], %[x], [%[row], %[at]]\n\t"                                                     \
      "smlal %Q[a], %R[a], %[w], %[value]\n\t"                                                   \
      "smlal %Q[b], %R[b], %[x], %[value]\n\t"                                                   \
      "ldrd %[w], %[x], [%[row], %[then]]\n\t"                                                   \
      "smlal %Q[c], %R[c], %[w], %[value]\n\t"                                                   \
      "smlal %Q[d], %R[d], %[x], %[value]"                                                       \
      : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [event] "+r"(event), [row] "=&r"(r), \
        [value] "=&r"(v), [w] "=&r"(w), [x] "=&r"(x)                                             \
      : [at] "n"(from), [then] "n"((from) + 8)                                                   \
      : "memory");
#define SNN_EVENT_LOCALS int32_t r, v, w, x;
#else
#define SNN_EVENT(from)                                           \
  w = words + (event->row + (from)) / 4u;                         \
  a += (int64_t)w[0] * event->value;                              \
  b += (int64_t)w[1] * event->value;                              \
  c += (int64_t)w[2] * event->value;                              \
  d += (int64_t)w[3] * event->value;                              \
  ++event;
#define SNN_EVENT_LOCALS const int32_t* w;
#endif

/* What the passes over one position's events have in common. */
typedef struct {
  const snn_event_t* events;
  const int32_t* words;
  const int32_t* start;
  const snn_scale_t* scale;
  uint32_t count;
  uint32_t plane;
  uint8_t shift;
} position_t;

/* (low word, high word) */
static inline int64_t pair_at(const int32_t* start) {
  return (int64_t)((uint64_t)(uint32_t)start[1] << 32 | (uint32_t)start[0]);
}

#define SNN_STORE(sum256, lane)                     \
  *out = snn_scaled(scale + (lane), sum256, shift); \
  out += plane;

/* Duff's device: the loop is entered where the count's remainder leaves whole rounds of eight. */
#define SNN_PASS(name, from)                                                                  \
  static uint8_t* name(const position_t* position, uint8_t* out) {                            \
    const snn_event_t* event = position->events;                                              \
    const uint32_t first = (from) / 2u;                                                       \
    const int32_t* start = position->start + first;                                           \
    const snn_scale_t* scale = position->scale + first;                                       \
    int64_t a = pair_at(start), b = pair_at(start + 2);                                       \
    int64_t c = pair_at(start + 4), d = pair_at(start + 6);                                   \
    uint32_t rounds = (position->count + 7u) / 8u;                                            \
    {                                                                                         \
      const int32_t* words = position->words;                                                 \
      SNN_EVENT_LOCALS                                                                        \
      (void)words;                                                                            \
      if (rounds != 0u) switch (position->count % 8u) {                                       \
          do {                                                                                \
            case 0: SNN_EVENT(from) /* fall through */                                        \
            case 7: SNN_EVENT(from) /* fall through */                                        \
            case 6: SNN_EVENT(from) /* fall through */                                        \
            case 5: SNN_EVENT(from) /* fall through */                                        \
            case 4: SNN_EVENT(from) /* fall through */                                        \
            case 3: SNN_EVENT(from) /* fall through */                                        \
            case 2: SNN_EVENT(from) /* fall through */                                        \
            default: SNN_EVENT(from)                                                          \
          } while (--rounds != 0u);                                                           \
        }                                                                                     \
    }                                                                                         \
    {                                                                                         \
      const uint32_t plane = position->plane;                                                 \
      const uint8_t shift = position->shift;                                                  \
      SNN_STORE(even_sum_256(a), 0)                                                           \
      SNN_STORE(odd_sum_256(a), 1)                                                            \
      SNN_STORE(even_sum_256(b), 2)                                                           \
      SNN_STORE(odd_sum_256(b), 3)                                                            \
      SNN_STORE(even_sum_256(c), 4)                                                           \
      SNN_STORE(odd_sum_256(c), 5)                                                            \
      SNN_STORE(even_sum_256(d), 6)                                                           \
      SNN_STORE(odd_sum_256(d), 7)                                                            \
    }                                                                                         \
    return out;                                                                               \
  }

SNN_PASS(pass_0, 0u)
SNN_PASS(pass_1, 16u)
SNN_PASS(pass_2, 32u)
SNN_PASS(pass_3, 48u)
SNN_PASS(pass_4, 64u)
SNN_PASS(pass_5, 80u)
SNN_PASS(pass_6, 96u)
SNN_PASS(pass_7, 112u)

typedef uint8_t* (*pass_t)(const position_t*, uint8_t*);
static const pass_t passes[8] = {pass_0, pass_1, pass_2, pass_3, pass_4, pass_5, pass_6, pass_7};

static void serve_packed(const snn_linear_t* layer, snn_event_t* events, uint32_t count,
                         const int32_t* words, uint8_t* out) {
  position_t position;
  const uint32_t blocks = layer->width / SNN_LANES;
  uint32_t block, i;
  position.events = events, position.words = words, position.count = count;
  position.start = layer->rescale.start, position.scale = layer->rescale.scale;
  position.plane = layer->out.plane, position.shift = layer->rescale.shift;
  for (block = 0; block < blocks; ++block) {
    if (block != 0u && block % 8u == 0u) {
      for (i = 0; i < count; ++i) events[i].row += 128u;
      position.start += 64, position.scale += 64;
    }
    out = passes[block % 8u](&position, out);
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
