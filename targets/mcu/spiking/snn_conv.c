/* Convolutions: an event adds the weights of each tap to the outputs that see it there. */
#include "snn_synapse.h"

typedef struct {
  uint32_t channel, row, column;
} place_t;

static place_t place_of(const snn_conv_t* p, uint32_t neuron) {
  place_t place;
  const uint32_t line = neuron / p->columns;
  place.column = neuron - line * p->columns;
  place.channel = line / p->rows;
  place.row = line - place.channel * p->rows;
  return place;
}

/* The output that sees `at` through tap `tap`; -1 where there is none. */
static int32_t output_of(uint32_t at, int32_t padding, uint32_t tap, uint32_t stride,
                         uint32_t extent) {
  const int32_t from = (int32_t)at + padding - (int32_t)tap;
  int32_t output;
  if (from < 0) return -1;
  if (stride == 1u) return from < (int32_t)extent ? from : -1;
  output = from / (int32_t)stride;
  return output * (int32_t)stride == from && output < (int32_t)extent ? output : -1;
}

/* One tap of all outputs of a group. */
static void add_tap(const int8_t* weight, uint32_t outputs, uint32_t plane, int32_t* sum) {
  for (; outputs >= 4u; outputs -= 4u, weight += 4) {
    sum[0] += weight[0], sum += plane;
    sum[0] += weight[1], sum += plane;
    sum[0] += weight[2], sum += plane;
    sum[0] += weight[3], sum += plane;
  }
  for (; outputs > 0; --outputs, sum += plane) sum[0] += *weight++;
}

static void add_event(const snn_conv_t* p, uint32_t neuron, int32_t* sums) {
  const place_t at = place_of(p, neuron);
  const uint32_t plane = (uint32_t)p->out_rows * p->out_columns;
  const uint32_t taps = (uint32_t)p->kernel_rows * p->kernel_columns;
  const int8_t* weight = p->weight + at.channel * taps * p->group_outputs;
  uint32_t row, column;
  sums += at.channel / p->group_channels * p->group_outputs * plane;
  for (row = 0; row < p->kernel_rows; ++row) {
    const int32_t y =
        output_of(at.row, p->top, row * p->dilation_rows, p->stride_rows, p->out_rows);
    if (y < 0) continue;
    for (column = 0; column < p->kernel_columns; ++column) {
      const int32_t x = output_of(at.column, p->left, column * p->dilation_columns,
                                  p->stride_columns, p->out_columns);
      if (x < 0) continue;
      add_tap(weight + (row * p->kernel_columns + column) * p->group_outputs, p->group_outputs,
              plane, sums + y * p->out_columns + x);
    }
  }
}

void snn_conv(const snn_conv_t* p, const snn_work_t* work) {
  uint16_t events[SNN_CHUNK];
  snn_cursor_t cursor = snn_first(&p->source, work);
  uint32_t count, i;
  while ((count = snn_gather(&p->source, work, &cursor, events)) != 0)
    for (i = 0; i < count; ++i) add_event(p, events[i], work->sums);
}
