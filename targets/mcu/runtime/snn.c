#include "snn.h"

#include <stddef.h>
#include <string.h>

/* The generator's reckoning and the compiler's agree. */
typedef char snn_state_bytes_are_right[sizeof(snn_state_t) == SNN_STATE_BYTES ? 1 : -1];

void snn_init(snn_state_t* state) { memset(state, 0, sizeof *state); }

void snn_reset(snn_state_t* state) {
  state->tail = state->head;
  state->dropped = 0;
  memset(state->logits, 0, sizeof state->logits);
#if SNN_DECODED
  memset(state->decoded, 0, sizeof state->decoded);
#endif
}

/* Ring: one producer, one consumer; each writes its own index only. Indices run on and wrap. */
int snn_push(snn_state_t* state, uint32_t neuron, int32_t value) {
  const uint32_t head = state->head;
  const int32_t byte = value + snn_input_map.zero;
  if (head - state->tail == SNN_RING_SIZE || neuron >= SNN_INPUT_SIZE || byte < 0 || byte > 255) {
    ++state->dropped;
    return 0;
  }
  state->ring[head % SNN_RING_SIZE].neuron = (uint16_t)neuron;
  state->ring[head % SNN_RING_SIZE].byte = (uint16_t)byte;
  state->head = head + 1u;
  return 1;
}

/* Places are counted from here on, in the whole state. */
static uint8_t* arena_of(snn_state_t* state) {
  return (uint8_t*)state + offsetof(snn_state_t, arena);
}

static void set_input(snn_state_t* state, uint32_t neuron, uint8_t byte) {
  arena_of(state)[snn_place(&snn_input_map, neuron, SNN_TRANSPOSED)] = byte;
}

static void take_events(snn_state_t* state) {
  const uint32_t bytes = snn_input_map.plane * snn_input_map.channels;
  memset(arena_of(state) + snn_input_map.at, snn_input_map.zero, bytes);
  while (state->tail != state->head) {
    const uint32_t slot = state->tail % SNN_RING_SIZE;
    set_input(state, state->ring[slot].neuron, (uint8_t)state->ring[slot].byte);
    ++state->tail;
  }
}

static uint32_t compute(snn_state_t* state) {
  snn_work_t work;
  uint32_t i, spikes = 0;
  work.arena = arena_of(state), work.events = state->events, work.words = state->words;
  snn_clear_margin(&snn_input_map, work.arena);
  snn_layers(&work);
  for (i = 0; i < SNN_OUTPUT_SIZE; ++i) {
    const uint8_t byte = arena_of(state)[snn_place(&snn_output_map, i, SNN_TRANSPOSED)];
    state->logits[i] = (int8_t)(byte + SNN_OUTPUT_LOW);
    spikes += byte != snn_output_map.zero;
  }
#if SNN_DECODED
  snn_decode(state->logits, state->decoded);
#endif
  return spikes;
}

uint32_t snn_step(snn_state_t* state) {
  take_events(state);
  return compute(state);
}

/* All neurons in their order, which are channels, then columns, then rows of the network. */
static void take_sample(snn_state_t* state, const int8_t* sample) {
  const snn_map_t* map = &snn_input_map;
  const uint32_t row_step = SNN_TRANSPOSED ? 1u : map->pitch;
  const uint32_t column_step = SNN_TRANSPOSED ? map->pitch : 1u;
  const uint32_t rows = SNN_TRANSPOSED ? map->columns : map->rows;
  const uint32_t columns = SNN_TRANSPOSED ? map->rows : map->columns;
  uint32_t row, column, channel;
  for (row = 0; row < rows; ++row) {
    uint8_t* pixel = arena_of(state) + map->at + row * row_step;
    for (column = 0; column < columns; ++column, pixel += column_step)
      for (channel = 0; channel < map->channels; ++channel)
        pixel[channel * map->plane] = (uint8_t)(*sample++ - SNN_INPUT_LOW);
  }
}

void snn_run(snn_state_t* state, const int8_t* sample) {
  take_sample(state, sample);
  (void)compute(state);
}

const snn_output_t* snn_out(const snn_state_t* state) {
#if SNN_DECODED
  return state->decoded;
#else
  return state->logits;
#endif
}

const int8_t* snn_logits(const snn_state_t* state) { return state->logits; }

uint32_t snn_dropped(const snn_state_t* state) { return state->dropped; }
