/* The spikes of some inputs: for each step a list of those that spike in it, each as long as there
 * are inputs, positive spikes from its start and negative ones from its end. The lengths lie in
 * front: of the positive ones, then of the negative ones. For snn_radix*.c. */
#ifndef SNN_RADIX_LISTS_H
#define SNN_RADIX_LISTS_H

#include "neurons/radix.h"
#include "snn_run.h"

#define SNN_LENGTHS (2u * SYNFIRE_RADIX_STEPS)

/* The input at `row` spikes in the steps in which `bits` has its bits, most significant first. */
#define SNN_PUSH(step)                                         \
  if ((bits & (128u >> (step))) != 0u) {                       \
    list[(step)*size + (uint32_t)length[step]] = (int32_t)row; \
    ++length[step];                                            \
  }

static inline void push_positive(uint32_t bits, uint32_t row, uint32_t size, int32_t* length) {
  int32_t* const list = length + SNN_LENGTHS;
  SNN_PUSH(0)
  SNN_PUSH(1)
  SNN_PUSH(2)
  SNN_PUSH(3)
  SNN_PUSH(4)
  SNN_PUSH(5)
  SNN_PUSH(6)
  SNN_PUSH(7)
}

static void push_negative(int32_t u, uint32_t row, uint32_t size, int32_t* memory) {
  int32_t *const length = memory + SYNFIRE_RADIX_STEPS, *end = memory + SNN_LENGTHS;
  int32_t step;
  for (step = 0; step < SYNFIRE_RADIX_STEPS; ++step) {
    end += size;
    if (synfire_radix_spike(u, step) != 0) end[-1 - length[step]++] = (int32_t)row;
  }
}

static void clear_lists(int32_t* memory) {
  uint32_t i;
  for (i = 0; i < SNN_LENGTHS; ++i) memory[i] = 0;
}

static void take_inputs(const snn_run_t* run, int32_t zero, uint32_t size, int32_t* memory) {
  const uint32_t step = run->step, row_step = run->row_step;
  const uint8_t* value = run->value;
  uint32_t row = run->row, count = run->count;
  for (; count != 0u; --count, value += step, row += row_step) {
    const int32_t u = *value - zero;
    if (u > 0) push_positive((uint32_t)u, row, size, memory);
    if (u < 0) push_negative(u, row, size, memory);
  }
}

static inline uint32_t length_of(const int32_t* memory, uint32_t step, int negative) {
  return (uint32_t)memory[step + (negative ? SYNFIRE_RADIX_STEPS : 0u)];
}

static inline const int32_t* list_of(const int32_t* memory, uint32_t step, int negative,
                                     uint32_t size) {
  const int32_t* list = memory + SNN_LENGTHS + step * size;
  return negative ? list + size - length_of(memory, step, 1) : list;
}

#endif
