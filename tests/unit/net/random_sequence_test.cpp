// Sequences of random numbers against their scalar definition and the distributions they claim.
#include "core/base/random_sequence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace synfire {
namespace {

TEST(RandomSequence, GivesTheWordsOfItsBlocks) {
  const Random random(77, Stream::weight, (5ULL << 32) | 9);
  RandomSequence sequence(random);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::uint64_t within = i % 128;
    const std::uint64_t step = i / 128 * 32 + within / 64 * 16 + i % 16;
    ASSERT_EQ(sequence.bits(), random.block(step)[within % 64 / 16]) << "word " << i;
  }
}

TEST(RandomSequence, StaysBelowTheBound) {
  RandomSequence sequence(Random(1, Stream::connectivity, 0));
  std::vector<int> count(7);
  for (int i = 0; i < 70000; ++i) ++count.at(sequence.below(7));
  for (const int each : count) EXPECT_NEAR(each, 10000, 500);
}

TEST(RandomSequence, DrawsNormalVariables) {
  constexpr int kDraws = 1'000'000;
  RandomSequence sequence(Random(3, Stream::delay, 4));
  double sum = 0, squares = 0, cubes = 0, fourths = 0;
  int beyond_two = 0, beyond_tail = 0, negative = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = sequence.normal();
    sum += x, squares += x * x, cubes += x * x * x, fourths += x * x * x * x;
    beyond_two += std::abs(x) > 2 ? 1 : 0;
    beyond_tail += std::abs(x) > 3.5 ? 1 : 0;  // past the last layer
    negative += x < 0 ? 1 : 0;
  }
  // Five standard errors each.
  EXPECT_NEAR(sum / kDraws, 0, 5 / 1e3);
  EXPECT_NEAR(squares / kDraws, 1, 5 * std::sqrt(2.0) / 1e3);
  EXPECT_NEAR(cubes / kDraws, 0, 5 * std::sqrt(15.0) / 1e3);
  EXPECT_NEAR(fourths / kDraws, 3, 5 * std::sqrt(96.0) / 1e3);
  const auto expect_share = [](int count, double probability) {
    EXPECT_NEAR(count, kDraws * probability, 5 * std::sqrt(kDraws * probability)) << probability;
  };
  expect_share(negative, 0.5);
  expect_share(beyond_two, std::erfc(2 / std::sqrt(2.0)));
  expect_share(beyond_tail, std::erfc(3.5 / std::sqrt(2.0)));
}

}  // namespace
}  // namespace synfire
