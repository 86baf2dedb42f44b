/* Populations of spiking neurons and the synapses between them: C99, static memory, nothing is
 * allocated. Tables of these types are const data that the generator writes; see docs/mcu.md. */
#ifndef SNN_SYNAPSE_H
#define SNN_SYNAPSE_H

#include <stdint.h>

#include "neurons/fixed_lif.h"

#define SNN_CHUNK 32u /* events that are gathered and served at once */
#define SNN_LANES 8u  /* targets whose sums are kept in registers */

/* Everything that changes, by its parts. */
typedef struct {
  int32_t* potential;            /* of all neurons */
  int32_t* sums;                 /* of the population whose step it is; 0 between steps */
  uint32_t* spikes;              /* a bit for each neuron and step that is kept */
  uint16_t* wait;                /* refractory steps that remain */
  const volatile uint16_t* ring; /* events, and where the events of each step end */
  const uint32_t* marks;
  uint32_t ring_mask, marks_mask;
  uint32_t now; /* the step */
} snn_work_t;

/* Where the spikes of a population are: `words` for each of depth_mask + 1 steps. */
typedef struct {
  uint32_t at;
  uint16_t words, depth_mask;
} snn_spikes_t;

/* What a projection reads: spikes, or events of the ring where `words` is 0, of `delay` steps ago.
 */
typedef struct {
  snn_spikes_t spikes;
  uint16_t delay;
} snn_source_t;

typedef struct {
  uint32_t next, end; /* words or events */
  uint32_t bits;      /* of the last word that are not gathered yet */
} snn_cursor_t;

/* Each neuron's spike adds its row to the sums. */
typedef struct {
  snn_source_t source;
  const int8_t* weight; /* [neuron][width] */
  uint16_t width;       /* targets, rounded up to whole lanes */
} snn_dense_t;

/* Maps lie channel after channel, row after row. */
typedef struct {
  snn_source_t source;
  const int8_t* weight; /* [source channel][row][column][output of the group] */
  uint16_t rows, columns, group_channels;
  uint16_t out_rows, out_columns, group_outputs;
  uint16_t kernel_rows, kernel_columns, stride_rows, stride_columns;
  uint16_t dilation_rows, dilation_columns;
  int16_t top, left; /* padding */
} snn_conv_t;

typedef struct {
  snn_source_t source;
  const int8_t* weight; /* [neuron] */
} snn_pairs_t;

typedef struct {
  snn_source_t source;
  const uint32_t* row; /* where each neuron's synapses begin, and the last one's end */
  const uint16_t* target;
  const int8_t* weight;
} snn_sparse_t;

typedef struct {
  uint32_t at;     /* of the first potential */
  uint32_t size;   /* neurons */
  uint32_t shared; /* neurons, one after the other, that share constants */
  const synfire_fixed_lif_t* neuron;
  synfire_fixed_rule_t rule;
  uint32_t rests;       /* neurons without input stay as they are */
  const int32_t* start; /* potentials before the first step; null: 0 */
  uint32_t wait_at;     /* where the rule has a refractory period */
  snn_spikes_t spikes;
} snn_population_t;

snn_cursor_t snn_first(const snn_source_t* source, const snn_work_t* work);
/* The next events, at most SNN_CHUNK; 0 when there are no more. */
uint32_t snn_gather(const snn_source_t* source, const snn_work_t* work, snn_cursor_t* cursor,
                    uint16_t* events);

/* Add what arrives in this step to the sums. */
void snn_dense(const snn_dense_t* projection, const snn_work_t* work);
void snn_conv(const snn_conv_t* projection, const snn_work_t* work);
void snn_pairs(const snn_pairs_t* projection, const snn_work_t* work);
void snn_sparse(const snn_sparse_t* projection, const snn_work_t* work);

/* The neurons' step; their sums become 0. */
void snn_advance(const snn_population_t* population, const snn_work_t* work);
void snn_start(const snn_population_t* population, const snn_work_t* work);

#endif
