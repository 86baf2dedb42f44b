#include "core/base/units.h"

#include <gtest/gtest.h>

namespace synfire {
namespace {

double number(std::string_view text, std::string_view unit) {
  const auto result = read_quantity(text, unit);
  return std::holds_alternative<double>(result) ? std::get<double>(result) : -12345;
}

QuantityFault fault(std::string_view text, std::string_view unit) {
  const auto result = read_quantity(text, unit);
  return std::holds_alternative<double>(result) ? QuantityFault{"none", ""}
                                                : std::get<QuantityFault>(result);
}

TEST(Units, ANumberInItsOwnUnitStaysWhatItIs) {
  EXPECT_EQ(number("0.1 ms", "ms"), 0.1);
  EXPECT_EQ(number("-0.3 mV", "mV"), -0.3);
  EXPECT_EQ(number("250pA", "pA"), 250);
  EXPECT_EQ(number("+1e-3 nS", "nS"), 1e-3);
}

TEST(Units, PowersOfTenAreCorrectlyRounded) {
  EXPECT_EQ(number("100 us", "ms"), 0.1);
  EXPECT_EQ(number("0.1 s", "ms"), 100);
  EXPECT_EQ(number("0.25 nF", "pF"), 250);
  EXPECT_EQ(number("3 kHz", "Hz"), 3000);
  EXPECT_EQ(number("0.1 GOhm", "MOhm"), 100);
}

TEST(Units, EveryUnitOfTheFieldIsKnown) {
  for (const char* name : {"ms", "s",  "us", "mV",   "V",    "pA", "nA",  "A",   "nS", "uS", "mS",
                           "S",  "pF", "nF", "MOhm", "GOhm", "Hz", "kHz", "min", "h",  "pC"})
    EXPECT_TRUE(parse_unit(name)) << name;
}

TEST(Units, ProductsAndQuotientsHaveTheDimensionOfWhatTheyAre) {
  EXPECT_EQ(parse_unit("mV/ms")->dimension, (Dimension{-1, 1, 0}));
  EXPECT_EQ(parse_unit("nS ms^-1")->dimension, (Dimension{-1, -1, 1}));
  EXPECT_EQ(parse_unit("1/mV")->dimension, (Dimension{0, -1, 0}));
  EXPECT_EQ(number("2 mV*pA", "mV pA"), 2);
  EXPECT_EQ(number("5 1/s", "Hz"), 5);
  EXPECT_EQ(number("1 A/V", "mS"), 1000);
  EXPECT_EQ(number("2 min", "s"), 120);
  EXPECT_EQ(number("1 V/s", "mV/ms"), 1);
}

TEST(Units, PlainNumbersAndPercentagesHaveNoDimension) {
  EXPECT_EQ(number("0.5", ""), 0.5);
  EXPECT_DOUBLE_EQ(number("50 %", ""), 0.5);
}

TEST(Units, AnotherDimensionIsNamed) {
  EXPECT_EQ(fault("20 mV", "ms").message, "'20 mV' is a voltage, a time is needed");
  EXPECT_EQ(fault("20 mV", "ms").hint, "write for example \"20 ms\"");
  EXPECT_EQ(fault("20", "ms").message, "20 has no unit, a time is needed");
  EXPECT_EQ(fault("20 ms", "").message, "'20 ms' is a time, a plain number is needed");
}

TEST(Units, AnUnknownUnitGetsTheNearest) {
  EXPECT_EQ(fault("20 msec", "ms").hint, "did you mean 'ms'?");
  EXPECT_EQ(fault("20 hz", "Hz").hint, "did you mean 'Hz'?");
  EXPECT_EQ(fault("20 mVs", "mV").message, "'mVs' is not a unit");
}

TEST(Units, WhatIsNoQuantityIsRefused) {
  for (const char* text : {"", "ms", "1e999 ms", "nan ms", "inf ms", "1 /", "1 ms^", "1 ms^99",
                           "1 ms//s", "0x10 ms", "1,5 ms"})
    EXPECT_NE(fault(text, "ms").message, "none") << text;
}

}  // namespace
}  // namespace synfire
