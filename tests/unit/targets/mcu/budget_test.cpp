// Budgets: what is read, what is refused, and when a limit is exceeded.
#include "targets/mcu/budget.h"

#include <gtest/gtest.h>

namespace synfire::mcu {
namespace {

Measurement measurement() {
  return {.samples = 3,
          .instructions_least = 90,
          .instructions_greatest = 110,
          .instructions_total = 302,
          .stack_bytes = 40,
          .size = {.text = 1000, .data = 24, .bss = 100}};
}

std::vector<Diagnostic> faults_of(std::string_view text) {
  try {
    parse_budget(text);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit_status(), 2) << text;
    return failure.diagnostics();
  }
  return {};
}

std::vector<Diagnostic> excesses(std::string_view text) {
  Diagnostics diagnostics;
  check_budget(parse_budget(text), measurement(), "here", diagnostics);
  return diagnostics.list();
}

TEST(Budget, UnitsAreThoseOfTheKey) {
  const Budget budget = parse_budget("flash=64K,ram=1M,instructions=5M");
  ASSERT_EQ(budget.size(), 3U);
  EXPECT_EQ(budget[0].allowed, 65536);
  EXPECT_EQ(budget[1].allowed, 1 << 20);
  EXPECT_EQ(budget[2].allowed, 5000000);
  EXPECT_TRUE(parse_budget("").empty());
}

TEST(Budget, AMalformedOneNamesTheKeys) {
  for (const char* text :
       {"rom=1", "flash", "flash=", "flash=1k", "flash=1KB", "flash=-1", "=1", "flash=1,", ",",
        "ram=1.5K", "instructions=99999999999999999999", "flash=9223372036854775807M"}) {
    const auto faults = faults_of(text);
    ASSERT_FALSE(faults.empty()) << text;
    EXPECT_NE(faults[0].message.find("flash, ram, instructions"), std::string::npos) << text;
  }
  EXPECT_EQ(faults_of("flash=1,flash=2").size(), 1U);
  EXPECT_EQ(faults_of("rom=1,ram=x,flash=1").size(), 2U);
}

TEST(Budget, EachLimitThatIsExceededIsAnError) {
  EXPECT_TRUE(excesses("flash=1024,ram=164,instructions=110").empty());
  const auto found = excesses("flash=1023,ram=163,instructions=109");
  ASSERT_EQ(found.size(), 3U);
  for (const Diagnostic& diagnostic : found) EXPECT_EQ(info_of(diagnostic.code).exit_status, 1);
  EXPECT_NE(found[1].message.find("164"), std::string::npos);
  EXPECT_EQ(measurement().instructions_mean(), 101);
}

}  // namespace
}  // namespace synfire::mcu
