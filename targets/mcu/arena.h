// Where maps lie in the arena: those that are alive at the same time do not overlap.
#pragma once

#include <cstdint>
#include <vector>

namespace synfire::mcu {

/// Room for one map, or for several that follow each other in the same place; it may grow and
/// shrink from layer to layer.
struct Room {
  std::int32_t first = 0;             // layer that it is in use from
  std::vector<std::int64_t> bytes{};  // during this layer and each one after it
  std::int64_t at = 0;                // set by place()

  /// Holds at least so many bytes during these layers.
  void hold(std::int64_t size, std::int32_t from, std::int32_t to);
  /// One past the last byte during a layer; `at` where the room is not in use.
  std::int64_t end(std::int32_t layer) const;
  std::int64_t largest() const;
};

/// Sets `at` of every room, the largest first, each as low as it can be. Returns the end of all.
std::int64_t place(std::vector<Room>& rooms, std::int64_t first_byte);

}  // namespace synfire::mcu
