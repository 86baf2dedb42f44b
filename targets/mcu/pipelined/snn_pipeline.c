#include "snn_pipeline.h"

#include <string.h>

#include "neurons/rate.h"
#include "neurons/rate_if.h"
#include "snn_window.h"

/* One layer in one step. */
typedef struct {
  const snn_pipeline_t* pipeline;
  const snn_pipe_layer_t* layer;
  const snn_map_t* out;
  const snn_work_t* work;
  int32_t now;
  int32_t steps;      /* that the layer's membranes have taken, this one included */
  int32_t arrived[2]; /* steps of a current that have arrived */
  int32_t gain;       /* of sums */
} step_t;

static uint32_t size_of(const snn_pipe_layer_t* layer) {
  return (uint32_t)layer->rows * layer->columns * layer->channels;
}

static int has_history(const snn_pipe_source_t* source) {
  return !source->is_current && source->delay > 1u;
}

/* Where the bytes of a source are that have arrived in this step. */
static const uint8_t* bytes_of(const step_t* step, const snn_pipe_source_t* source) {
  const uint8_t* arena = step->work->arena;
  if (!has_history(source)) return arena + source->at;
  return arena + source->history +
         ((uint32_t)step->now + 1u) % source->delay * size_of(step->layer);
}

/* Spikes or charge of a tap so far. */
static int32_t tap(const step_t* step, uint32_t receptor, uint32_t row, uint32_t column,
                   uint32_t channel) {
  const snn_pipe_source_t* source = &step->layer->source[receptor];
  const int32_t byte =
      bytes_of(step, source)[row * source->row_step + column * source->column_step +
                             channel * source->channel_step];
  return (byte - source->zero) * (source->is_current ? step->arrived[receptor] : 1);
}

/* Of a window of one channel. */
typedef struct {
  int32_t sum, greatest, count;
} pool_t;

static pool_t pool(const step_t* step, uint32_t row, uint32_t column, uint32_t channel) {
  const snn_pipe_source_t* source = &step->layer->source[0];
  pool_t pool = {0, INT32_MIN, 0};
  int32_t y, x;
  snn_extent_t extent;
  const snn_map_t map = {0, 0, 0, 0, source->rows, source->columns, 0};
  extent = snn_extent(&step->layer->window, &map, (int32_t)row, (int32_t)column);
  for (y = extent.y0; y < extent.y1; ++y)
    for (x = extent.x0; x < extent.x1; ++x, ++pool.count) {
      const int32_t value = tap(step, 0, (uint32_t)y, (uint32_t)x, channel);
      pool.sum += value, pool.greatest = snn_greatest(pool.greatest, value);
    }
  return pool;
}

/* A neuron's threshold and its membrane with all that has arrived, before what it has sent. */
typedef struct {
  int64_t m, threshold;
} membrane_t;

static int64_t charge_of(const step_t* step, uint32_t row, uint32_t column, uint32_t channel,
                         int32_t* taps) {
  const snn_pipe_layer_t* layer = step->layer;
  const uint32_t position = row * layer->columns + column;
  pool_t values;
  int32_t sum;
  *taps = 1;
  switch (layer->kind) {
    case SNN_PIPE_LINEAR:
    case SNN_PIPE_DEPTHWISE:
      sum = step->work->words[layer->sums + position * layer->width + channel];
      return (int64_t)step->gain * sum;
    case SNN_PIPE_ADD:
      return (int64_t)layer->gain[0] * tap(step, 0, row, column, channel) +
             (int64_t)layer->gain[1] * tap(step, 1, row, column, channel);
    default:
      values = pool(step, row, column, channel);
      *taps = values.count;
      return (int64_t)layer->gain[0] * values.sum;
  }
}

static membrane_t membrane_of(const step_t* step, uint32_t row, uint32_t column, uint32_t channel) {
  const snn_pipe_layer_t* layer = step->layer;
  const snn_membrane_t* constants = &layer->membrane[channel];
  membrane_t membrane;
  int32_t taps;
  membrane.m = charge_of(step, row, column, channel, &taps) + constants->bias * step->steps;
  membrane.threshold = constants->threshold * (layer->counts_taps ? taps : 1);
  membrane.m += membrane.threshold / 2;
  return membrane;
}

static int32_t fire(const step_t* step, uint32_t row, uint32_t column, uint32_t channel,
                    int32_t* sent) {
  const snn_pipe_layer_t* layer = step->layer;
  membrane_t membrane = membrane_of(step, row, column, channel);
  membrane.m -= *sent * membrane.threshold;
  return synfire_rate_if_step(&membrane.m, 0, membrane.threshold, sent,
                              layer->is_signed ? layer->least : *sent, layer->most);
}

/* A maximum sends what its greatest tap has sent. */
static int32_t follow(const step_t* step, uint32_t row, uint32_t column, uint32_t channel,
                      int32_t* sent) {
  const snn_pipe_layer_t* layer = step->layer;
  const int32_t target =
      synfire_clamp(pool(step, row, column, channel).greatest, layer->least, layer->most);
  const int32_t spike = target > *sent ? 1 : target < *sent && layer->is_signed ? -1 : 0;
  *sent += spike;
  return spike;
}

static void clear_spikes(const step_t* step) {
  const uint32_t words = (size_of(step->layer) + 31u) / 32u;
  memset(step->work->words + step->layer->spikes, 0, 8u * words);
}

static void put_spike(const step_t* step, uint32_t neuron, int32_t spike) {
  const uint32_t words = (size_of(step->layer) + 31u) / 32u;
  uint32_t* bits = (uint32_t*)step->work->words + step->layer->spikes + (spike < 0 ? words : 0u);
  bits[neuron / 32u] |= 1u << neuron % 32u;
}

/* The nearest integer of what is in [-1000, 1000], halves to even, as nearbyint has it. */
static int32_t nearest(double x) {
  const double magic = 6755399441055744.0; /* 1.5 * 2^52: no fraction is left beside it */
  volatile double sum = x + magic;
  return (int32_t)(sum - magic);
}

/* The mean charge of a step on the scale of values, as the engine divides. */
static int32_t mean_charge(const step_t* step, uint32_t row, uint32_t column, uint32_t channel) {
  const membrane_t membrane = membrane_of(step, row, column, channel);
  const double u = (double)(membrane.m - membrane.threshold / 2) * SYNFIRE_RATE_LEVELS /
                   ((double)membrane.threshold * step->pipeline->window);
  return nearest(u < -1000 ? -1000 : u > 1000 ? 1000 : u);
}

/* A readout's value, which is told after its last step. */
static void tell(const step_t* step, uint32_t neuron, int32_t value) {
  const snn_map_t* out = step->out;
  const int32_t within = synfire_clamp(value, step->layer->low, step->layer->high);
  step->work->arena[snn_place(out, neuron, 0)] = (uint8_t)(within + out->zero);
}

static void advance_neuron(const step_t* step, uint32_t row, uint32_t column, uint32_t channel,
                           uint32_t neuron) {
  const snn_pipe_layer_t* layer = step->layer;
  const int last = step->steps == step->pipeline->window;
  uint8_t* byte = step->work->arena + layer->sent + neuron;
  int32_t sent = *byte + layer->least, spike;
  if (layer->is_readout && layer->kind != SNN_PIPE_MAXIMUM) {
    if (last) tell(step, neuron, mean_charge(step, row, column, channel));
    return;
  }
  spike = layer->kind == SNN_PIPE_MAXIMUM ? follow(step, row, column, channel, &sent)
                                          : fire(step, row, column, channel, &sent);
  *byte = (uint8_t)(sent - layer->least);
  if (layer->is_readout) {
    if (last)
      tell(step, neuron, synfire_rate_scale(sent, SYNFIRE_RATE_LEVELS, step->pipeline->window));
  } else if (spike != 0) {
    put_spike(step, neuron, spike);
  }
}

static void advance(const step_t* step) {
  const snn_pipe_layer_t* layer = step->layer;
  uint32_t row, column, channel, neuron = 0;
  for (row = 0; row < layer->rows; ++row)
    for (column = 0; column < layer->columns; ++column)
      for (channel = 0; channel < layer->channels; ++channel, ++neuron)
        advance_neuron(step, row, column, channel, neuron);
}

/* The same where sums are kept, which is most of the work: in the order of neurons. */
static void advance_sums(const step_t* step) {
  const snn_pipe_layer_t* layer = step->layer;
  const int32_t* sum = step->work->words + layer->sums;
  uint8_t* byte = step->work->arena + layer->sent;
  const int32_t gain = step->gain, least = layer->least, most = layer->most;
  const int64_t steps = step->steps;
  const uint32_t positions = (uint32_t)layer->rows * layer->columns, channels = layer->channels;
  uint32_t position, channel, neuron = 0;
  for (position = 0; position < positions; ++position, sum += layer->width)
    for (channel = 0; channel < channels; ++channel, ++neuron) {
      const snn_membrane_t* constants = &layer->membrane[channel];
      int32_t sent = byte[neuron] + least, spike;
      int64_t m = (int64_t)gain * sum[channel] + constants->bias * steps + constants->half -
                  sent * constants->threshold;
      spike = synfire_rate_if_step(&m, 0, constants->threshold, &sent,
                                   layer->is_signed ? least : sent, most);
      if (spike == 0) continue;
      byte[neuron] = (uint8_t)(sent - least);
      put_spike(step, neuron, spike);
    }
}

static int has_sums(const snn_pipe_layer_t* layer) {
  return layer->kind == SNN_PIPE_LINEAR || layer->kind == SNN_PIPE_DEPTHWISE;
}

static int32_t arrived(const step_t* step, uint32_t receptor) {
  return synfire_clamp(step->now - step->layer->source[receptor].delay + 1, 0,
                       step->pipeline->window);
}

static uint32_t receptors_of(const snn_pipe_layer_t* layer) {
  return layer->kind == SNN_PIPE_ADD ? 2u : 1u;
}

/* What a source has sent until the step before, for steps to come. */
static void remember(const step_t* step, const snn_pipe_source_t* source) {
  const uint32_t size = size_of(step->layer);
  uint8_t* arena = step->work->arena;
  if (has_history(source))
    memcpy(arena + source->history + (uint32_t)step->now % source->delay * size, arena + source->at,
           size);
}

static void serve_layer(step_t* step) {
  const snn_pipe_layer_t* layer = step->layer;
  uint32_t i;
  step->steps = step->now - layer->start + 1;
  for (i = 0; i < receptors_of(layer); ++i) {
    step->arrived[i] = arrived(step, i);
    remember(step, &layer->source[i]);
  }
  if (has_sums(layer) && !layer->source[0].is_current) snn_pipe_receive(layer, step->work);
  if (!layer->is_readout) clear_spikes(step);
  step->gain = layer->gain[0] * (layer->source[0].is_current ? step->arrived[0] : 1);
  if (step->steps <= 0 || step->steps > step->pipeline->window) return;
  if (has_sums(layer) && !layer->is_readout)
    advance_sums(step);
  else
    advance(step);
}

static void clear_source(const snn_pipe_source_t* source, uint32_t size, uint8_t* arena) {
  if (has_history(source)) memset(arena + source->history, source->zero, source->delay * size);
}

static void reset(const snn_pipe_layer_t* layer, const snn_work_t* work) {
  const uint32_t size = size_of(layer);
  uint32_t i;
  memset(work->arena + layer->sent, -layer->least, size);
  if (has_sums(layer))
    memset(work->words + layer->sums, 0,
           4u * (uint32_t)layer->rows * layer->columns * layer->width);
  if (!layer->is_readout) memset(work->words + layer->spikes, 0, 8u * ((size + 31u) / 32u));
  for (i = 0; i < receptors_of(layer); ++i) clear_source(&layer->source[i], size, work->arena);
  if (has_sums(layer) && layer->source[0].is_current) snn_pipe_current(layer, work);
}

/* Each layer before its sources, whose spikes are those of the step before. */
void snn_pipeline(const snn_pipeline_t* pipeline, const snn_map_t* out, const snn_work_t* work) {
  step_t step;
  uint32_t i;
  step.pipeline = pipeline, step.out = out, step.work = work;
  step.arrived[0] = step.arrived[1] = 0;
  for (i = 0; i < pipeline->layers; ++i) reset(&pipeline->layer[i], work);
  for (step.now = 0; step.now < pipeline->steps; ++step.now)
    for (i = pipeline->layers; i != 0u; --i) {
      step.layer = &pipeline->layer[i - 1u];
      serve_layer(&step);
    }
}
