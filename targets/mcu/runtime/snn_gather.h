/* The values of one position's window that are not 0, as a list of events. For snn_linear.c. */
#ifndef SNN_GATHER_H
#define SNN_GATHER_H

#include "snn_arithmetic.h"

/* Assembly for Thumb-2: events find their weights at addresses, in C they count bytes. */
#if SNN_PACKED == SNN_LONG && defined(__arm__) && defined(__OPTIMIZE__)
#define SNN_ADDRESSES 1
#else
#define SNN_ADDRESSES 0
#endif

/* How the events of one layer are written. */
typedef struct {
  uint32_t row_bytes; /* of one input value's weights */
  uint32_t left;      /* bits that values are shifted to the left */
} event_form_t;

static inline uint32_t weights_of(const snn_linear_t* layer) {
  const snn_window_t* window = &layer->window;
  return (uint32_t)window->rows * window->columns * layer->in.channels * layer->width;
}

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
#if SNN_ADDRESSES
/* One byte; `test` skips to the end where it means 0. */
#define SNN_GATHER_FROM(place, test, row)   \
  "ldrb %[u], [%[value]" place "]\n\t" test \
  "lsl %[u], %[u], %[left]\n\t"             \
  "strd " row                               \
  ", %[u], [%[event]], #8\n"                \
  "1:\n\t"
#define SNN_TEST "cbz %[u], 1f\n\t"
#define SNN_TEST_ZERO "subs %[u], %[u], %[zero]\n\tbeq 1f\n\t"
#define SNN_NEXT(step) "add %[next], %[row], " step "\n\t"
#define SNN_GATHER_FOUR                                                                     \
  SNN_GATHER_FROM("", SNN_TEST, "%[row]")                                                   \
  SNN_GATHER_FROM(", %[step]", SNN_TEST SNN_NEXT("%[row_step]"), "%[next]")                 \
  SNN_GATHER_FROM(", %[step], lsl #1", SNN_TEST SNN_NEXT("%[row_step], lsl #1"), "%[next]") \
  SNN_GATHER_FROM(", %[three]", SNN_TEST SNN_NEXT("%[three_rows]"), "%[next]")              \
  "add %[value], %[value], %[step], lsl #2\n\t"                                             \
  "add %[row], %[row], %[row_step], lsl #2\n\t"
#define SNN_GATHER_TWO                                                           \
  SNN_GATHER_FROM("", SNN_TEST_ZERO, "%[row]")                                   \
  SNN_GATHER_FROM(", %[step]", SNN_TEST_ZERO SNN_NEXT("%[row_step]"), "%[next]") \
  "add %[value], %[value], %[step], lsl #1\n\t"                                  \
  "add %[row], %[row], %[row_step], lsl #1\n\t"
#define SNN_GATHER_ASSEMBLY(text, ...)                                                           \
  {                                                                                              \
    uint32_t u, next;                                                                            \
    __asm__ volatile(text                                                                        \
                     : [value] "+r"(value), [row] "+r"(row), [event] "+r"(event), [u] "=&l"(u),  \
                       [next] "=&r"(next)                                                        \
                     : [step] "r"(step), [row_step] "r"(row_step), [left] "r"(left), __VA_ARGS__ \
                     : "memory", "cc");                                                          \
  }
#define SNN_GATHER_EIGHT \
  SNN_GATHER_ASSEMBLY(   \
      SNN_GATHER_FOUR SNN_GATHER_FOUR, [three] "r"(3u * step), [three_rows] "r"(3u * row_step))
#define SNN_GATHER_PAIR SNN_GATHER_ASSEMBLY(SNN_GATHER_TWO, [zero] "r"(zero))
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
#define SNN_GATHER_PAIR              \
  SNN_GATHER((int32_t)*value - zero) \
  SNN_GATHER((int32_t)*value - zero)
#endif

static snn_event_t* gather_run(const run_t* run, int32_t zero, uint32_t left, snn_event_t* event) {
  const uint8_t* value = run->value;
  const uint32_t step = run->step, row_step = run->row_step;
  uint32_t row = run->row, count = run->count;
  if (zero == 0)
    for (; count >= 8u; count -= 8u) {
      SNN_GATHER_EIGHT
    }
  for (; count >= 2u; count -= 2u) {
    SNN_GATHER_PAIR
  }
  if (count != 0u) SNN_GATHER((int32_t)*value - zero)
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

#endif
