#include "core/io/common/axis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace synfire::svg {
namespace {

using testing::ElementsAre;

Range range_of(double low, double high) { return {low, high, true}; }

TEST(Axis, grows_to_round_ticks) {
  const Axis axis = make_axis(range_of(3, 96), Scale::linear, 5, Ends::round);
  EXPECT_EQ(axis.low, 0);
  EXPECT_EQ(axis.high, 100);
  EXPECT_THAT(axis.labels(), ElementsAre("0", "20", "40", "60", "80", "100"));
}

TEST(Axis, keeps_its_ends_when_they_are_exact) {
  const Axis axis = make_axis(range_of(0, 99.9), Scale::linear, 5, Ends::exact);
  EXPECT_EQ(axis.high, 99.9);
  EXPECT_THAT(axis.labels(), ElementsAre("0", "20", "40", "60", "80"));
}

TEST(Axis, labels_of_one_axis_have_the_same_decimals) {
  const Axis axis = make_axis(range_of(-0.5, 0.5), Scale::linear, 4, Ends::round);
  EXPECT_THAT(axis.labels(), ElementsAre("-0.50", "-0.25", "0.00", "0.25", "0.50"));
}

TEST(Axis, large_numbers_have_prefixes) {
  const Axis axis = make_axis(range_of(0, 2e6), Scale::linear, 4, Ends::round);
  EXPECT_THAT(axis.labels(), ElementsAre("0.0M", "0.5M", "1.0M", "1.5M", "2.0M"));
}

TEST(Axis, powers_of_two_are_equally_far_apart) {
  const Axis axis = make_axis(range_of(1, 256), Scale::log2, 10, Ends::exact);
  EXPECT_THAT(axis.labels(), ElementsAre("1", "2", "4", "8", "16", "32", "64", "128", "256"));
  EXPECT_DOUBLE_EQ(axis.fraction(16), 0.5);
}

TEST(Axis, long_logarithmic_ranges_have_few_ticks) {
  const Axis axis = make_axis(range_of(1e-30, 1e30), Scale::log10, 6, Ends::round);
  EXPECT_LE(axis.ticks.size(), 7U);
}

TEST(Axis, a_single_value_still_has_a_range) {
  for (const double value : {0.0, 5.0, -3.0, 1e-12, 1e200}) {
    const Axis axis = make_axis(range_of(value, value), Scale::linear, 5, Ends::round);
    EXPECT_LT(axis.low, axis.high) << value;
    EXPECT_GE(axis.ticks.size(), 2U) << value;
    EXPECT_TRUE(std::isfinite(axis.fraction(value))) << value;
  }
}

TEST(Axis, close_neighbours_far_from_zero_end) {
  const double low = 1e15;
  const Axis axis =
      make_axis(range_of(low, std::nextafter(low, 2 * low)), Scale::linear, 5, Ends::round);
  EXPECT_LE(axis.ticks.size(), 32U);
}

TEST(TimeAxis, counts_in_the_unit_that_suits_its_range) {
  const auto labels_of = [](double low, double high, int ticks) {
    const Axis axis = make_time_axis(range_of(low, high), ticks);
    std::vector<std::string> labels = axis.labels();
    labels.push_back(axis.title("time"));
    return labels;
  };
  EXPECT_THAT(labels_of(0, 1000, 4), ElementsAre("0", "250", "500", "750", "1000", "time (ms)"));
  EXPECT_THAT(labels_of(0, 10e3, 5), ElementsAre("0", "2", "4", "6", "8", "10", "time (s)"));
  EXPECT_THAT(labels_of(0, 3600e3, 3), ElementsAre("0", "20", "40", "60", "time (min)"));
  EXPECT_THAT(labels_of(0, 10 * 3600e3, 5), ElementsAre("0", "2", "4", "6", "8", "10", "time (h)"));
  EXPECT_THAT(labels_of(7200e3, 7200.1e3, 2),
              ElementsAre("7200.00", "7200.05", "7200.10", "time (s)"));
}

TEST(TimeAxis, places_values_in_ms) {
  const Axis axis = make_time_axis(range_of(0, 4 * 3600e3), 4);
  EXPECT_DOUBLE_EQ(axis.fraction(3600e3), 0.25);
  EXPECT_EQ(axis.value_text(5400e3), "1.5 h");
  EXPECT_EQ(make_axis(range_of(0, 1), Scale::linear, 4, Ends::exact).title("x"), "x");
}

TEST(Range, ignores_what_an_axis_cannot_show) {
  Range range;
  const double infinity = std::numeric_limits<double>::infinity();
  range.include(std::vector<double>{std::nan(""), infinity, -infinity, 1e305, 4, 2}, Scale::linear);
  EXPECT_EQ(range.low, 2);
  EXPECT_EQ(range.high, 4);
  Range logarithmic;
  logarithmic.include(std::vector<double>{0, -1, 8}, Scale::log2);
  EXPECT_EQ(logarithmic.low, 8);
}

TEST(Numbers, of_time_have_the_largest_unit_in_which_they_are_short) {
  for (const auto& [ms, text] : {std::pair{0.0, "0 ms"},
                                 {0.1, "0.1 ms"},
                                 {250.0, "250 ms"},
                                 {1000.0, "1 s"},
                                 {1500.0, "1.5 s"},
                                 {200e3, "200 s"},
                                 {90e3, "1.5 min"},
                                 {10800e3, "3 h"},
                                 {1234.567, "1.23 s"},
                                 {-2000.0, "-2 s"}})
    EXPECT_EQ(readable_time(ms), text);
}

TEST(Numbers, are_readable) {
  EXPECT_EQ(readable(97.25), "97.25");
  EXPECT_EQ(readable(1234567), "1,234,567");
  EXPECT_EQ(readable(-1234567), "-1,234,567");
  EXPECT_EQ(readable(0), "0");
  EXPECT_EQ(readable(-0.00001), "-1e-05");
  EXPECT_EQ(readable(std::nan("")), "no value");
  EXPECT_EQ(compact(12345), "12.3k");
  EXPECT_EQ(compact(9999), "9,999");
  EXPECT_EQ(compact(1e6), "1M");
}

TEST(Numbers, never_round_up_past_their_prefix) {
  EXPECT_EQ(compact(999999), "1M");
  EXPECT_EQ(compact(999.96), "1,000");
}

}  // namespace
}  // namespace synfire::svg
