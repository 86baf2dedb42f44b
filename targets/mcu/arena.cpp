#include "targets/mcu/arena.h"

#include <algorithm>
#include <numeric>

namespace synfire::mcu {
namespace {

bool together(const Room& a, const Room& b) { return a.first <= b.last && b.first <= a.last; }

/// The lowest place beside those that are placed already.
std::int64_t lowest(const Room& room, const std::vector<const Room*>& placed,
                    std::int64_t first_byte) {
  std::vector<const Room*> taken;
  for (const Room* other : placed)
    if (together(room, *other)) taken.push_back(other);
  std::ranges::sort(taken, {}, &Room::at);
  std::int64_t at = first_byte;
  for (const Room* other : taken) {
    if (at + room.bytes <= other->at) break;
    at = std::max(at, other->at + other->bytes);
  }
  return at;
}

}  // namespace

std::int64_t place(std::vector<Room>& rooms, std::int64_t first_byte) {
  std::vector<std::size_t> order(rooms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return rooms[a].bytes > rooms[b].bytes; });
  std::vector<const Room*> placed;
  std::int64_t end = first_byte;
  for (const std::size_t i : order) {
    rooms[i].at = lowest(rooms[i], placed, first_byte);
    placed.push_back(&rooms[i]);
    end = std::max(end, rooms[i].at + rooms[i].bytes);
  }
  return end;
}

}  // namespace synfire::mcu
