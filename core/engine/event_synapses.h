// Synapses for the event engine: rows by source, delays as real numbers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/engine/event_group.h"
#include "core/engine/huge_array.h"
#include "core/engine/partition.h"
#include "core/engine/plastic_synapses.h"

namespace synfire {

/// The synapses of one projection onto one group of neurons. A row is in the order of its targets.
class EventSynapses {
 public:
  /// Draws or copies them; `slice` is a part of the projection's target population. Throws
  /// resource_limit beyond 2^32 synapses.
  EventSynapses(const Network& network, std::size_t projection, const Slice& slice);

  /// A copy of them whose weights may change: a row of each source or, where delays differ, of each
  /// synapse. The weights here are given up.
  PlasticSynapses make_plastic(const Projection& projection);

  EventRow row(std::size_t source) const { return part(offsets_[source], offsets_[source + 1]); }
  /// One synapse of all.
  EventRow synapse(std::uint32_t index) const { return part(index, index + 1); }
  /// Fetches the row from memory, for use soon.
  void fetch(std::size_t source) const;

  /// Whether every synapse has a delay of its own.
  bool spreads() const { return delays_.size() > 0; }
  /// Of synapse `index`.
  std::size_t source_of(std::uint32_t index) const {
    return static_cast<std::size_t>(
        std::upper_bound(offsets_.data(), offsets_.data() + offsets_.size(), index) -
        offsets_.data() - 1);
  }
  std::uint32_t begin(std::size_t source) const { return offsets_[source]; }
  std::uint32_t end(std::size_t source) const { return offsets_[source + 1]; }
  double delay_ms(std::uint32_t synapse) const { return delays_[synapse]; }

  /// Over all synapses; infinite and 0 without any.
  double least_delay_ms() const { return least_delay_; }
  double greatest_delay_ms() const { return greatest_delay_; }
  std::uint64_t count() const { return targets_.size(); }
  std::uint64_t bytes() const {
    return offsets_.bytes() + targets_.bytes() + weights_.bytes() + delays_.bytes();
  }

 private:
  class Builder;

  EventRow part(std::uint32_t from, std::uint32_t to) const {
    return {{targets_.data() + from, to - from},
            weights_.size() > 0 ? weights_.data() + from : nullptr,
            weight_,
            receptor_};
  }

  double weight_ = 0;
  std::int32_t receptor_ = 0;
  double least_delay_ = EventGroup::kNever, greatest_delay_ = 0;
  HugeArray<std::uint32_t> offsets_;  // sources + 1
  HugeArray<std::uint16_t> targets_;
  HugeArray<float> weights_;  // empty: they share weight_
  HugeArray<double> delays_;  // empty: they share the projection's
};

}  // namespace synfire
