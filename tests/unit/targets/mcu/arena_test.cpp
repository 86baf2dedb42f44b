// Rooms that are in use together do not overlap; others share their place.
#include "targets/mcu/arena.h"

#include <gtest/gtest.h>

namespace synfire::mcu {
namespace {

Room room(std::int64_t bytes, std::int32_t first, std::int32_t last) {
  Room made{.first = first};
  made.hold(bytes, first, last);
  return made;
}

TEST(Arena, RoomsOfDifferentTimesShareAPlace) {
  std::vector<Room> rooms{{0, {100, 100}}, {1, {60, 60}}, {2, {90, 90}}};
  EXPECT_EQ(place(rooms, 1), 161);
  EXPECT_EQ(rooms[0].at, 1);
  EXPECT_EQ(rooms[2].at, 1);
  EXPECT_EQ(rooms[1].at, 101);
}

TEST(Arena, AGapIsUsed) {
  // 50 bytes throughout, 40 in the first half, and 40 in the second that take the same place.
  std::vector<Room> rooms{room(50, 0, 9), room(40, 0, 4), room(40, 5, 9)};
  EXPECT_EQ(place(rooms, 0), 90);
  EXPECT_EQ(rooms[1].at, rooms[2].at);
}

TEST(Arena, WhatARoomGrowsByLaterIsFreeBefore) {
  std::vector<Room> rooms{{0, {20, 40, 90}}, {0, {60, 60}}};
  EXPECT_EQ(place(rooms, 0), 100);
  EXPECT_EQ(rooms[1].at, 40);
}

}  // namespace
}  // namespace synfire::mcu
