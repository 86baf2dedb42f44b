/* Pipelined rate coding: all layers at once, step after step, by integer integrate-and-fire
 * neurons.
 *
 * A neuron's membrane is not stored: after k steps, S the sum of all weighted spikes so far,
 *   m = gain S + bias k + threshold / 2 - sent threshold,
 * which is what neurons/rate_if.h makes of it step by step. A state is S and the net number of
 * spikes sent. Neurons are in the order of the network: rows, columns, channels. See docs/mcu.md.
 */
#ifndef SNN_PIPELINE_H
#define SNN_PIPELINE_H

#include "snn_kernel.h"

typedef struct {
  int64_t threshold, half; /* of the threshold: where membranes start */
  int64_t bias;            /* of one step */
} snn_membrane_t;

/* What a layer reads: the spikes of a source, or values that are a constant current. */
typedef struct {
  uint32_t at; /* in the arena: bytes sent + zero, or values + zero */
  uint32_t channel_step, row_step, column_step; /* from byte to byte */
  int16_t zero;
  uint16_t rows, columns, channels;
  uint32_t spikes; /* in the words: bits of positive spikes, then of negative ones */
  uint8_t is_current;
  uint16_t delay;   /* steps */
  uint32_t history; /* in the arena, where the delay is longer: what was sent in those steps */
} snn_pipe_source_t;

enum { SNN_PIPE_LINEAR, SNN_PIPE_DEPTHWISE, SNN_PIPE_SUM, SNN_PIPE_MAXIMUM, SNN_PIPE_ADD };

typedef struct {
  uint8_t kind;
  uint8_t counts_taps; /* the threshold is that of one tap */
  uint8_t is_readout;  /* keeps its charge: value = mean charge over the steps */
  uint8_t is_signed;
  snn_pipe_source_t source[2];
  snn_window_t window;
  const int8_t*
      weight; /* linear: [row][column][channel][width]; depthwise: [channel][row][column] */
  const snn_membrane_t* membrane;          /* by channel */
  uint16_t rows, columns, channels, width; /* width: sums of a position */
  int32_t gain[2];
  uint32_t sums, spikes; /* in the words */
  uint32_t sent;         /* in the arena */
  int16_t start, least, most;
  int16_t low, high; /* readout: of values */
} snn_pipe_layer_t;

typedef struct {
  const snn_pipe_layer_t* layer;
  uint16_t layers;
  uint16_t window, steps; /* in which a neuron may fire; of an inference */
} snn_pipeline_t;

/* All steps of one inference; the readout's values are written to `out`. */
void snn_pipeline(const snn_pipeline_t* pipeline, const snn_map_t* out, const snn_work_t* work);

/* Spikes of a source's last step add their weights to sums. */
void snn_pipe_receive(const snn_pipe_layer_t* layer, const snn_work_t* work);
/* Sums of one step's current. */
void snn_pipe_current(const snn_pipe_layer_t* layer, const snn_work_t* work);

#endif
