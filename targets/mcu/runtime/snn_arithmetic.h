/* What the processor has instructions for, with the same bits in plain C. */
#ifndef SNN_ARITHMETIC_H
#define SNN_ARITHMETIC_H

#include "snn_kernel.h"
#include "snn_model.h"

#if defined(__ARM_FEATURE_DSP) && !defined(SNN_PLAIN_C)
#define SNN_DSP 1
#include <arm_acle.h>
#else
#define SNN_DSP 0
#endif

/* Integer vectors of 128 bits. */
#if defined(__ARM_FEATURE_MVE) && !defined(SNN_PLAIN_C)
#define SNN_HELIUM 1
#else
#define SNN_HELIUM 0
#endif

/* Where a product of 64 bits is a call, halves make four of 32 bits. */
#ifndef SNN_SHORT_PRODUCTS
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1
#define SNN_SHORT_PRODUCTS 1
#else
#define SNN_SHORT_PRODUCTS 0
#endif
#endif

/* a * b >> 32 for b >= 0, by products of halves that stay in 32 bits. */
static inline int32_t snn_short_products(int32_t a, int32_t b) {
  const int32_t high = a >> 16, low = a & 0xFFFF, b_high = b >> 16, b_low = b & 0xFFFF;
  const int32_t first = high * b_low + (int32_t)((uint32_t)low * (uint32_t)b_low >> 16);
  const int32_t second = low * b_high + (first & 0xFFFF);
  return high * b_high + (first >> 16) + (second >> 16);
}

/* The high word of a * b, b >= 0. */
static inline int32_t snn_high_product(int32_t a, int32_t b) {
#if SNN_DSP
  int32_t result;
  __asm__("smmul %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
  return result;
#elif SNN_SHORT_PRODUCTS
  return snn_short_products(a, b);
#else
  return (int32_t)(((int64_t)a * b) >> 32);
#endif
}

static inline uint8_t snn_saturate(int32_t value) {
#if SNN_DSP
  return (uint8_t)__usat(value, 8);
#else
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
#endif
}

static inline int32_t snn_times_256(int32_t sum) { return (int32_t)((uint32_t)sum << 8); }

/* `sum256` is 256 times the sum, from its start on. */
static inline uint8_t snn_scaled(int32_t sum256, int32_t multiplier, uint8_t shift) {
  return snn_saturate(snn_high_product(sum256, multiplier) >> shift);
}

static inline uint8_t snn_byte(const snn_scale_t* scale, int32_t sum, uint8_t shift) {
  return snn_scaled(snn_times_256(sum) + scale->start, scale->multiplier, shift);
}

static inline uint8_t snn_rescaled(const snn_rescale_t* rescale, uint32_t channel, int32_t sum) {
  const synfire_graded_t* exact = rescale->exact;
  if (rescale->scale == 0)
    exact += channel;
  else if (rescale->scale[channel].multiplier != 0)
    return snn_byte(&rescale->scale[channel], sum, rescale->shift);
  else
    exact += rescale->scale[channel].start;
  return (uint8_t)(synfire_graded_value(exact, sum) + exact->zero_point - exact->low);
}

/* Lanes number `pass` of the layer. */
static inline const snn_lanes_t* snn_lanes_of(const snn_linear_t* layer, uint32_t pass) {
  const uint32_t passes = layer->width / SNN_LANES, first = pass & ~7u;
  const uint32_t group = passes - first < 8u ? passes - first : 8u;
  return layer->rescale.lanes + first + (group - 1u - (pass - first));
}

static inline int snn_is_pointwise(const snn_window_t* window) {
  return window->rows == 1 && window->columns == 1 && window->stride_rows == 1 &&
         window->stride_columns == 1 && window->top == 0 && window->left == 0;
}

#endif
