// For the parallel clock engine only: a probe's part of a shard.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/state_archive.h"
#include "core/engine/model.h"

namespace synfire {

/// A state of some neurons of one group, kept after every `interval`-th step from `begin` on.
class StateWatch {
 public:
  StateWatch(std::string variable, std::int64_t begin, std::int64_t interval)
      : variable_(std::move(variable)), begin_(begin), interval_(interval) {}

  /// The group holds the slice of the probe's population; `neurons` are the probe's, ascending, or
  /// none for all.
  void choose(const NeuronGroup& group, const Slice& slice,
              const std::vector<std::uint64_t>& neurons) {
    const auto first = static_cast<std::uint64_t>(slice.first);
    const auto end = first + static_cast<std::uint64_t>(slice.count);
    const auto low = std::lower_bound(neurons.begin(), neurons.end(), first);
    const auto high = std::lower_bound(neurons.begin(), neurons.end(), end);
    for (auto at = low; at != high; ++at) places_.push_back(*at - first);
    column_ = neurons.empty() ? first : static_cast<std::size_t>(low - neurons.begin());
    columns_ = neurons.empty() ? end - first : places_.size();
    if (columns_ > 0) group_ = &group;
  }

  void record(std::int64_t now) {
    if (group_ == nullptr || (now - begin_) % interval_ != 0) return;
    const std::vector<double> all = group_->state(variable_);
    if (places_.empty()) values_.insert(values_.end(), all.begin(), all.end());
    for (const std::size_t place : places_) values_.push_back(all[place]);
  }

  /// The place of its neurons among the probe's, their number, and their values row by row.
  std::size_t column() const { return column_; }
  std::size_t columns() const { return columns_; }
  std::span<const double> values() const { return values_; }
  void clear() { values_.clear(); }

  void visit_state(StateArchive& archive) {
    archive("begin", begin_);
    archive("values", values_);
  }

 private:
  std::string variable_;
  std::int64_t begin_, interval_;
  const NeuronGroup* group_ = nullptr;  // null: none of the neurons are here
  std::vector<std::size_t> places_;     // in the group; empty: all
  std::size_t column_ = 0, columns_ = 0;
  std::vector<double> values_;
};

}  // namespace synfire
