// Where maps lie in the arena: those that are alive at the same time do not overlap.
#pragma once

#include <cstdint>
#include <vector>

namespace synfire::mcu {

/// Room for one map, or for several that follow each other in the same place.
struct Room {
  std::int64_t bytes = 0;
  std::int32_t first = 0, last = 0;  // layers during which it is in use
  std::int64_t at = 0;               // set by place()
};

/// Sets `at` of every room, the largest first, each as low as it can be. Returns the end of all.
std::int64_t place(std::vector<Room>& rooms, std::int64_t first_byte);

}  // namespace synfire::mcu
