// A calendar queue: what is due, by the window in which it is. Brown, "Calendar queues: a fast O(1)
// priority queue implementation for the simulation event set problem", CACM 31, 1988; windows are
// the days, and who takes a day sorts it when it needs an order.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

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

 private:
  std::vector<T>& day(std::int64_t window) {
    return days_[static_cast<std::size_t>(window) & (days_.size() - 1)];
  }

  std::vector<std::vector<T>> days_;
};

}  // namespace synfire
