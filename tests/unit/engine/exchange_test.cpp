// Sums and greatest values over ranks.
#include "core/engine/exchange.h"

#include <gtest/gtest.h>

#include "support/thread_exchange.h"

namespace synfire {
namespace {

TEST(Exchange, SumsAndComparesOverRanks) {
  constexpr std::uint64_t kLarge = std::uint64_t{3} << 40;
  test::on_ranks(3, [&](Exchange& exchange) {
    const std::uint64_t rank = exchange.rank();
    EXPECT_EQ(sum_over_ranks(&exchange, {rank, kLarge, 0}),
              (std::vector<std::uint64_t>{3, 3 * kLarge, 0}));
    EXPECT_EQ(greatest_over_ranks(&exchange, -0.5 * static_cast<double>(rank)), 0);
    EXPECT_EQ(greatest_over_ranks(&exchange, 0.25 * static_cast<double>(rank)), 0.5);
  });
}

TEST(Exchange, LeavesTheValuesOfOneRankAlone) {
  EXPECT_EQ(sum_over_ranks(nullptr, {7, 8}), (std::vector<std::uint64_t>{7, 8}));
  EXPECT_EQ(greatest_over_ranks(nullptr, -2.5), -2.5);
}

}  // namespace
}  // namespace synfire
