/* Linear layers with Helium: all values of a position's window at once, silent ones too, sixteen
 * products an instruction.
 *
 * Bytes are taken as b - 128, which fits int8; (128 - zero) times the sum of its weights is added
 * to each output's start. Working memory has starts and multipliers, and the weights: of four
 * outputs the first sixteen taps each, then the next; behind the last tap they are 0. */
#include "snn_dense.h"

#if SNN_HELIUM

#include "snn_helium.h"

#define SNN_CHUNK 16u
#define SNN_GROUP 4u

static uint32_t taps_of(const snn_linear_t* layer) {
  return (uint32_t)layer->window.rows * layer->window.columns * layer->in.channels;
}
static uint32_t chunks_of(const snn_linear_t* layer) {
  return (taps_of(layer) + SNN_CHUNK - 1u) / SNN_CHUNK;
}

typedef struct {
  int32_t* constants; /* four starts, four multipliers, ... */
  uint32_t chunks;    /* of sixteen taps */
  int8_t* weight;
  int8_t* value; /* of one position: in the room of events, which is 8 bytes a tap */
} room_t;

static room_t room_of(const snn_linear_t* layer, const snn_work_t* work) {
  room_t room;
  room.constants = work->words, room.chunks = chunks_of(layer);
  room.weight = (int8_t*)(room.constants + 2u * layer->width), room.value = (int8_t*)work->events;
  return room;
}

int snn_is_dense(const snn_linear_t* layer) {
  /* Two bytes a weight are there; gathering steps over seven planes or rows in 16 bits. */
  return SNN_PACKED && layer->packed && SNN_CHUNK * chunks_of(layer) + 8u <= 2u * taps_of(layer) &&
         7u * layer->in.plane < 0x10000u && 7u * layer->width < 0x10000u;
}

/* `count` bytes, `step` apart, to a row of them. */
static int8_t* copy_run(int8_t* to, const uint8_t* from, uint32_t step, uint32_t count) {
  const uint16x8_t offset = vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)step);
  const uint16x8_t half = vdupq_n_u16(0x80);
  const mve_pred16_t rest = vctp16q(count % 8u);
  uint8_t* byte = (uint8_t*)to;
  for (; count >= 8u; count -= 8u, from += 8u * step, byte += 8)
    vstrbq_u16(byte, veorq_u16(vldrbq_gather_offset_u16(from, offset), half));
  if (count != 0u)
    vstrbq_p_u16(byte, veorq_u16(vldrbq_gather_offset_z_u16(from, offset, rest), half), rest);
  return (int8_t*)byte + count;
}

/* The weights of one output from a table of `width` in a row; returns their sum. */
static int32_t take_weights(int8_t* to, const int8_t* weight, uint32_t width, uint32_t taps) {
  const uint16x8_t offset = vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)width);
  const mve_pred16_t rest = vctp16q(taps % 8u);
  int32_t sum = 0;
  uint32_t step = 8; /* to the second half of sixteen taps, then to the next sixteen */
  int16x8_t some;
  for (; taps >= 8u; taps -= 8u, weight += 8u * width) {
    some = vldrbq_gather_offset_s16(weight, offset);
    sum = vaddvaq_s16(sum, some);
    vstrbq_s16(to, some);
    to += step, step ^= 8u ^ (SNN_CHUNK * SNN_GROUP - 8u);
  }
  if (taps == 0u && step == 8u) return sum; /* whole sixteens */
  some = vldrbq_gather_offset_z_s16(weight, offset, rest);
  vstrbq_s16(to, some);
  if (step == 8u) vstrbq_s16(to + 8, vdupq_n_s16(0));
  return vaddvaq_s16(sum, some);
}

static void prepare(const snn_linear_t* layer, const room_t* room) {
  const uint32_t taps = taps_of(layer), group_bytes = SNN_GROUP * SNN_CHUNK * room->chunks;
  uint32_t i;
  for (i = 0; i < layer->width; ++i) {
    const snn_lanes_t* lanes = snn_lanes_of(layer, i / SNN_LANES);
    const uint32_t lane = i % SNN_LANES, pair = lane / 2u, odd = lane % 2u;
    int8_t* to = room->weight + i / SNN_GROUP * group_bytes + i % SNN_GROUP * SNN_CHUNK;
    const int32_t sum = take_weights(to, layer->weight + i, layer->width, taps);
    int32_t* constants = room->constants + i / SNN_GROUP * 2u * SNN_GROUP + i % SNN_GROUP;
    constants[0] = (odd != 0u ? lanes->scale[3u * pair + 2u] : lanes->start[lane]) +
                   (128 - layer->in.zero) * 256 * sum;
    constants[SNN_GROUP] = lanes->scale[3u * pair + odd];
  }
}

static int8_t* put_zeros(int8_t* to, int16_t zero, uint32_t count) {
  for (; count != 0u; --count) *to++ = (int8_t)(zero - 128);
  return to;
}

/* The values of one line of the window; those outside the map are 0. */
static int8_t* copy_line(const snn_linear_t* layer, const uint8_t* line, int32_t x, int8_t* to) {
  const snn_map_t* in = &layer->in;
  const int32_t dilation = layer->window.dilation_columns;
  uint32_t before = 0, inside = layer->window.columns, after = 0, i;
  if (line == 0) return put_zeros(to, in->zero, inside * in->channels);
  for (; inside != 0u && x < 0; --inside, ++before) x += dilation;
  for (; inside != 0u && x + (int32_t)(inside - 1u) * dilation >= in->columns; --inside) ++after;
  to = put_zeros(to, in->zero, before * in->channels);
  if (in->channels == 1u)
    to = copy_run(to, line + x, (uint32_t)dilation, inside);
  else
    for (i = 0; i < inside; ++i, x += dilation)
      to = copy_run(to, line + x, in->plane, in->channels);
  return put_zeros(to, in->zero, after * in->channels);
}

static void copy_window(const snn_linear_t* layer, const uint8_t* arena, int32_t row,
                        int32_t column, int8_t* to) {
  const snn_window_t* window = &layer->window;
  const snn_map_t* in = &layer->in;
  const int32_t x = column * window->stride_columns - window->left;
  int32_t y = row * window->stride_rows - window->top;
  uint32_t i;
  for (i = 0; i < window->rows; ++i, y += window->dilation_rows)
    to = copy_line(layer, y >= 0 && y < in->rows ? arena + in->at + (uint32_t)y * in->pitch : 0, x,
                   to);
}

/* Sixteen taps of four outputs: compilers keep neither the order nor the pointer. */
#define SNN_DOT(product, sum, values)                                                          \
  {                                                                                            \
    int8x16_t x, y;                                                                            \
    __asm__ volatile(                                                                          \
        "vldrb.8 %q[x], [%[weight]], #16\n\t"                                                  \
        "vldrb.8 %q[y], [%[weight]], #16\n\t" product                                          \
        " %[a], %q[v], %q[x]\n\t"                                                              \
        "vldrb.8 %q[x], [%[weight]], #16\n\t" product                                          \
        " %[b], %q[v], %q[y]\n\t"                                                              \
        "vldrb.8 %q[y], [%[weight]], #16\n\t" product " %[c], %q[v], %q[x]\n\t" product        \
        " %[d], %q[v], %q[y]"                                                                  \
        : [a] sum(a), [b] sum(b), [c] sum(c), [d] sum(d), [weight] "+r"(weight), [x] "=&w"(x), \
          [y] "=&w"(y)                                                                         \
        : [v] "w"(values)                                                                      \
        : "memory");                                                                           \
  }

static inline int32x4_t vector_of(int32_t a, int32_t b, int32_t c, int32_t d) {
  int32x4_t sum;
  __asm__("vmov %q[sum][2], %q[sum][0], %[a], %[c]\n\tvmov %q[sum][3], %q[sum][1], %[b], %[d]"
          : [sum] "=&w"(sum)
          : [a] "r"(a), [b] "r"(b), [c] "r"(c), [d] "r"(d));
  return sum;
}

/* How the sums of four outputs become bytes, and where they go. */
typedef struct {
  const int32_t* constants;
  uint8_t* out;
  uint32x4_t planes;
  uint32_t step;
} finish_t;

static inline finish_t finish_of(const snn_linear_t* layer, const room_t* room, uint8_t* out) {
  finish_t finish;
  finish.constants = room->constants, finish.out = out;
  finish.planes = vmulq_n_u32(vidupq_n_u32(0, 1), layer->out.plane);
  finish.step = SNN_GROUP * layer->out.plane;
  return finish;
}

/* Compilers keep a second pointer for these. */
static inline int32x4_t next_constants(finish_t* finish) {
  int32x4_t four;
  __asm__("vldrw.32 %q[four], [%[at]], #16"
          : [four] "=w"(four), [at] "+r"(finish->constants)
          :
          : "memory");
  return four;
}

static inline void store_four(finish_t* finish, int32x4_t sum) {
  const int32x4_t start = next_constants(finish), multiplier = next_constants(finish);
  const int32x4_t sum256 = vmlaq_n_s32(start, sum, 256);
  vstrbq_scatter_offset_u32(finish->out, finish->planes, snn_scaled_4(sum256, multiplier));
  finish->out += finish->step;
}

/* All outputs of one position; `chunks` sixteens of values stay in registers, for which these are
 * functions of their own. */
#define SNN_SERVE(name, chunks)                                                             \
  static __attribute__((noinline)) void name(const snn_linear_t* layer, const room_t* room, \
                                             uint8_t* out) {                                \
    const int8_t *value = room->value, *weight = room->weight;                              \
    const int8x16_t first = vldrbq_s8(value), second = vldrbq_s8(value + 16);               \
    const int8x16_t third = vldrbq_s8(value + 32), fourth = vldrbq_s8(value + 48);          \
    finish_t finish = finish_of(layer, room, out);                                          \
    uint32_t i;                                                                             \
    for (i = layer->width / SNN_GROUP; i != 0u; --i) {                                      \
      int32_t a, b, c, d;                                                                   \
      SNN_DOT("vmladav.s8", "=&Te", first)                                                  \
      if (chunks > 1) SNN_DOT("vmladava.s8", "+Te", second)                                 \
      if (chunks > 2) SNN_DOT("vmladava.s8", "+Te", third)                                  \
      if (chunks > 3) SNN_DOT("vmladava.s8", "+Te", fourth)                                 \
      store_four(&finish, vector_of(a, b, c, d));                                           \
    }                                                                                       \
  }
SNN_SERVE(serve_one, 1)
SNN_SERVE(serve_two, 2)
SNN_SERVE(serve_three, 3)
SNN_SERVE(serve_four, 4)

static void serve_many(const snn_linear_t* layer, const room_t* room, uint8_t* out) {
  const int8_t* weight = room->weight;
  finish_t finish = finish_of(layer, room, out);
  uint32_t i, j;
  for (i = layer->width / SNN_GROUP; i != 0u; --i) {
    int32_t a = 0, b = 0, c = 0, d = 0;
    for (j = 0; j < room->chunks; ++j) {
      const int8x16_t values = vldrbq_s8(room->value + SNN_CHUNK * j);
      SNN_DOT("vmladava.s8", "+Te", values)
    }
    store_four(&finish, vector_of(a, b, c, d));
  }
}

static void serve(const snn_linear_t* layer, const room_t* room, uint8_t* out) {
  switch (room->chunks) {
    case 1:
      serve_one(layer, room, out);
      break;
    case 2:
      serve_two(layer, room, out);
      break;
    case 3:
      serve_three(layer, room, out);
      break;
    case 4:
      serve_four(layer, room, out);
      break;
    default:
      serve_many(layer, room, out);
      break;
  }
}

void snn_dense(const snn_linear_t* layer, const snn_work_t* work) {
  const snn_map_t* out = &layer->out;
  const room_t room = room_of(layer, work);
  const int pointwise = snn_is_pointwise(&layer->window);
  int32_t row, column;
  prepare(layer, &room);
  for (row = 0; row < out->rows; ++row) {
    const uint8_t* source = work->arena + layer->in.at + (uint32_t)row * layer->in.pitch;
    uint8_t* target = work->arena + out->at + (uint32_t)row * out->pitch;
    for (column = 0; column < out->columns; ++column, ++target) {
      if (pointwise)
        copy_run(room.value, source + column, layer->in.plane, layer->in.channels);
      else
        copy_window(layer, work->arena, row, column, room.value);
      serve(layer, &room, target);
    }
  }
}

#endif
