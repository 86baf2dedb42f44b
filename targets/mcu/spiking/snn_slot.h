/* The spikes of the step that is made. */
#ifndef SNN_SLOT_H
#define SNN_SLOT_H

#include "snn_sums.h"

static inline uint32_t* snn_clear_slot(const snn_population_t* p, const snn_work_t* work) {
  const uint32_t stride = (uint32_t)p->spikes.words + p->spikes.busy;
  uint32_t* slot = work->spikes + p->spikes.at + (work->now & p->spikes.depth_mask) * stride;
  uint32_t *busy = slot + p->spikes.words, i, bits;
  for (i = 0; i < p->spikes.busy; ++i) {
    for (bits = busy[i]; bits != 0; bits &= bits - 1u) slot[32u * i + snn_lowest_bit(bits)] = 0;
    busy[i] = 0;
  }
  return slot;
}

/* Up to 32 neurons from `bit` on. */
static inline void snn_set_spikes(const snn_population_t* p, uint32_t* slot, uint32_t bit,
                                  uint32_t spikes) {
  const uint32_t word = bit / 32u, low = spikes << bit % 32u;
  const uint32_t high = bit % 32u == 0 ? 0 : spikes >> (32u - bit % 32u);
  uint32_t* busy = slot + p->spikes.words;
  if (low != 0) slot[word] |= low, busy[word / 32u] |= (uint32_t)1 << word % 32u;
  if (high != 0)
    slot[word + 1u] |= high, busy[(word + 1u) / 32u] |= (uint32_t)1 << (word + 1u) % 32u;
}

#endif
