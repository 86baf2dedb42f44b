#include "core/base/power_series.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace synfire {
namespace {

std::vector<double> zeros_of(std::vector<double> terms, double length) {
  std::vector<double> found;
  each_zero(terms, length, [&](double x) { found.push_back(x); });
  return found;
}

TEST(PowerSeries, ReachesAsFarAsItSays) {
  for (const double reach : {0.0, 1e-9, 1e-3, 0.02, 0.1, 0.3, kMostReach}) {
    Terms terms{1};
    for (std::size_t k = 1; k < kMostTerms; ++k) terms[k] = -terms[k - 1] / static_cast<double>(k);
    const std::size_t count = terms_for(reach);
    EXPECT_NEAR(value_at({terms.data(), count}, reach), std::exp(-reach), 0x1p-52) << reach;
    EXPECT_NEAR(slope_at({terms.data(), kMostTerms}, reach), -std::exp(-reach), 1e-14) << reach;
    EXPECT_GE(spread_of({terms.data(), count}, reach), 1 - std::exp(-reach));
  }
  EXPECT_LE(terms_for(0.01), 8U);
}

TEST(PowerSeries, MovesItsOrigin) {
  std::vector<double> terms{1, -2, 0.5, 3, -0.25};
  const std::vector<double> before = terms;
  move_origin(terms, 0.7);
  for (const double x : {0.0, 0.3, 1.1})
    EXPECT_NEAR(value_at(terms, x), value_at(before, x + 0.7), 1e-14);
}

TEST(PowerSeries, FindsEveryZeroWhereItsSignChanges) {
  const double roots[] = {0.2, 0.25, 0.9, 3};
  std::vector<double> polynomial{1};
  for (const double root : roots) {
    std::vector<double> next(polynomial.size() + 1);
    for (std::size_t k = 0; k < polynomial.size(); ++k)
      next[k + 1] += polynomial[k], next[k] -= root * polynomial[k];
    polynomial = next;
  }
  const auto found = zeros_of(polynomial, 1.5);
  ASSERT_EQ(found.size(), 3U);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(found[k], roots[k], 1e-13);
  EXPECT_EQ(zeros_of(polynomial, 0.1).size(), 0U);
  EXPECT_EQ(zeros_of(polynomial, 0.22).size(), 1U);
  EXPECT_EQ(zeros_of(polynomial, 4).size(), 4U);
}

TEST(PowerSeries, FindsZerosWhereAnIntervalIsCutAndCloseOnes) {
  const auto middle = zeros_of({-0.5, 1}, 1);
  ASSERT_EQ(middle.size(), 1U);
  EXPECT_NEAR(middle[0], 0.5, 1e-15);
  // (x - 0.5)^3 - 0.01 (x - 0.5): 0.4, 0.5, 0.6
  const auto found = zeros_of({-0.125 + 0.005, 0.75 - 0.01, -1.5, 1}, 1);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_NEAR(found[1], 0.5, 1e-13);
  // (x - 0.5)^2 + 1e-9 and - 1e-9
  EXPECT_TRUE(zeros_of({0.25 + 1e-9, -1, 1}, 1).empty());
  EXPECT_EQ(zeros_of({0.25 - 1e-9, -1, 1}, 1).size(), 2U);
  EXPECT_TRUE(zeros_of({0, 1}, 1).empty()) << "only within";
  EXPECT_TRUE(zeros_of({0}, 1).empty());
}

TEST(PowerSeries, IsWithinItsBernsteinCoefficients) {
  const std::vector<double> terms{-1, 4, -5, 0.5};
  const BernsteinForm form(terms, 0.8);
  for (double x = 0; x <= 0.8; x += 0.01) EXPECT_LE(value_at(terms, x), form.greatest());
  EXPECT_LT(form.greatest(), 0.5);
  EXPECT_DOUBLE_EQ(form.first(), -1);
}

TEST(GaussLegendre, IsExactForPolynomials) {
  const auto power = [](int n) { return [n](double x) { return std::pow(x, n); }; };
  for (int n = 0; n < 8; ++n)
    EXPECT_NEAR(gauss_legendre<4>(0.5, 2, power(n)),
                (std::pow(2, n + 1) - std::pow(0.5, n + 1)) / (n + 1), 1e-14 * std::pow(2, n + 1));
  for (int n = 0; n < 16; ++n)
    EXPECT_NEAR(gauss_legendre<8>(0.5, 2, power(n)),
                (std::pow(2, n + 1) - std::pow(0.5, n + 1)) / (n + 1), 1e-14 * std::pow(2, n + 1));
}

}  // namespace
}  // namespace synfire
