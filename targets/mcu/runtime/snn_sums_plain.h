/* Sums, one weight at a time. For snn_linear.c. */
#ifndef SNN_SUMS_PLAIN_H
#define SNN_SUMS_PLAIN_H

#include "snn_gather.h"
#include "snn_helium.h"

/* Eight sums with what the events add to them: all stay in registers, for which these are functions
 * of their own. */
#if SNN_HELIUM
static __attribute__((noinline)) void add_events(const int8_t* weight, const snn_event_t* event,
                                                 const snn_event_t* end, int32_t sum[SNN_LANES]) {
  int32x4_t low = vdupq_n_s32(0), high = low;
  for (; event != end; ++event) {
    low = vmlaq_n_s32(low, vldrbq_s32(weight + event->row), event->value);
    high = vmlaq_n_s32(high, vldrbq_s32(weight + event->row + 4), event->value);
  }
  vstrwq_s32(sum, low), vstrwq_s32(sum + 4, high);
}
#else
static __attribute__((noinline)) void add_events(const int8_t* weight, const snn_event_t* event,
                                                 const snn_event_t* end, int32_t sum[SNN_LANES]) {
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
  for (; event != end; ++event) {
    const int8_t* w = weight + event->row;
    const int32_t u = event->value;
    s0 += w[0] * u;
    s1 += w[1] * u;
    s2 += w[2] * u;
    s3 += w[3] * u;
    s4 += w[4] * u;
    s5 += w[5] * u;
    s6 += w[6] * u;
    s7 += w[7] * u;
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
  sum[4] = s4, sum[5] = s5, sum[6] = s6, sum[7] = s7;
}
#endif

static uint8_t* store_lanes(const snn_lanes_t* lanes, const int32_t sum[SNN_LANES], uint8_t* out,
                            uint32_t plane) {
  const int32_t *start = lanes->start, *scale = lanes->scale;
  uint32_t i;
  for (i = 0; i < SNN_LANES; i += 2u, scale += 3, out += 2u * plane) {
    *out = snn_scaled(snn_times_256(sum[i]) + start[i], scale[0], SNN_SHIFT);
    out[plane] = snn_scaled(snn_times_256(sum[i + 1u]) + scale[2], scale[1], SNN_SHIFT);
  }
  return out;
}

static uint8_t* store_some(const snn_rescale_t* rescale, uint32_t first, uint32_t lanes,
                           const int32_t* sum, uint8_t* out, uint32_t plane) {
  uint32_t i;
  if (rescale->exact == 0) {
    const snn_scale_t* scale = rescale->scale + first;
    const uint8_t shift = rescale->shift;
    for (i = 0; i < lanes; ++i, out += plane) *out = snn_byte(&scale[i], sum[i], shift);
  } else
    for (i = 0; i < lanes; ++i, out += plane) *out = snn_rescaled(rescale, first + i, sum[i]);
  return out;
}

static void serve_plain(const snn_linear_t* layer, const snn_event_t* events, uint32_t count,
                        uint8_t* out) {
  const uint32_t plane = layer->out.plane;
  uint32_t first;
  for (first = 0; first < layer->out.channels; first += SNN_LANES) {
    const uint32_t rest = layer->out.channels - first;
    int32_t sum[SNN_LANES];
    add_events(layer->weight + first, events, events + count, sum);
    if (layer->packed)
      out = store_lanes(snn_lanes_of(layer, first / SNN_LANES), sum, out, plane);
    else
      out =
          store_some(&layer->rescale, first, rest < SNN_LANES ? rest : SNN_LANES, sum, out, plane);
  }
}

#endif
