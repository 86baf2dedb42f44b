#include "neurons/common/exp_kernel.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <vector>

namespace synfire {
namespace {

std::vector<double> exponentials(std::size_t count) {
  std::vector<double> rates;
  std::vector<std::uint16_t> targets;
  for (std::size_t i = 0; i < 4001; ++i) rates.push_back(-690 + 0.345 * static_cast<double>(i));
  for (std::size_t i = 0; i < count; ++i)
    targets.push_back(static_cast<std::uint16_t>((i * 2671) % rates.size()));
  std::vector<double> out(count + kExpSlack);
  exp_of_targets(rates, targets, 1.0, out.data());
  for (std::size_t i = 0; i < count; ++i) {
    const double exact = std::exp(rates[targets[i]]);
    EXPECT_NEAR(out[i] / exact, 1, 0x1p-51) << rates[targets[i]];
  }
  out.resize(count);
  return out;
}

TEST(ExpKernel, IsWithinTwoUnitsInTheLastPlace) {
  for (const std::size_t count : {1, 7, 16, 17, 4001}) exponentials(count);
}

TEST(ExpKernel, GivesTheSameBitsOnEveryInstructionSet) {
  const std::vector<double> expected = exponentials(4001);
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    EXPECT_EQ(exponentials(4001), expected) << hwy::TargetName(target);
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace
}  // namespace synfire
