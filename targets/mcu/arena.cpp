#include "targets/mcu/arena.h"

#include <algorithm>
#include <numeric>

namespace synfire::mcu {
namespace {

std::int32_t layers_end(const Room& room) {
  return room.first + static_cast<std::int32_t>(room.bytes.size());
}

bool overlap(const Room& a, const Room& b) {
  const std::int32_t end = std::min(layers_end(a), layers_end(b));
  for (std::int32_t layer = std::max(a.first, b.first); layer < end; ++layer)
    if (a.at < b.end(layer) && b.at < a.end(layer)) return true;
  return false;
}

bool fits(const Room& room, const std::vector<const Room*>& placed) {
  return std::ranges::none_of(placed, [&](const Room* other) { return overlap(room, *other); });
}

/// The lowest place beside those that are placed already: the first byte, or one's end.
void place_lowest(Room& room, const std::vector<const Room*>& placed, std::int64_t first_byte) {
  std::vector<std::int64_t> starts{first_byte};
  for (const Room* other : placed)
    for (std::int32_t layer = other->first; layer < layers_end(*other); ++layer)
      starts.push_back(other->end(layer));
  std::ranges::sort(starts);
  for (const std::int64_t start : starts) {
    room.at = start;
    if (fits(room, placed)) return;
  }
}

}  // namespace

void Room::hold(std::int64_t size, std::int32_t from, std::int32_t to) {
  bytes.resize(std::max(bytes.size(), static_cast<std::size_t>(to - first + 1)));
  for (std::int32_t layer = from; layer <= to; ++layer) {
    std::int64_t& held = bytes[static_cast<std::size_t>(layer - first)];
    held = std::max(held, size);
  }
}

std::int64_t Room::end(std::int32_t layer) const {
  const auto index = static_cast<std::size_t>(layer - first);
  return at + (layer >= first && index < bytes.size() ? bytes[index] : 0);
}

std::int64_t Room::largest() const { return bytes.empty() ? 0 : *std::ranges::max_element(bytes); }

std::int64_t place(std::vector<Room>& rooms, std::int64_t first_byte) {
  std::vector<std::size_t> order(rooms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](std::size_t i) { return rooms[i].largest(); });
  std::vector<const Room*> placed;
  std::int64_t end = first_byte;
  for (const std::size_t i : order) {
    place_lowest(rooms[i], placed, first_byte);
    placed.push_back(&rooms[i]);
    end = std::max(end, rooms[i].at + rooms[i].largest());
  }
  return end;
}

}  // namespace synfire::mcu
