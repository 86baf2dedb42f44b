#include "core/base/natural_order.h"

#include <gtest/gtest.h>

namespace synfire {
namespace {

TEST(NaturalOrder, HasNumbersByTheirValues) {
  EXPECT_TRUE(natural_order("g2", "g10") < 0);
  EXPECT_TRUE(natural_order("g10", "g2") > 0);
  EXPECT_TRUE(natural_order("a9b1", "a9b02") < 0);
  EXPECT_TRUE(natural_order("99999999999999999999", "100000000000000000000") < 0);
  EXPECT_TRUE(natural_order("a", "b1") < 0);
  EXPECT_TRUE(natural_order("g", "g1") < 0);
}

TEST(NaturalOrder, TellsNamesApartThatHaveTheSameNumbers) {
  EXPECT_TRUE(natural_order("g02", "g2") < 0);
  EXPECT_TRUE(natural_order("g2", "g02") > 0);
  EXPECT_TRUE(natural_order("g2", "g2") == 0);
  EXPECT_TRUE(natural_order("", "") == 0);
}

}  // namespace
}  // namespace synfire
