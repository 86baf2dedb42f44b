/* Sums of two lanes in a word: lane0 + 2^16 lane1 modulo 2^32, which whole-word additions of such
 * words keep exactly, whatever the signs, as long as both sums fit 16 bits in the end. */
#ifndef SNN_SUMS_H
#define SNN_SUMS_H

#include "snn_synapse.h"

#if defined(__ARM_FEATURE_DSP) && !defined(SNN_PLAIN_C)
#define SNN_DSP 1
#else
#define SNN_DSP 0
#endif

static inline int16_t snn_lane0(uint32_t pair) { return (int16_t)(pair & 0xffffu); }
static inline int32_t snn_lane1(uint32_t pair) { return (int32_t)(pair + 0x8000u) >> 16; }

/* v + the sum of a lane times a factor. */
static inline int32_t snn_drive0(int32_t v, uint32_t pair, int16_t scale) {
#if SNN_DSP
  __asm__("smlabb %0, %1, %2, %0" : "+r"(v) : "r"(pair), "r"((int32_t)scale));
  return v;
#else
  return v + snn_lane0(pair) * scale;
#endif
}
static inline int32_t snn_drive1(int32_t v, uint32_t pair, int16_t scale) {
#if SNN_DSP
  __asm__("smlatb %0, %1, %2, %0" : "+r"(v) : "r"(pair + 0x8000u), "r"((int32_t)scale));
  return v;
#else
  return v + snn_lane1(pair) * scale;
#endif
}

/* Functions that would take registers from loops around them, and branches that should not. */
#ifdef __GNUC__
#define SNN_APART __attribute__((noinline))
#define SNN_RARE(condition) __builtin_expect(condition, 0)
#else
#define SNN_APART
#define SNN_RARE(condition) (condition)
#endif

/* Bytes 0 and 2, or 1 and 3, added to the halves of a word. */
static inline uint32_t snn_add_even(uint32_t sum, uint32_t bytes) {
#if SNN_DSP
  __asm__("uxtab16 %0, %0, %1" : "+r"(sum) : "r"(bytes));
  return sum;
#else
  return sum + (bytes & 0x00ff00ffu);
#endif
}
static inline uint32_t snn_add_odd(uint32_t sum, uint32_t bytes) {
#if SNN_DSP
  __asm__("uxtab16 %0, %0, %1, ror #8" : "+r"(sum) : "r"(bytes));
  return sum;
#else
  return sum + (bytes >> 8 & 0x00ff00ffu);
#endif
}

/* Four words; on processors that load and store several registers at once by instructions that
 * compilers do not find. Both move on. */
#if defined(__GNUC__) && defined(__thumb2__) && !defined(SNN_PLAIN_C)
#define SNN_ADD_FOUR(sum, weight)                                        \
  __asm__(                                                               \
      "ldmia %1!, {r3, r4, r5, r6}\n\tldmia %0, {r8, r10, r11, r12}\n\t" \
      "add r3, r8\n\tadd r4, r10\n\tadd r5, r11\n\tadd r6, r12\n\t"      \
      "stmia %0!, {r3, r4, r5, r6}"                                      \
      : "+r"(sum), "+r"(weight)                                          \
      :                                                                  \
      : "r3", "r4", "r5", "r6", "r8", "r10", "r11", "r12", "memory")
#else
#define SNN_ADD_FOUR(sum, weight)                                            \
  do {                                                                       \
    const uint32_t w0 = (sum)[0] + (weight)[0], w1 = (sum)[1] + (weight)[1]; \
    const uint32_t w2 = (sum)[2] + (weight)[2], w3 = (sum)[3] + (weight)[3]; \
    (sum)[0] = w0, (sum)[1] = w1, (sum)[2] = w2, (sum)[3] = w3;              \
    (sum) += 4, (weight) += 4;                                               \
  } while (0)
#endif

/* The place of the lowest bit that is set. */
static inline uint32_t snn_lowest_bit(uint32_t bits) {
#if defined(__GNUC__) && (defined(__ARM_FEATURE_CLZ) || defined(__riscv_zbb))
  return (uint32_t)__builtin_ctz(bits);
#else
  /* Each product has other upper five bits (Leiserson, Prokop and Randall, "Using de Bruijn
   * sequences to index a 1 in a computer word", MIT, 1998). */
  static const uint8_t place[32] = {0,  1,  28, 2,  29, 14, 24, 3, 30, 22, 20, 15, 25, 17, 4,  8,
                                    31, 27, 13, 23, 21, 19, 16, 7, 26, 12, 18, 6,  11, 5,  10, 9};
  return place[((bits & (0u - bits)) * 0x077cb531u) >> 27];
#endif
}

#endif
