#include "snn_arithmetic.h"

static uint8_t exact_sum(const snn_add_t* layer, uint8_t first, uint8_t second) {
  const synfire_add_t* add = layer->exact;
  const int32_t value =
      synfire_add_value(add, first - layer->in[0].zero, second - layer->in[1].zero);
  return (uint8_t)(value + add->zero_point - add->low);
}

/* The output may lie on one of the inputs. */
static void add_row(const snn_add_t* layer, const uint8_t* first, const uint8_t* second,
                    uint8_t* out) {
  const int32_t *table0 = layer->table[0], *table1 = layer->table[1];
  const uint8_t shift = layer->shift;
  uint8_t* const end = out + layer->out.columns;
  if (table0 != 0)
    while (out != end) *out++ = snn_saturate((table0[*first++] + table1[*second++]) >> shift);
  else
    while (out != end) *out++ = exact_sum(layer, *first++, *second++);
}

void snn_add(const snn_add_t* layer, const snn_work_t* work) {
  const uint8_t* first = work->arena + layer->in[0].at;
  const uint8_t* second = work->arena + layer->in[1].at;
  uint8_t* out = work->arena + layer->out.at;
  uint32_t rows = (uint32_t)layer->out.channels * layer->out.rows;
  const uint32_t pitch = layer->out.pitch; /* of all three, and rows follow each other */
  for (; rows != 0u; --rows, first += pitch, second += pitch, out += pitch)
    add_row(layer, first, second, out);
}
