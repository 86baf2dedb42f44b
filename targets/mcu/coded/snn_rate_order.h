/* The spikes of some inputs: in the order of their counts, so that those that still spike in a step
 * come first. For snn_rate*.c. Memory: rows of inputs, their counts, the rows of one sign in order,
 * and how many of them have a count above 0, 1, ... */
#ifndef SNN_RATE_ORDER_H
#define SNN_RATE_ORDER_H

#include "snn_run.h"

typedef struct {
  int32_t *row, *number, *order, *above;
  uint32_t taken;
} order_t;

static order_t order_of(int32_t* memory, uint32_t size) {
  order_t order;
  order.row = memory, order.number = memory + size;
  order.order = memory + 2u * size, order.above = memory + 3u * size;
  order.taken = 0;
  return order;
}

static void take_inputs(order_t* order, const snn_run_t* run, int32_t zero) {
  const uint8_t* value = run->value;
  uint32_t row = run->row, count = run->count;
  for (; count != 0u; --count, value += run->step, row += run->row_step)
    if (*value != zero) {
      order->row[order->taken] = (int32_t)row;
      order->number[order->taken++] = *value - zero;
    }
}

static int32_t of_sign(int32_t number, int negative) { return negative ? -number : number; }

static int32_t greatest(const order_t* order, int negative) {
  int32_t most = 0;
  uint32_t i;
  for (i = 0; i < order->taken; ++i)
    if (of_sign(order->number[i], negative) > most) most = of_sign(order->number[i], negative);
  return most;
}

/* Sorts the inputs whose spikes have the sign. Returns the greatest count. */
static int32_t sort(order_t* order, int negative) {
  const int32_t most = greatest(order, negative);
  int32_t *above = order->above, level, sum = 0;
  uint32_t i;
  if (most == 0) return 0;
  for (level = 0; level <= most; ++level) above[level] = 0;
  for (i = 0; i < order->taken; ++i)
    if (of_sign(order->number[i], negative) > 0) ++above[of_sign(order->number[i], negative)];
  for (level = most; level >= 0; --level) {
    const int32_t here = above[level];
    above[level] = sum, sum += here;
  }
  for (i = 0; i < order->taken; ++i)
    if (of_sign(order->number[i], negative) > 0)
      order->order[above[of_sign(order->number[i], negative)]++] = order->row[i];
  /* Each place has moved to the end of its level: the number of counts from that level on. */
  for (level = 0; level < most; ++level) above[level] = above[level + 1];
  return most;
}

#endif
