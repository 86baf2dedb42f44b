/* Populations of spiking neurons and the synapses between them: C99, static memory, nothing is
 * allocated. Tables of these types are const data that the generator writes; see docs/mcu.md.
 *
 * A population lies in places of `lanes` neurons: the channels of a place of a map, or neurons that
 * follow each other. Places lie in rows, a row's places in up to 32 blocks; a bit for each block
 * says whether something arrived there. */
#ifndef SNN_SYNAPSE_H
#define SNN_SYNAPSE_H

#include <stdint.h>

#include "neurons/fixed_lif.h"

#define SNN_CHUNK 32u /* events that are gathered and served at once; 256 would fit the sums */

/* When a population's potentials decayed last. */
typedef struct {
  uint32_t epoch; /* periods that began, modulo 2^32 */
  uint32_t step;  /* of the period */
} snn_clock_t;

/* Everything that changes, by its parts. */
typedef struct {
  int32_t* potential; /* of all lanes */
  uint32_t* sums;     /* of the population whose step it is; 0 between steps */
  uint32_t* spikes;   /* a bit for each neuron and step that is kept */
  uint32_t* touched;  /* a bit for each block; 0 between steps, but for what has to be looked at */
  uint32_t* epoch;    /* of each block whose potentials decay when they are touched */
  snn_clock_t* clock;
  int32_t* limits;               /* thresholds of a place's lanes in this step */
  uint16_t* wait;                /* refractory steps that remain */
  const volatile uint16_t* ring; /* events, and where the events of each step end */
  const uint32_t* marks;
  uint32_t ring_mask, marks_mask;
  uint32_t now; /* the step */
} snn_work_t;

/* Where the spikes of a population are: for each of depth_mask + 1 steps `words`, and `busy` words
 * with a bit for each of them that is not 0. */
typedef struct {
  uint32_t at;
  uint16_t words, busy, depth_mask;
} snn_spikes_t;

/* What a projection reads: spikes, or events of the ring where `words` is 0, of `delay` steps ago.
 */
typedef struct {
  snn_spikes_t spikes;
  uint16_t delay;
} snn_source_t;

typedef struct {
  uint32_t next, end;  /* events of the ring; else words of `busy` */
  uint32_t words;      /* bits of the last word of `busy` that are not looked at yet */
  uint32_t word, bits; /* the last word of spikes, and its bits that are not gathered yet */
} snn_cursor_t;

typedef struct {
  uint32_t at;     /* the first potential */
  uint32_t size;   /* neurons */
  uint32_t places; /* of `lanes` lanes, the first `channels` of which are neurons */
  uint16_t channels, lanes;
  uint16_t row_places, rows, row_blocks;
  uint16_t shift; /* a block has 2^shift places */
  uint16_t plane; /* of a map: places, in the order of the network's neurons; 0: no map */
  uint16_t wide;  /* sums have a word each; else two lanes share one, see snn_sums.h */
  uint16_t step;  /* constants of a place: 0, all places have the same, or `lanes` */
  synfire_fixed_rule_t rule;
  uint32_t touched_at;
  const int32_t* start; /* potentials before the first step; null: 0 */
  snn_spikes_t spikes;
} snn_population_t;

/* Neurons that need no work while nothing arrives. */
typedef struct {
  const snn_population_t* population;
  const int32_t* threshold; /* 2^6 times, where potentials decay */
  const int32_t* reset;
  const int16_t* scale; /* of the input, in each step of a period */
  const int32_t* rise;  /* of the thresholds; null: nothing decays */
  int32_t decay;
  uint16_t period;
  uint16_t clock_at;
  uint32_t epoch_at;
} snn_quiet_t;

/* Neurons that are stepped one by one. */
typedef struct {
  const snn_population_t* population;
  const synfire_fixed_lif_t* neuron;
  uint32_t wait_at; /* where the rule has a refractory period */
  uint16_t halves;  /* some lose more than half of their potential in a step */
} snn_each_t;

/* Each neuron's spike adds its row to the sums. */
typedef struct {
  snn_source_t source;
  const snn_population_t* target;
  const uint32_t* weight; /* [neuron][words]: bytes w + 128 of lanes 0, 2, 1, 3 */
  uint16_t words;
} snn_dense_t;

/* What an event's column and row say. The taps that it reaches in a row of the kernel lie one after
 * the other, as their targets do: `taps` runs of `words` words. */
typedef struct {
  uint32_t touched;     /* blocks */
  uint16_t weight, sum; /* where the first run begins, in words */
  uint16_t taps, words;
} snn_column_t;

typedef struct {
  uint32_t weight; /* the first row of the kernel, in words */
  uint16_t row;    /* of the target */
  uint16_t taps;   /* rows of the kernel that the event reaches */
} snn_row_t;

typedef struct {
  snn_source_t source;
  const snn_population_t* target;
  const uint32_t* weight; /* [source channel][row][column][words of the group] */
  const snn_column_t* column;
  const snn_row_t* row;
  uint16_t rows, columns, channels; /* of the source */
  uint16_t channels_last;           /* the order of its neurons */
  uint32_t channel_words;           /* weights of a channel */
  uint32_t tap_words;               /* from a row of the kernel to the next that is reached */
  uint16_t row_words, row_step;     /* of the target's sums; rows back for that next one */
  uint16_t run_weights, run_sums;   /* from a run to the next, in words */
  uint16_t group_channels, group_lanes,
      last_word; /* of the source, the target; groups may overlap */
} snn_conv_t;

typedef struct {
  snn_source_t source;
  const snn_population_t* target;
  const int8_t* weight; /* [neuron] */
  const uint16_t* lane; /* [neuron] */
} snn_pairs_t;

typedef struct {
  snn_source_t source;
  const snn_population_t* target;
  const uint32_t* row; /* where each neuron's synapses begin, and the last one's end */
  const uint16_t* lane;
  const int8_t* weight;
} snn_sparse_t;

snn_cursor_t snn_first(const snn_source_t* source, const snn_work_t* work);
/* The next events, at most SNN_CHUNK; 0 when there are no more. */
uint32_t snn_gather(const snn_source_t* source, const snn_work_t* work, snn_cursor_t* cursor,
                    uint16_t* events);

/* Add what arrives in this step to the sums. */
void snn_dense(const snn_dense_t* projection, const snn_work_t* work);
void snn_conv(const snn_conv_t* projection, const snn_work_t* work);
void snn_pairs(const snn_pairs_t* projection, const snn_work_t* work);
void snn_sparse(const snn_sparse_t* projection, const snn_work_t* work);
void snn_touch_all(const snn_population_t* population, uint32_t* touched);

/* The neurons' step; their sums become 0. */
void snn_quiet(const snn_quiet_t* neurons, const snn_work_t* work);
void snn_each(const snn_each_t* neurons, const snn_work_t* work);
void snn_start(const snn_population_t* population, const snn_work_t* work);

#endif
