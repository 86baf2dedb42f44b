// Rooms that are in use together do not overlap; others share their place.
#include "targets/mcu/arena.h"

#include <gtest/gtest.h>

namespace synfire::mcu {
namespace {

TEST(Arena, RoomsOfDifferentTimesShareAPlace) {
  std::vector<Room> rooms{{100, 0, 1, 0}, {60, 1, 2, 0}, {90, 2, 3, 0}};
  EXPECT_EQ(place(rooms, 1), 161);
  EXPECT_EQ(rooms[0].at, 1);
  EXPECT_EQ(rooms[2].at, 1);
  EXPECT_EQ(rooms[1].at, 101);
}

TEST(Arena, AGapIsUsed) {
  // 50 bytes throughout, 40 in the first half, and 40 in the second that take the same place.
  std::vector<Room> rooms{{50, 0, 9, 0}, {40, 0, 4, 0}, {40, 5, 9, 0}};
  EXPECT_EQ(place(rooms, 0), 90);
  EXPECT_EQ(rooms[1].at, rooms[2].at);
}

}  // namespace
}  // namespace synfire::mcu
