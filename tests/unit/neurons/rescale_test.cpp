// The exact rescaling against its definition in wide integers, scalar and vectorised.
#include "neurons/common/rescale.h"

#include <gtest/gtest.h>

#include <random>

#include "core/base/requantize.h"

namespace synfire {
namespace {

/// Division of gemmlowp's definition: truncation after adding a signed half.
std::int32_t high_product_by_definition(std::int32_t a, std::int32_t b) {
  const std::int64_t product = std::int64_t{a} * b;
  const std::int64_t nudge = product >= 0 ? std::int64_t{1} << 30 : 1 - (std::int64_t{1} << 30);
  return static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));
}

AlignedVector<std::int32_t> numbers(std::size_t count, std::int32_t low, std::int32_t high,
                                    std::uint32_t seed) {
  std::mt19937 generator(seed);
  std::uniform_int_distribution<std::int32_t> uniform(low, high);
  AlignedVector<std::int32_t> list(count);
  for (std::int32_t& x : list) x = uniform(generator);
  return list;
}

TEST(Rescale, HighProductRoundsAsItsDefinitionDoes) {
  auto values = numbers(2000, INT32_MIN + 1, INT32_MAX, 1);
  values.insert(values.end(), {0, 1, -1, INT32_MIN, INT32_MAX, 1 << 30, -(1 << 30)});
  for (const std::int32_t a : values)
    for (const std::int32_t b : {1 << 30, 1200000000, INT32_MAX})
      ASSERT_EQ(synfire_high_product(a, b), high_product_by_definition(a, b)) << a << " " << b;
}

TEST(Rescale, HighProductSaturatesItsOneOverflow) {
  EXPECT_EQ(synfire_high_product(1 << 30, 1), 1);
  EXPECT_EQ(synfire_high_product(-(1 << 30), 1), 0);
  EXPECT_EQ(synfire_high_product(-(1 << 30) - 1, 1), -1);
  EXPECT_EQ(synfire_high_product(INT32_MIN, INT32_MIN), INT32_MAX);
}

TEST(Rescale, DivisionByAPowerRoundsHalvesAwayFromZero) {
  EXPECT_EQ(synfire_divide_by_power(3, 1), 2);
  EXPECT_EQ(synfire_divide_by_power(-3, 1), -2);
  EXPECT_EQ(synfire_divide_by_power(-5, 2), -1);
  EXPECT_EQ(synfire_divide_by_power(-6, 2), -2);
  EXPECT_EQ(synfire_divide_by_power(INT32_MAX, 31), 1);
  EXPECT_EQ(synfire_divide_by_power(INT32_MIN, 31), -1);
  EXPECT_EQ(synfire_divide_by_power(17, 0), 17);
}

TEST(Rescale, SingleRoundingRoundsOnce) {
  // 0.5 * 3 = 1.5 rounds up; double rounding agrees here, but not for the products below.
  EXPECT_EQ(synfire_rescale_single(3, 1 << 30, 0), 2);
  EXPECT_EQ(synfire_rescale_single(-3, 1 << 30, 0), -1);
  EXPECT_EQ(synfire_rescale_double(-3, 1 << 30, 0), -1);
  int different = 0;
  for (std::int32_t x = -5000; x < 5000; ++x)
    different +=
        synfire_rescale_single(x, 1234567890, -5) != synfire_rescale_double(x, 1234567890, -5);
  EXPECT_GT(different, 0);
}

/// The kernel that makes a map gives the same values, counts them and clears the sums.
void expect_the_same_map(const RescaleTable& table, const AlignedVector<std::int32_t>& sums,
                         const std::vector<std::int32_t>& values) {
  auto cleared = sums;
  std::vector<std::int16_t> map(sums.size());
  const std::size_t nonzero = rescale_and_clear(table, cleared.data(), map.data(), cleared.size());
  EXPECT_TRUE(std::equal(map.begin(), map.end(), values.begin()));
  EXPECT_EQ(nonzero,
            values.size() - static_cast<std::size_t>(std::count(values.begin(), values.end(), 0)));
  EXPECT_EQ(std::count(cleared.begin(), cleared.end(), 0),
            static_cast<std::ptrdiff_t>(cleared.size()));
}

TEST(Rescale, VectorsGiveTheBitsOfTheScalarFunction) {
  for (const std::size_t channels : {1U, 3U, 8U, 64U, 70U}) {
    RescaleTable table;
    table.period = channels;
    table.bias = numbers(channels, -100000, 100000, 2);
    table.multiplier = numbers(channels, 1 << 30, INT32_MAX, 3);
    const auto shift = numbers(channels, -31, 3, 4);
    for (const std::int32_t s : shift)
      table.left.push_back(std::max(s, 0)), table.right.push_back(std::max(-s, 0));
    table.zero_point = -11, table.low = -128, table.high = 127;
    auto sums = numbers(channels * 37, -30000000, 30000000, 5);
    sums[0] = INT32_MAX, sums[channels] = INT32_MIN;
    std::vector<std::int32_t> values(sums.size());
    rescale_sums(table, sums.data(), values.data(), sums.size());
    expect_the_same_map(table, sums, values);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const std::size_t c = i % channels;
      const auto x = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[i]) +
                                               static_cast<std::uint32_t>(table.bias[c]));
      const std::int32_t q =
          synfire_clamp(-11 + synfire_rescale_double(x, table.multiplier[c], shift[c]), -128, 127);
      ASSERT_EQ(values[i], q + 11) << "channel " << c << " of " << channels << ", sum " << sums[i];
    }
  }
}

TEST(Rescale, OneRoundingGivesTheBitsOfTwoForRectifiedChannels) {
  for (const std::size_t channels : {1U, 3U, 16U, 64U, 70U}) {
    RescaleTable table;
    table.period = channels;
    table.bias = numbers(channels, -1000, 1000, 12);
    table.multiplier = numbers(channels, 1 << 30, INT32_MAX, 13);
    table.right = numbers(channels, 1, 31, 14);
    table.left.resize(channels);
    table.zero_point = -100, table.low = -100, table.high = 90;
    table.prepare();
    ASSERT_TRUE(table.rectified());
    auto sums = numbers(channels * 500, INT32_MIN, INT32_MAX, 15);
    // Half of the sums around where the value changes: both sides of every rounding.
    for (std::size_t i = channels; i < sums.size() / 2; ++i) {
      const std::size_t c = i % channels;
      const double step = std::ldexp(1.0, 31 + table.right[c]) / table.multiplier[c];
      const double edge = (static_cast<double>(i / channels) + 0.5) * step;
      if (edge < 2e9) sums[i] = static_cast<std::int32_t>(edge) - table.bias[c] + (sums[i] & 1);
    }
    std::vector<std::int32_t> values(sums.size());
    rescale_sums(table, sums.data(), values.data(), sums.size());
    expect_the_same_map(table, sums, values);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const std::size_t c = i % channels;
      const auto x = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[i]) +
                                               static_cast<std::uint32_t>(table.bias[c]));
      const std::int32_t y = synfire_rescale_double(x, table.multiplier[c], -table.right[c]);
      ASSERT_EQ(values[i], synfire_clamp(y, 0, 190)) << "channel " << c << ", sum " << sums[i];
    }
  }
}

TEST(Rescale, OnlyRightShiftsAreRoundedOnce) {
  RescaleTable table;
  table.zero_point = table.low = -128;
  table.right = {3, 0};
  EXPECT_FALSE(table.rectified());
  table.right = {3, 1};
  EXPECT_TRUE(table.rectified());
  table.low = -127;
  EXPECT_FALSE(table.rectified());
}

}  // namespace
}  // namespace synfire
