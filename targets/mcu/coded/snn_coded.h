/* Layers whose sources send binary spikes: a value as eight bits, most significant first (radix),
 * or as a number of spikes (rate). Values lie in maps as snn_kernel.h has it; a layer takes the
 * spikes of all steps of its sources' window, step after step, and then makes its values. See
 * docs/mcu.md.
 */
#ifndef SNN_CODED_H
#define SNN_CODED_H

#include "snn_kernel.h"

/* Sums times to / from before they become values: counts on the scale of other counts. */
typedef struct {
  int16_t to, from;
} snn_sum_scale_t;

/* Weights + 128, four to a word, least significant byte first; [group][row][column][channel]
 * [width]. */
typedef struct {
  const snn_linear_t* layer; /* its constants, without weights */
  const uint32_t* words;
  uint16_t chunk; /* inputs that are served together */
  uint8_t fold;   /* steps whose sums the generator has shown to fit 16 bits */
  snn_sum_scale_t scale;
} snn_spike_linear_t;

typedef struct {
  const snn_depthwise_t* layer;
  snn_sum_scale_t scale;
} snn_spike_depthwise_t;

typedef struct {
  const snn_average_t* layer;
  snn_sum_scale_t scale;
} snn_spike_average_t;

typedef struct {
  const snn_mean_t* layer;
  snn_sum_scale_t scale;
} snn_spike_mean_t;

typedef struct {
  const snn_maximum_t* layer;
  snn_sum_scale_t scale;
} snn_spike_maximum_t;

typedef struct {
  const snn_add_t* layer;
  snn_sum_scale_t scale[2];
} snn_spike_add_t;

void snn_radix_linear(const snn_spike_linear_t* spikes, const snn_work_t* work);
void snn_radix_depthwise(const snn_spike_depthwise_t* spikes, const snn_work_t* work);
void snn_rate_linear(const snn_spike_linear_t* spikes, const snn_work_t* work);
void snn_rate_depthwise(const snn_spike_depthwise_t* spikes, const snn_work_t* work);
void snn_rate_average(const snn_spike_average_t* spikes, const snn_work_t* work);
void snn_rate_mean(const snn_spike_mean_t* spikes, const snn_work_t* work);
void snn_rate_maximum(const snn_spike_maximum_t* spikes, const snn_work_t* work);
void snn_rate_add(const snn_spike_add_t* spikes, const snn_work_t* work);

#endif
