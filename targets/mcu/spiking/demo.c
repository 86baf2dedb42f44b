/* Serves input.bin, SNN_INPUT_SIZE counts of events a step and SNN_STEPS steps a sample. Writes the
 * spikes of all populations and the output's potentials of every step to output.bin, and reports
 * the instructions. */
#include "board.h"
#include "snn.h"

static snn_state_t state;
static uint8_t frame[SNN_INPUT_SIZE];

/* Sums beyond 32 bits. */
typedef struct {
  uint32_t thousands, rest;
} sum_t;

static void add(sum_t* sum, uint32_t count) {
  sum->rest += count % 1000u;
  sum->thousands += count / 1000u + sum->rest / 1000u;
  sum->rest %= 1000u;
}

static uint32_t push_frame(void) {
  uint32_t neuron, events = 0;
  uint8_t count;
  for (neuron = 0; neuron < SNN_INPUT_SIZE; ++neuron)
    for (count = frame[neuron]; count > 0; --count, ++events) (void)snn_push(&state, neuron);
  return events;
}

static void write_step(void) {
  uint32_t i;
  for (i = 0; i < SNN_POPULATIONS; ++i)
    board_write(snn_spikes(&state, i), 4u * snn_populations[i].spikes.words);
  board_write(snn_out(&state), 4u * SNN_OUTPUT_WORDS);
}

/* Instructions of one push, the call included. */
static uint32_t push_cost(void) {
  uint32_t start, i;
  snn_init(&state);
  start = board_ticks();
  for (i = 0; i < SNN_RING_SIZE; ++i) (void)snn_push(&state, 0);
  return board_instructions(board_ticks() - start) / SNN_RING_SIZE;
}

int main(void) {
  uint32_t steps = 0, least = UINT32_MAX, greatest = 0, dropped = 0, push;
  sum_t total = {0, 0}, events = {0, 0};
  if (!board_open()) {
    board_exit(3);
    return 3;
  }
  push = push_cost();
  while (board_read(frame, SNN_INPUT_SIZE)) {
    uint32_t start, count;
    if (steps % SNN_STEPS == 0) snn_init(&state);
    add(&events, push_frame());
    start = board_ticks();
    (void)snn_step(&state);
    count = board_instructions(board_ticks() - start);
    write_step();
    if (count < least) least = count;
    if (count > greatest) greatest = count;
    add(&total, count);
    if (++steps % SNN_STEPS == 0) dropped += snn_dropped(&state);
  }
  board_report("samples", steps);
  board_report("instructions_least", least);
  board_report("instructions_greatest", greatest);
  board_report("instructions_thousands", total.thousands);
  board_report("instructions_rest", total.rest);
  board_report("events_thousands", events.thousands);
  board_report("events_rest", events.rest);
  board_report("push_instructions", push);
  board_report("dropped", dropped);
  board_report("stack_bytes", board_stack());
  board_exit(0);
  return 0;
}
