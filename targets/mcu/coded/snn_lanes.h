/* Sums of the weights of spikes: additions only, four weights to a word, two 16-bit sums to a
 * register. For snn_radix.c and snn_rate.c.
 *
 * A word holds bytes w + 128. Its even and its odd bytes are pairs a + 2^16 b, which are added up
 * modulo 2^32 (with the DSP extension each half modulo 2^16); 128 for each spike is taken off at
 * the end. The generator has shown that the sums then fit 16 bits. */
#ifndef SNN_LANES_H
#define SNN_LANES_H

#include "snn_arithmetic.h"

/* Of eight outputs: those of bytes 0 and 2, 1 and 3, 4 and 6, 5 and 7. */
typedef struct {
  uint32_t even0, odd0, even1, odd1;
} snn_pairs_t;

#if SNN_DSP
static inline uint32_t snn_add_even(uint32_t sum, uint32_t word) { return __uxtab16(sum, word); }
static inline uint32_t snn_add_odd(uint32_t sum, uint32_t word) {
  __asm__("uxtab16 %0, %0, %1, ror #8" : "+r"(sum) : "r"(word));
  return sum;
}
static inline uint32_t snn_pair_twice(uint32_t sum) { return __uadd16(sum, sum); }
static inline uint32_t snn_pair_less(uint32_t sum, uint32_t offset) {
  return __usub16(sum, (offset & 0xFFFFu) * 0x10001u);
}
static inline int32_t snn_pair_high(uint32_t pair) { return (int32_t)pair >> 16; }
#else
#define SNN_EVEN_BYTES 0x00FF00FFu
static inline uint32_t snn_add_even(uint32_t sum, uint32_t word) {
  return sum + (word & SNN_EVEN_BYTES);
}
static inline uint32_t snn_add_odd(uint32_t sum, uint32_t word) {
  return sum + (word >> 8 & SNN_EVEN_BYTES);
}
static inline uint32_t snn_pair_twice(uint32_t sum) { return sum + sum; }
static inline uint32_t snn_pair_less(uint32_t sum, uint32_t offset) {
  return sum - offset * 0x10001u;
}
/* Less 1 where the lower half is negative: it has borrowed. */
static inline int32_t snn_pair_high(uint32_t pair) { return (int32_t)(pair + 0x8000u) >> 16; }
#endif
static inline int32_t snn_pair_low(uint32_t pair) { return (int16_t)(uint16_t)pair; }

static inline void snn_pairs_clear(snn_pairs_t* pairs) {
  pairs->even0 = pairs->odd0 = pairs->even1 = pairs->odd1 = 0;
}

static inline void snn_pairs_twice(snn_pairs_t* pairs) {
  pairs->even0 = snn_pair_twice(pairs->even0), pairs->odd0 = snn_pair_twice(pairs->odd0);
  pairs->even1 = snn_pair_twice(pairs->even1), pairs->odd1 = snn_pair_twice(pairs->odd1);
}

#define SNN_ADD_ROW                                 \
  {                                                 \
    const uint32_t* row = words + *spike++;         \
    const uint32_t first = row[0], second = row[1]; \
    even0 = snn_add_even(even0, first);             \
    odd0 = snn_add_odd(odd0, first);                \
    even1 = snn_add_even(even1, second);            \
    odd1 = snn_add_odd(odd1, second);               \
  }

/* Adds the rows of `count` spikes; a spike is where its row of weights is. */
static inline void snn_pairs_add(snn_pairs_t* pairs, const uint32_t* words, const int32_t* spike,
                                 uint32_t count) {
  uint32_t even0 = pairs->even0, odd0 = pairs->odd0, even1 = pairs->even1, odd1 = pairs->odd1;
  for (; count >= 4u; count -= 4u) {
    SNN_ADD_ROW
    SNN_ADD_ROW
    SNN_ADD_ROW
    SNN_ADD_ROW
  }
  for (; count != 0u; --count) SNN_ADD_ROW
  pairs->even0 = even0, pairs->odd0 = odd0, pairs->even1 = even1, pairs->odd1 = odd1;
}

#define SNN_FOLD(pair, low, high)                                    \
  {                                                                  \
    const uint32_t sums = snn_pair_less(pairs->pair, offset);        \
    sum[low] = (sum[low] << left) + (uint32_t)snn_pair_low(sums);    \
    sum[high] = (sum[high] << left) + (uint32_t)snn_pair_high(sums); \
  }

/* Eight sums, doubled `left` times, and the pairs of `spikes` spikes; modulo 2^32. */
static inline void snn_pairs_fold(const snn_pairs_t* pairs, uint32_t spikes, uint32_t left,
                                  uint32_t sum[SNN_LANES]) {
  const uint32_t offset = 128u * spikes;
  SNN_FOLD(even0, 0, 2)
  SNN_FOLD(odd0, 1, 3)
  SNN_FOLD(even1, 4, 6)
  SNN_FOLD(odd1, 5, 7)
}

#endif
