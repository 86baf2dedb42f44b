/* What the processor has instructions for, with the same bits in plain C. */
#ifndef SNN_ARITHMETIC_H
#define SNN_ARITHMETIC_H

#include "snn_kernel.h"

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

/* offset + the high word of a * b, modulo 2^32 */
static inline int32_t snn_high_product_add(int32_t a, int32_t b, int32_t offset) {
#if SNN_DSP
  int32_t result;
  __asm__("smmla %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(offset));
  return result;
#else
  return (int32_t)(((int64_t)a * b) >> 32) + offset;
#endif
}

static inline uint8_t snn_saturate(int32_t value) {
#if SNN_DSP
  return (uint8_t)__usat(value, 8);
#else
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
#endif
}

/* `sum256` is 256 times the sum. */
static inline uint8_t snn_scaled(const snn_scale_t* scale, int32_t sum256, uint8_t shift) {
  return snn_saturate(snn_high_product_add(sum256, scale->multiplier, scale->offset) >> shift);
}

static inline int32_t snn_times_256(int32_t sum) { return (int32_t)((uint32_t)sum << 8); }

/* Where a product of 64 bits is a call, the multiplier's bytes make four of 32 bits: sums of single
 * steps stay below 2^23. */
#ifndef SNN_SHORT_PRODUCTS
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1
#define SNN_SHORT_PRODUCTS 1
#else
#define SNN_SHORT_PRODUCTS 0
#endif
#endif

/* sum * multiplier >> 24 */
static inline int32_t snn_short_products(int32_t sum, int32_t multiplier) {
  int32_t product = (sum * (multiplier & 0xFF)) >> 8;
  product = (product + sum * ((multiplier >> 8) & 0xFF)) >> 8;
  product = (product + sum * ((multiplier >> 16) & 0xFF)) >> 8;
  return product + sum * (multiplier >> 24);
}

static inline uint8_t snn_byte(const snn_scale_t* scale, int32_t sum, uint8_t shift) {
#if SNN_SHORT_PRODUCTS
  return snn_saturate((snn_short_products(sum, scale->multiplier) + scale->offset) >> shift);
#else
  return snn_scaled(scale, snn_times_256(sum), shift);
#endif
}

/* Two sums' start from the form that packed layers have. */
#define SNN_UNPACK(even, odd) \
  { odd += even < 0, even >>= 8; }

/* Exact arithmetic has its own bias. */
static inline int32_t snn_start(const snn_rescale_t* rescale, uint32_t channel) {
  return rescale->start != 0 ? rescale->start[channel] : 0;
}

static inline uint8_t snn_rescaled(const snn_rescale_t* rescale, uint32_t channel, int32_t sum) {
  if (rescale->scale != 0) return snn_byte(&rescale->scale[channel], sum, rescale->shift);
  {
    const synfire_graded_t* exact = &rescale->exact[channel];
    return (uint8_t)(synfire_graded_value(exact, sum) + exact->zero_point - exact->low);
  }
}

static inline int snn_is_pointwise(const snn_window_t* window) {
  return window->rows == 1 && window->columns == 1 && window->stride_rows == 1 &&
         window->stride_columns == 1 && window->top == 0 && window->left == 0;
}

#endif
