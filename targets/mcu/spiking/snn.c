#include "snn.h"

#include <string.h>

/* The generator's reckoning and the compiler's agree. */
typedef char snn_state_bytes_are_right[sizeof(snn_state_t) == SNN_STATE_BYTES ? 1 : -1];

static snn_work_t work_of(snn_state_t* state) {
  snn_work_t work;
  work.potential = state->potential, work.sums = state->sums;
  work.spikes = state->spikes, work.touched = state->touched;
  work.epoch = state->epoch, work.clock = state->clock, work.wait = state->wait;
  work.limits = state->limits;
  work.ring = state->ring, work.marks = state->marks;
  work.ring_mask = SNN_RING_SIZE - 1u, work.marks_mask = SNN_MARKS - 1u;
  work.now = state->now;
  return work;
}

void snn_init(snn_state_t* state) {
  snn_work_t work;
  uint32_t i;
  memset(state, 0, sizeof *state);
  work = work_of(state);
  for (i = 0; i < SNN_POPULATIONS; ++i) snn_start(&snn_populations[i], &work);
}

void snn_reset(snn_state_t* state) { snn_init(state); }

/* Ring: one producer, one consumer; each writes its own index only. Indices run on and wrap. Sums
 * are proven for so many events of a step. */
int snn_push(snn_state_t* state, uint32_t neuron) {
  const uint32_t head = state->head;
  if (head - state->tail == SNN_RING_SIZE || neuron >= SNN_INPUT_SIZE
#if SNN_MOST_EVENTS < SNN_RING_SIZE
      || head - state->begun == SNN_MOST_EVENTS
#endif
  ) {
    ++state->dropped;
    return 0;
  }
  state->ring[head % SNN_RING_SIZE] = (uint16_t)neuron;
  state->head = head + 1u;
  return 1;
}

/* Bits that are set. */
static uint32_t count_of(const uint32_t* words, uint32_t count) {
  uint32_t i, bits, sum = 0;
  for (i = 0; i < count; ++i)
    for (bits = words[i]; bits != 0; bits &= bits - 1u) ++sum;
  return sum;
}

/* The events of a step stay in the ring until the longest delay has passed. */
uint32_t snn_step(snn_state_t* state) {
  snn_work_t work;
  const uint32_t head = state->head;
  state->marks[state->now % SNN_MARKS] = head;
  state->begun = head;
  work = work_of(state);
  snn_network(&work);
  state->tail = state->marks[(state->now - SNN_INPUT_DELAY) % SNN_MARKS];
  ++state->now;
  return count_of(snn_spikes(state, SNN_OUTPUT_POPULATION),
                  snn_populations[SNN_OUTPUT_POPULATION].spikes.words);
}

const int32_t* snn_out(const snn_state_t* state) {
  return state->potential + snn_populations[SNN_OUTPUT_POPULATION].at;
}

const uint32_t* snn_spikes(const snn_state_t* state, uint32_t population) {
  const snn_spikes_t* spikes = &snn_populations[population].spikes;
  const uint32_t stride = (uint32_t)spikes->words + spikes->busy;
  return state->spikes + spikes->at + ((state->now - 1u) & spikes->depth_mask) * stride;
}

int snn_spiked(const snn_state_t* state, uint32_t population, uint32_t neuron) {
  const snn_population_t* p = &snn_populations[population];
  uint32_t bit = neuron;
  if (p->plane > 0) bit = neuron % p->plane * p->channels + neuron / p->plane;
  return (int)(snn_spikes(state, population)[bit / 32u] >> bit % 32u & 1u);
}

uint32_t snn_dropped(const snn_state_t* state) { return state->dropped; }
