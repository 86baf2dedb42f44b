/* Pools and sums of counts on the scale of other counts, by the reference's arithmetic. */
#include "neurons/rate.h"
#include "snn_arithmetic.h"
#include "snn_coded.h"
#include "snn_window.h"

static int32_t scaled(const snn_sum_scale_t* scale, int32_t sum) {
  return scale->to == scale->from ? sum : synfire_rate_scale(sum, scale->to, scale->from);
}

/* Sum or maximum of the values of a window that lie inside the map. */
typedef struct {
  int32_t sum, greatest, count;
} pool_t;

static pool_t pool(const snn_map_t* in, const snn_window_t* window, const uint8_t* plane,
                   int32_t row, int32_t column) {
  const snn_extent_t extent = snn_extent(window, in, row, column);
  pool_t pool = {0, INT32_MIN, 0};
  int32_t y, x;
  for (y = extent.y0; y < extent.y1; ++y)
    for (x = extent.x0; x < extent.x1; ++x, ++pool.count) {
      const int32_t u = plane[y * in->pitch + x] - in->zero;
      pool.sum += u, pool.greatest = snn_greatest(pool.greatest, u);
    }
  return pool;
}

/* Every output's window; `expression` is its quantized value less the least one. */
#define SNN_POOL(expression)                                                                       \
  const snn_map_t *in = &layer->in, *out = &layer->out;                                            \
  uint32_t channel;                                                                                \
  int32_t row, column;                                                                             \
  for (channel = 0; channel < out->channels; ++channel)                                            \
    for (row = 0; row < out->rows; ++row) {                                                        \
      uint8_t* target = work->arena + out->at + channel * out->plane + (uint32_t)row * out->pitch; \
      for (column = 0; column < out->columns; ++column) {                                          \
        const pool_t values =                                                                      \
            pool(in, &layer->window, work->arena + in->at + channel * in->plane, row, column);     \
        target[column] = (uint8_t)(expression);                                                    \
      }                                                                                            \
    }

static int32_t average_of(const snn_average_t* layer, int32_t sum, int32_t count) {
  const int32_t q = synfire_rounded_quotient(sum + count * layer->input_zero_point, count);
  return synfire_clamp(q, layer->low, layer->high) - layer->low;
}

void snn_rate_average(const snn_spike_average_t* spikes, const snn_work_t* work) {
  const snn_average_t* layer = spikes->layer;
  SNN_POOL(average_of(layer, scaled(&spikes->scale, values.sum), values.count))
}

void snn_rate_mean(const snn_spike_mean_t* spikes, const snn_work_t* work) {
  const snn_mean_t* layer = spikes->layer;
  const synfire_graded_t* exact = &layer->exact;
  SNN_POOL(synfire_graded_value(exact, scaled(&spikes->scale, values.sum)) + exact->zero_point -
           exact->low)
}

void snn_rate_maximum(const snn_spike_maximum_t* spikes, const snn_work_t* work) {
  const snn_maximum_t* layer = spikes->layer;
  SNN_POOL(synfire_clamp(scaled(&spikes->scale, values.greatest) + layer->zero_point, layer->low,
                         layer->high) -
           layer->low)
}

void snn_rate_add(const snn_spike_add_t* spikes, const snn_work_t* work) {
  const snn_add_t* layer = spikes->layer;
  const synfire_add_t* add = layer->exact;
  const uint8_t* first = work->arena + layer->in[0].at;
  const uint8_t* second = work->arena + layer->in[1].at;
  uint8_t* out = work->arena + layer->out.at;
  uint32_t i;
  for (i = 0; i < (uint32_t)layer->out.channels * layer->out.plane; ++i) {
    const int32_t u0 = scaled(&spikes->scale[0], first[i] - layer->in[0].zero);
    const int32_t u1 = scaled(&spikes->scale[1], second[i] - layer->in[1].zero);
    out[i] = (uint8_t)(synfire_add_value(add, u0, u1) + add->zero_point - add->low);
  }
}
