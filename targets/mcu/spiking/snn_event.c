/* Spikes of a step as lists of neurons. */
#include "snn_synapse.h"

static const uint32_t* words_of(const snn_source_t* source, const snn_work_t* work) {
  const uint32_t slot = (work->now - source->delay) & source->spikes.depth_mask;
  return work->spikes + source->spikes.at + slot * source->spikes.words;
}

/* Before the first step nothing was sent: those words and marks are 0. */
snn_cursor_t snn_first(const snn_source_t* source, const snn_work_t* work) {
  snn_cursor_t cursor = {0, 0, 0};
  if (source->spikes.words > 0) {
    cursor.end = source->spikes.words;
  } else {
    const uint32_t sent = work->now - source->delay;
    cursor.next = work->marks[(sent - 1u) & work->marks_mask];
    cursor.end = work->marks[sent & work->marks_mask];
  }
  return cursor;
}

static uint32_t gather_ring(const snn_work_t* work, snn_cursor_t* cursor, uint16_t* events) {
  uint32_t count = 0;
  while (cursor->next != cursor->end && count < SNN_CHUNK)
    events[count++] = work->ring[cursor->next++ & work->ring_mask];
  return count;
}

/* The place of the lowest bit that is set. */
static uint32_t lowest_bit(uint32_t bits) {
#if defined(__GNUC__) && (defined(__ARM_FEATURE_CLZ) || defined(__riscv_zbb))
  return (uint32_t)__builtin_ctz(bits);
#else
  uint32_t place = 0;
  if (!(bits & 0xffffu)) bits >>= 16, place = 16;
  if (!(bits & 0xffu)) bits >>= 8, place += 8;
  if (!(bits & 0xfu)) bits >>= 4, place += 4;
  if (!(bits & 3u)) bits >>= 2, place += 2;
  return place + !(bits & 1u);
#endif
}

uint32_t snn_gather(const snn_source_t* source, const snn_work_t* work, snn_cursor_t* cursor,
                    uint16_t* events) {
  const uint32_t* words;
  uint32_t count = 0;
  if (source->spikes.words == 0) return gather_ring(work, cursor, events);
  words = words_of(source, work);
  for (;;) {
    while (cursor->bits == 0) {
      if (cursor->next == cursor->end) return count;
      cursor->bits = words[cursor->next++];
    }
    while (cursor->bits != 0) {
      if (count == SNN_CHUNK) return count;
      events[count++] = (uint16_t)(32u * (cursor->next - 1u) + lowest_bit(cursor->bits));
      cursor->bits &= cursor->bits - 1u;
    }
  }
}
