/* Sums, one weight at a time. For snn_linear.c. */
#ifndef SNN_SUMS_PLAIN_H
#define SNN_SUMS_PLAIN_H

#include "snn_gather.h"
#include "snn_helium.h"

/* Eight sums with what the events add to them: all stay in registers, for which these are functions
 * of their own. */
#if SNN_HELIUM
static __attribute__((noinline)) void add_events(const int8_t* weight, const int32_t* start,
                                                 uint8_t packed, const snn_event_t* event,
                                                 const snn_event_t* end, int32_t sum[SNN_LANES]) {
  int32x4_t low, high;
  uint32_t i;
  for (i = 0; i < SNN_LANES; i += 2u) {
    sum[i] = start != 0 ? start[i] : 0, sum[i + 1u] = start != 0 ? start[i + 1u] : 0;
    if (packed) SNN_UNPACK(sum[i], sum[i + 1u])
  }
  low = vldrwq_s32(sum), high = vldrwq_s32(sum + 4);
  for (; event != end; ++event) {
    low = vmlaq_n_s32(low, vldrbq_s32(weight + event->row), event->value);
    high = vmlaq_n_s32(high, vldrbq_s32(weight + event->row + 4), event->value);
  }
  vstrwq_s32(sum, low), vstrwq_s32(sum + 4, high);
}
#else
static __attribute__((noinline)) void add_events(const int8_t* weight, const int32_t* start,
                                                 uint8_t packed, const snn_event_t* event,
                                                 const snn_event_t* end, int32_t sum[SNN_LANES]) {
  int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
  if (start != 0) {
    s0 = start[0], s1 = start[1], s2 = start[2], s3 = start[3];
    s4 = start[4], s5 = start[5], s6 = start[6], s7 = start[7];
  }
  if (packed) {
    SNN_UNPACK(s0, s1)
    SNN_UNPACK(s2, s3)
    SNN_UNPACK(s4, s5)
    SNN_UNPACK(s6, s7)
  }
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

static void serve_plain(const snn_linear_t* layer, const snn_event_t* events, uint32_t count,
                        uint8_t* out) {
  const snn_rescale_t* rescale = &layer->rescale;
  const uint32_t plane = layer->out.plane;
  uint32_t first, lane;
  for (first = 0; first < layer->out.channels; first += SNN_LANES) {
    const uint32_t rest = layer->out.channels - first;
    const uint32_t lanes = rest < SNN_LANES ? rest : SNN_LANES;
    const int32_t* start = rescale->start != 0 ? rescale->start + first : 0;
    int32_t sum[SNN_LANES];
    add_events(layer->weight + first, start, layer->packed, events, events + count, sum);
    if (rescale->scale != 0) {
      const snn_scale_t* scale = rescale->scale + first;
      const uint8_t shift = rescale->shift;
      for (lane = 0; lane < lanes; ++lane, out += plane)
        *out = snn_byte(&scale[lane], sum[lane], shift);
    } else
      for (lane = 0; lane < lanes; ++lane, out += plane)
        *out = snn_rescaled(rescale, first + lane, sum[lane]);
  }
}

#endif
