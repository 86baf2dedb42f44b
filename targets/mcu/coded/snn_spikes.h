/* A linear layer position by position: the inputs of its window are taken in chunks, whose spikes
 * are served together. For snn_radix.c and snn_rate.c. */
#ifndef SNN_SPIKES_H
#define SNN_SPIKES_H

#include "neurons/rate.h"
#include "snn_coded.h"
#include "snn_group.h"
#include "snn_lanes.h"
#include "snn_run.h"

/* What changes while a position is served. */
typedef struct {
  const snn_spike_linear_t* spikes;
  uint32_t* sum;          /* of all outputs, modulo 2^32 */
  int32_t* list;          /* memory for spikes */
  uint32_t taken, listed; /* inputs of the chunk; those that spike */
  uint32_t row_words, passes;
} serving_t;

/* The code: takes inputs of one chunk, and serves the chunk. */
static void take(serving_t* serving, const snn_run_t* run);
static void serve(serving_t* serving);

static inline int32_t run_zero(const serving_t* serving) { return serving->spikes->layer->in.zero; }

static void take_run(serving_t* serving, snn_run_t run) {
  uint32_t rest = run.count;
  while (rest != 0u) {
    const uint32_t room = serving->spikes->chunk - serving->taken;
    run.count = rest < room ? rest : room;
    take(serving, &run);
    serving->taken += run.count, rest -= run.count;
    run.value += run.count * run.step, run.row += run.count * run.row_step;
    if (serving->taken == serving->spikes->chunk) serve(serving);
  }
}

/* The window's taps of one line; those of a map with one channel are a single run. */
static void take_line(serving_t* serving, const uint8_t* line, int32_t x, uint32_t row) {
  const snn_linear_t* layer = serving->spikes->layer;
  const snn_map_t* in = &layer->in;
  const int32_t dilation = layer->window.dilation_columns;
  const uint32_t pixel_words = in->channels * serving->row_words;
  int32_t taps = layer->window.columns;
  snn_run_t run;
  for (; taps != 0 && x < 0; --taps, x += dilation) row += pixel_words;
  while (taps != 0 && x + (taps - 1) * dilation >= in->columns) --taps;
  if (taps == 0) return;
  run.value = line + x, run.row = row;
  if (in->channels == 1u) {
    run.step = (uint32_t)dilation, run.row_step = pixel_words, run.count = (uint32_t)taps;
    take_run(serving, run);
    return;
  }
  run.step = in->plane, run.row_step = serving->row_words, run.count = in->channels;
  for (; taps != 0; --taps, run.value += dilation, run.row += pixel_words) take_run(serving, run);
}

static void take_window(serving_t* serving, const uint8_t* arena, int32_t row, int32_t column) {
  const snn_linear_t* layer = serving->spikes->layer;
  const snn_window_t* window = &layer->window;
  const snn_map_t* in = &layer->in;
  const uint32_t line_words = window->columns * in->channels * serving->row_words;
  const int32_t x = column * window->stride_columns - window->left;
  int32_t y = row * window->stride_rows - window->top;
  uint32_t weights = 0;
  uint16_t i;
  for (i = 0; i < window->rows; ++i, y += window->dilation_rows, weights += line_words)
    if (y >= 0 && y < in->rows)
      take_line(serving, arena + in->at + (uint32_t)y * in->pitch, x, weights);
}

static int32_t scaled_sum(const snn_sum_scale_t* scale, int32_t sum) {
  return scale->to == scale->from ? sum : synfire_rate_scale(sum, scale->to, scale->from);
}

static void clear_sums(const serving_t* serving) {
  uint32_t i;
  for (i = 0; i < serving->spikes->layer->width; ++i) serving->sum[i] = 0;
}

static void write_values(const serving_t* serving, uint8_t* out) {
  const snn_linear_t* layer = serving->spikes->layer;
  const snn_scale_t* scale = layer->rescale.scale;
  const uint32_t channels = layer->out.channels, plane = layer->out.plane;
  const uint8_t shift = layer->rescale.shift;
  uint32_t i;
  if (layer->rescale.exact == 0)
    for (i = 0; i < channels; ++i, out += plane)
      *out = snn_byte(&scale[i], (int32_t)serving->sum[i], shift);
  else
    for (i = 0; i < channels; ++i, out += plane)
      *out = snn_rescaled(&layer->rescale, i,
                          scaled_sum(&serving->spikes->scale, (int32_t)serving->sum[i]));
}

static void serve_group(const snn_spike_linear_t* spikes, const snn_work_t* work) {
  const snn_linear_t* layer = spikes->layer;
  const snn_map_t* out = &layer->out;
  serving_t serving;
  int32_t row, column;
  serving.spikes = spikes, serving.taken = serving.listed = 0;
  serving.row_words = layer->width / 4u, serving.passes = layer->width / SNN_LANES;
  serving.sum = (uint32_t*)work->words, serving.list = work->words + layer->width;
  for (row = 0; row < out->rows; ++row) {
    uint8_t* target = work->arena + out->at + (uint32_t)row * out->pitch;
    for (column = 0; column < out->columns; ++column, ++target) {
      clear_sums(&serving);
      take_window(&serving, work->arena, row, column);
      if (serving.taken != 0u) serve(&serving);
      write_values(&serving, target);
    }
  }
}

static void serve_layer(const snn_spike_linear_t* spikes, const snn_work_t* work) {
  snn_linear_t part = snn_first_group(spikes->layer);
  snn_spike_linear_t group = *spikes;
  uint16_t i;
  group.layer = &part;
  for (i = 0; i < part.groups; ++i) {
    serve_group(&group, work);
    group.words += snn_group_weights(&part) / 4u;
    snn_next_group(&part);
  }
}

#endif
