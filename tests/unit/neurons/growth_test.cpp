#include "neurons/common/growth.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace synfire {
namespace {

constexpr std::size_t kNeurons = 1001;

double rate(std::size_t neuron) { return 0.001 * static_cast<double>(neuron); }  // up to 1 per ms

std::vector<double> rates() {
  std::vector<double> rates;
  for (std::size_t i = 0; i < kNeurons; ++i) rates.push_back(rate(i));
  return rates;
}

std::vector<std::uint16_t> targets(std::size_t count) {
  std::vector<std::uint16_t> targets;
  for (std::size_t i = 0; i < count; ++i)
    targets.push_back(static_cast<std::uint16_t>((i * 267) % kNeurons));
  return targets;
}

TEST(Growth, IsTheExponential) {
  Growth growth(rates());
  for (double time = 0; time < 40; time += time < 1 ? 0.0071 : 0.377)
    for (const std::size_t count : {std::size_t{1}, std::size_t{17}, std::size_t{129}, kNeurons}) {
      const auto some = targets(count);
      const double* const factors = growth.at(time, some);
      for (std::size_t i = 0; i < count; ++i) {
        const double exponent = rate(some[i]) * time;
        // Rounding of the exponent, and 4 units in the last place.
        EXPECT_NEAR(factors[i] / std::exp(exponent), 1, 0x1p-50 + exponent * 0x1p-52) << exponent;
      }
    }
}

TEST(Growth, DoesNotDependOnWhatWasAskedBefore) {
  Growth busy(rates()), idle(rates());
  std::vector<std::uint16_t> all(kNeurons);
  std::iota(all.begin(), all.end(), std::uint16_t{0});
  const auto some = targets(9);
  for (double time = 0; time < 3; time += 0.003) {
    busy.at(time, all);
    const double* const expected = idle.at(time, some);
    const double* const got = busy.at(time, some);
    ASSERT_EQ(std::vector(got, got + 9), std::vector(expected, expected + 9)) << time;
  }
}

TEST(Growth, GivesTheSameBitsOnEveryInstructionSet) {
  std::vector<std::vector<double>> all;
  const auto some = targets(kNeurons);
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    Growth growth(rates());
    all.emplace_back();
    for (double time = 0; time < 32; time += 0.213) {
      const double* const factors = growth.at(time, some);
      all.back().insert(all.back().end(), factors, factors + some.size());
    }
    EXPECT_EQ(all.back(), all.front()) << hwy::TargetName(target);
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace
}  // namespace synfire
