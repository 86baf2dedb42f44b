/* Convolutions: an event adds the weights of the taps that it reaches to their targets. What a
 * column and a row reach, borders, strides and dilations stand in tables, so that nothing is
 * tested here. */
#include "snn_sums.h"

typedef struct {
  uint32_t channel, row, column;
} place_t;

static inline place_t place_of(const snn_conv_t* p, uint32_t neuron) {
  place_t place;
  uint32_t line = neuron;
  if (p->channels_last) {
    line = neuron / p->channels;
    place.channel = neuron - line * p->channels;
    place.row = line / p->columns;
    place.column = line - place.row * p->columns;
    return place;
  }
  line = neuron / p->columns;
  place.column = neuron - line * p->columns;
  place.channel = line / p->rows;
  place.row = line - place.channel * p->rows;
  return place;
}

/* The word of a group's first lane; the last groups begin where they still fit. */
static inline uint32_t group_word(const snn_conv_t* p, uint32_t channel) {
  const uint32_t lane = channel / p->group_channels * p->group_lanes;
  const uint32_t word = p->target->wide ? lane : lane / 2u;
  return word < p->last_word ? word : p->last_word;
}

/* sum[i] += weight[i]. */
static SNN_APART void add_words(uint32_t* sum, const uint32_t* weight, uint32_t count) {
  for (; count >= 8u; count -= 8u) {
    SNN_ADD_FOUR(sum, weight);
    SNN_ADD_FOUR(sum, weight);
  }
  if (count & 4u) SNN_ADD_FOUR(sum, weight);
  for (count &= 3u; count > 0; --count) *sum++ += *weight++;
}

static void add_event(const snn_conv_t* p, uint32_t neuron, uint32_t* sums, uint32_t* touched) {
  const place_t at = place_of(p, neuron);
  const snn_column_t* column = &p->column[at.column];
  const snn_row_t* row = &p->row[at.row];
  const uint32_t* weight = p->weight + at.channel * p->channel_words + row->weight + column->weight;
  const uint32_t row_step = p->row_step, sums_step = row_step * p->row_words;
  const uint32_t words = column->words, blocks = column->touched, tap_words = p->tap_words;
  uint32_t left = row->taps, taps = column->taps;
  sums += (uint32_t)row->row * p->row_words + column->sum;
  if (p->last_word > 0) sums += group_word(p, at.channel);
  for (touched += row->row; left > 0; --left) {
    *touched |= blocks;
    touched -= row_step;
    add_words(sums, weight, words);
    if (SNN_RARE(taps != 1u)) {
      uint32_t tap;
      for (tap = 1; tap < taps; ++tap)
        add_words(sums + tap * p->run_sums, weight + tap * p->run_weights, words);
    }
    sums -= sums_step;
    weight += tap_words;
  }
}

void snn_conv(const snn_conv_t* p, const snn_work_t* work) {
  uint16_t events[SNN_CHUNK];
  snn_cursor_t cursor = snn_first(&p->source, work);
  uint32_t* touched = work->touched + p->target->touched_at;
  uint32_t count, i;
  while ((count = snn_gather(&p->source, work, &cursor, events)) != 0)
    for (i = 0; i < count; ++i) add_event(p, events[i], work->sums, touched);
}
