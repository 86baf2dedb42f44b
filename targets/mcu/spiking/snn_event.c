/* Spikes of a step as lists of neurons. */
#include "snn_sums.h"

static const uint32_t* words_of(const snn_source_t* source, const snn_work_t* work) {
  const uint32_t slot = (work->now - source->delay) & source->spikes.depth_mask;
  const uint32_t stride = (uint32_t)source->spikes.words + source->spikes.busy;
  return work->spikes + source->spikes.at + slot * stride;
}

/* Before the first step nothing was sent: those words and marks are 0. */
snn_cursor_t snn_first(const snn_source_t* source, const snn_work_t* work) {
  snn_cursor_t cursor = {0, 0, 0, 0, 0};
  if (source->spikes.words > 0) {
    cursor.end = source->spikes.busy;
  } else {
    const uint32_t sent = work->now - source->delay;
    cursor.next = work->marks[(sent - 1u) & work->marks_mask];
    cursor.end = work->marks[sent & work->marks_mask];
  }
  return cursor;
}

static uint32_t gather_ring(const snn_work_t* work, snn_cursor_t* cursor, uint16_t* events) {
  uint32_t next = cursor->next, count = cursor->end - next, i;
  if (count > SNN_CHUNK) count = SNN_CHUNK;
  for (i = 0; i < count; ++i) events[i] = work->ring[next++ & work->ring_mask];
  cursor->next = next;
  return count;
}

/* The next word of spikes that is not 0; 0 when there is none. */
static int next_word(const snn_source_t* source, const uint32_t* words, snn_cursor_t* cursor) {
  while (cursor->words == 0) {
    if (cursor->next == cursor->end) return 0;
    cursor->words = words[source->spikes.words + cursor->next++];
  }
  cursor->word = 32u * (cursor->next - 1u) + snn_lowest_bit(cursor->words);
  cursor->words &= cursor->words - 1u;
  cursor->bits = words[cursor->word];
  return 1;
}

uint32_t snn_gather(const snn_source_t* source, const snn_work_t* work, snn_cursor_t* cursor,
                    uint16_t* events) {
  const uint32_t* words;
  uint32_t count = 0;
  if (source->spikes.words == 0) return gather_ring(work, cursor, events);
  words = words_of(source, work);
  while (cursor->bits != 0 || next_word(source, words, cursor)) {
    uint32_t bits = cursor->bits;
    for (; bits != 0 && count < SNN_CHUNK; bits &= bits - 1u)
      events[count++] = (uint16_t)(32u * cursor->word + snn_lowest_bit(bits));
    cursor->bits = bits;
    if (count == SNN_CHUNK) break;
  }
  return count;
}
