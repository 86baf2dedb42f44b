// The spikes of one population in one step, as a list of events or as a map of payloads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/aligned_vector.h"
#include "core/engine/map_kernel.h"

namespace synfire {

class StateArchive;  // state_archive.h

/// Plain spikes have payload 1; signed spikes -1 or 1; graded spikes any integer but 0. Ids are
/// ascending. A list made of a whole population's values keeps them as a map, for kernels that are
/// faster on it, and lists the events when somebody first asks for them: one thread at a time may
/// use a list, constant or not.
class SpikeList {
 public:
  std::span<const std::uint32_t> ids() const {
    if (!listed_) list_events();
    return {ids_.data(), size_};
  }
  std::span<const std::int32_t> payloads() const {
    if (!listed_) list_events();
    return {payloads_.data(), size_};
  }
  /// Payload of every neuron, 0 where silent; empty when the spikes came one by one or do not fit.
  /// `kMapSlack` readable elements follow.
  std::span<const std::int16_t> map() const { return {map_.data(), mapped_}; }
  static constexpr std::size_t kMapSlack = 256;
  /// Of the map's payloads; known, or found when somebody first asks.
  kernel::ValueRange range() const {
    if (!ranged_) range_ = kernel::value_range(map()), ranged_ = true;
    return range_;
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  void clear() { size_ = 0, mapped_ = 0, listed_ = true; }
  /// Room for `count` spikes in all; never shrinks, so that steps do not allocate.
  void reserve(std::size_t count) {
    if (count > ids_.size()) ids_.resize(count), payloads_.resize(count);
  }
  /// The room must have been reserved; not after set_values.
  void add(std::uint32_t id, std::int32_t payload) {
    ids_[size_] = id;
    payloads_[size_++] = payload;
  }
  /// Replaces the list: value i is neuron i's payload, 0 where it is silent.
  void set_values(std::span<const std::int32_t> values);
  /// The same of the first `neurons` values of `map`, of which `nonzero` are not 0; kMapSlack more
  /// follow. All are within `range`. The caller gets another map, of any content, in exchange.
  void exchange_map(AlignedVector<std::int16_t>& map, std::size_t neurons, std::size_t nonzero,
                    kernel::ValueRange range);
  /// The same by a caller who writes the map himself, up to kMapSlack values behind its end, and
  /// then says how many of the `neurons` values are not 0.
  std::int16_t* begin_map(std::size_t neurons);
  void end_map(std::size_t nonzero) { size_ = nonzero; }

  /// A list stays a list, a map a map.
  void visit_state(StateArchive& archive);

 private:
  void list_events() const;

  // Filled when first asked for.
  mutable std::vector<std::uint32_t> ids_;
  mutable std::vector<std::int32_t> payloads_;
  mutable bool listed_ = true;
  mutable bool ranged_ = false;
  mutable kernel::ValueRange range_;
  AlignedVector<std::int16_t> map_;
  std::size_t mapped_ = 0;  // neurons in the map
  std::size_t size_ = 0;
};

}  // namespace synfire
