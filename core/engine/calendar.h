// A calendar queue: what is due, by the window in which it is. Brown, "Calendar queues: a fast O(1)
// priority queue implementation for the simulation event set problem", CACM 31, 1988; windows are
// the days, and who takes a day sorts it when it needs an order.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/state_archive.h"

namespace synfire {

template <typename T>
class Calendar {
 public:
  /// Room for `windows` windows at least.
  explicit Calendar(std::size_t windows = 2) : days_(std::bit_ceil(windows)) {}

  /// The last window that can be told apart from later ones while `now` is open.
  std::int64_t last(std::int64_t now) const {
    return now + static_cast<std::int64_t>(days_.size()) - 1;
  }
  /// `window` is at least the one that is open; later than last(now): T is put there.
  void add(std::int64_t now, std::int64_t window, const T& value) {
    day(std::min(window, last(now))).push_back(value);
  }
  /// Swaps the window's entries with `entries`, whose own are dropped.
  void take(std::int64_t window, std::vector<T>& entries) {
    entries.clear();
    std::swap(entries, day(window));
  }

  void visit_state(StateArchive& archive) { archive("days", days_); }

 private:
  std::vector<T>& day(std::int64_t window) {
    return days_[static_cast<std::size_t>(window) & (days_.size() - 1)];
  }

  std::vector<std::vector<T>> days_;
};

/// Sorts entries whose `time` is in [begin, end): first into as many parts of that time as there
/// are entries, then each part. `scratch` is overwritten.
template <typename T>
void sort_by_time(std::vector<T>& entries, double begin, double end, std::vector<T>& scratch) {
  constexpr std::size_t kFew = 64;
  if (std::is_sorted(entries.begin(), entries.end())) return;
  if (entries.size() < kFew) return std::sort(entries.begin(), entries.end());
  const std::size_t parts = entries.size();
  const double per_ms = static_cast<double>(parts) / (end - begin);
  const auto part = [&](const T& entry) {
    return std::min(parts - 1,
                    static_cast<std::size_t>(std::max(0.0, (entry.time - begin) * per_ms)));
  };
  std::vector<std::uint32_t> place(parts + 1, 0);
  for (const T& entry : entries) ++place[part(entry) + 1];
  for (std::size_t p = 0; p < parts; ++p) place[p + 1] += place[p];
  scratch.resize(parts);
  for (const T& entry : entries) scratch[place[part(entry)]++] = entry;
  std::swap(entries, scratch);
  std::size_t from = 0;
  for (std::size_t p = 0; p < parts; from = place[p++])
    if (place[p] - from > 1)
      std::sort(entries.begin() + static_cast<std::ptrdiff_t>(from),
                entries.begin() + static_cast<std::ptrdiff_t>(place[p]));
}

}  // namespace synfire
