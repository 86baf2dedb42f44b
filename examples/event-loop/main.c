/* An event loop: a timer's interrupt pushes a recording's events through the ring, the main loop
 * steps the network and idles in between. Takes the place of the generated main.c. */
#include "board.h"
#include "recording.h" /* uint8_t recording[RECORDING_EVENTS][5], STEP_US, STEPS, STEP_INSTRUCTIONS */
#include "snn.h"

/* On hardware __WFI(). QEMU's Arm boards lose track of time while they wait, so here it spins. */
#ifndef SNN_IDLE
#define SNN_IDLE() ((void)0)
#endif

#define SIDE 34u /* pixels of a row and of a column */

static snn_state_t state;
static volatile uint32_t due; /* steps whose events are all pushed */
static uint32_t next_event;   /* the interrupt's own */

/* N-MNIST: x, y, then a bit of polarity and 23 bits of microseconds (Orchard et al., Front.
 * Neurosci. 9, 2015). */
static uint32_t time_of(const uint8_t* event) {
  return (uint32_t)(event[2] & 0x7Fu) << 16 | (uint32_t)event[3] << 8 | event[4];
}
static uint32_t neuron_of(const uint8_t* event) {
  return ((uint32_t)(event[2] >> 7) * SIDE + event[1]) * SIDE + event[0];
}

/* What a camera's interrupts would push within a step. */
void board_tick(void) {
  const uint32_t end = (due + 1u) * STEP_US;
  if (due == STEPS) return;
  for (; next_event < RECORDING_EVENTS && time_of(recording[next_event]) < end; ++next_event)
    (void)snn_push(&state, neuron_of(recording[next_event]));
  ++due;
}

typedef struct {
  uint32_t late;            /* steps that began after the next one's events had come */
  uint32_t busy, thousands; /* instructions */
  uint32_t most;            /* of one step */
  uint32_t spikes[SNN_OUTPUT_SIZE];
} tally_t;

static void count_spikes(tally_t* tally) {
  const uint32_t* bits = snn_spikes(&state, SNN_OUTPUT_POPULATION);
  uint32_t i;
  for (i = 0; i < SNN_OUTPUT_SIZE; ++i) tally->spikes[i] += bits[i / 32u] >> i % 32u & 1u;
}

static void step(tally_t* tally, uint32_t done) {
  const uint32_t start = board_ticks();
  uint32_t used;
  if (due - done > 1u) ++tally->late;
  (void)snn_step(&state);
  used = board_instructions(board_ticks() - start);
  if (used > tally->most) tally->most = used;
  tally->busy += used % 1000u;
  tally->thousands += used / 1000u + tally->busy / 1000u;
  tally->busy %= 1000u;
  count_spikes(tally);
}

static void report(const tally_t* tally) {
  uint32_t i, winner = 0;
  for (i = 0; i < SNN_OUTPUT_SIZE; ++i)
    if (tally->spikes[i] > tally->spikes[winner]) winner = i;
  board_report("events", next_event);
  board_report("dropped", snn_dropped(&state));
  board_report("steps", STEPS);
  board_report("late_steps", tally->late);
  board_report("busy_thousand_instructions", tally->thousands);
  board_report("most_instructions_a_step", tally->most);
  board_report("duty_permille", tally->thousands / (STEPS * (STEP_INSTRUCTIONS / 1000u) / 1000u));
  for (i = 0; i < SNN_OUTPUT_SIZE; ++i) board_report("output_spikes", tally->spikes[i]);
  board_report("winner", winner);
}

int main(void) {
  static tally_t tally;
  uint32_t done = 0;
  snn_init(&state);
  board_start_ticks(STEP_INSTRUCTIONS);
  while (done != STEPS) {
    while (done == due) SNN_IDLE();
    step(&tally, done++);
  }
  board_start_ticks(0);
  report(&tally);
  board_exit(0);
  return 0;
}
