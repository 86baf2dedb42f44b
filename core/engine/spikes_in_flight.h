// For the parallel clock engine: the spikes of one population that have targets still to reach.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/state_archive.h"
#include "core/engine/spike_list.h"
#include "core/engine/synapse_block.h"

namespace synfire {

/// The latest spikes in one piece of memory, step after step. Every step goes through the spikes of
/// all delays, and lists of their own would take the caches that rows and sums need.
class SpikesInFlight {
 public:
  /// Keeps the spikes of the last `steps` steps at least.
  explicit SpikesInFlight(std::size_t steps) : kept_(steps), ranges_(std::bit_ceil(steps)) {}

  /// Begins a step; steps follow each other from 0.
  void open(std::int64_t step) {
    const Range oldest = range(step + 1 - static_cast<std::int64_t>(kept_));
    if (2 * (oldest.begin - dropped_) > spikes_.size() + kSlack) drop(oldest.begin);
    at(step) = {end(), end()};
  }
  /// Adds spikes of neurons counted from `first` to the step that was opened last.
  void add(std::int64_t step, std::int64_t first, const SpikeList& list) {
    const auto ids = list.ids();
    const auto payloads = list.payloads();
    for (std::size_t i = 0; i < ids.size(); ++i)
      spikes_.push_back({static_cast<std::uint32_t>(first) + ids[i], 0, 0, payloads[i]});
    at(step).end = end();
  }

  std::span<SpikeInFlight> of(std::int64_t step) {
    const Range found = range(step);
    return {spikes_.data() + (found.begin - dropped_), found.end - found.begin};
  }

  void visit_state(StateArchive& archive) {
    archive.fixed("ranges", ranges_);
    archive("spikes", spikes_);
    archive("dropped", dropped_);
  }

 private:
  static constexpr std::size_t kSlack = 4096;
  /// Positions in the list of all spikes there ever were.
  struct Range {
    std::size_t begin = 0, end = 0;
  };

  std::size_t end() const { return dropped_ + spikes_.size(); }
  Range& at(std::int64_t step) {
    return ranges_[static_cast<std::size_t>(step) & (ranges_.size() - 1)];
  }
  Range range(std::int64_t step) { return step < 0 ? Range{dropped_, dropped_} : at(step); }
  void drop(std::size_t before) {
    spikes_.erase(spikes_.begin(),
                  spikes_.begin() + static_cast<std::ptrdiff_t>(before - dropped_));
    dropped_ = before;
  }

  std::size_t kept_;
  std::vector<Range> ranges_;  // by step, modulo their number
  std::vector<SpikeInFlight> spikes_;
  std::size_t dropped_ = 0;  // spikes before the first in the list
};

}  // namespace synfire
