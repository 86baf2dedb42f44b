// The synapses that random rules give.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/engine/delivery.h"
#include "support/networks.h"

namespace synfire {
namespace {

using test::connect;
using test::float_population;

/// Rows of one projection from `sources` neurons to `targets` (0: the same population).
Sparse drawn(const RandomRule& rule, std::int64_t sources, std::int64_t targets,
             std::uint64_t seed = 3, std::size_t projection = 0) {
  Network network;
  network.dt_ms = 0.1;
  network.seed = seed;
  network.populations = {float_population("a", {sources})};
  if (targets > 0) network.populations.push_back(float_population("b", {targets}));
  for (std::size_t i = 0; i <= projection; ++i)
    network.projections.push_back(connect("a", targets > 0 ? "b" : "a", rule));
  Diagnostics diagnostics;
  validate(network, diagnostics);
  diagnostics.throw_if_error();
  return expand(network, projection);
}

bool has_autapse(const Sparse& rows) {
  const auto offsets = rows.offsets.as<std::int64_t>();
  for (std::size_t s = 0; s + 1 < offsets.size(); ++s)
    for (auto k = offsets[s]; k < offsets[s + 1]; ++k)
      if (rows.targets.as<std::int32_t>()[static_cast<std::size_t>(k)] ==
          static_cast<std::int32_t>(s))
        return true;
  return false;
}

TEST(RandomRules, GiveEveryTargetItsInDegreeAndTheSameSynapsesForTheSameSeed) {
  const RandomRule rule = fixed_in_degree(5, 0.25, false, false);
  const Sparse rows = drawn(rule, 40, 0, 7);
  const auto targets = rows.targets.as<std::int32_t>();
  for (std::int32_t t = 0; t < 40; ++t) EXPECT_EQ(std::count(targets.begin(), targets.end(), t), 5);
  EXPECT_FALSE(has_autapse(rows));
  EXPECT_EQ(rows, drawn(rule, 40, 0, 7));
  EXPECT_NE(rows, drawn(rule, 40, 0, 8));
  EXPECT_NE(rows, drawn(rule, 40, 0, 7, 1));
}

TEST(RandomRules, GiveEverySourceItsOutDegree) {
  RandomRule rule = fixed_in_degree(6, 1, false, false);
  rule.kind = RuleKind::fixed_out_degree;
  const Sparse rows = drawn(rule, 30, 0);
  const auto offsets = rows.offsets.as<std::int64_t>();
  for (std::size_t s = 0; s < 30; ++s) EXPECT_EQ(offsets[s + 1] - offsets[s], 6);
  EXPECT_FALSE(has_autapse(rows));
}

TEST(RandomRules, GiveTheTotalNumberWithInDegreesOfAMultinomialDistribution) {
  RandomRule rule = fixed_in_degree(20000, 1);
  rule.kind = RuleKind::fixed_total_number;
  const Sparse rows = drawn(rule, 300, 100);
  ASSERT_EQ(rows.targets.size(), 20000U);
  std::vector<double> degree(100);
  for (const std::int32_t target : rows.targets.as<std::int32_t>())
    ++degree[static_cast<std::size_t>(target)];
  double variance = 0;
  for (const double d : degree) variance += (d - 200) * (d - 200) / 100;
  // 200 * 0.99, with a standard error of 1.4 * variance / 10.
  EXPECT_NEAR(variance, 198, 100);
  rule.number = 150;  // few per target: the other sampler
  EXPECT_EQ(drawn(rule, 300, 100).targets.size(), 150U);
}

/// How often each pair is connected, sources by rows.
std::vector<int> pair_counts(const Sparse& rows, std::size_t targets) {
  const auto offsets = rows.offsets.as<std::int64_t>();
  std::vector<int> counts((offsets.size() - 1) * targets);
  for (std::size_t s = 0; s + 1 < offsets.size(); ++s)
    for (auto k = offsets[s]; k < offsets[s + 1]; ++k)
      ++counts[s * targets + static_cast<std::size_t>(
                                 rows.targets.as<std::int32_t>()[static_cast<std::size_t>(k)])];
  return counts;
}

TEST(RandomRules, GiveTheTotalNumberWithoutMultapsesToDifferentPairs) {
  RandomRule rule = fixed_in_degree(20000, 1, true, false);
  rule.kind = RuleKind::fixed_total_number;
  const Sparse rows = drawn(rule, 300, 100);
  ASSERT_EQ(rows.targets.size(), 20000U);
  const std::vector<int> counts = pair_counts(rows, 100);
  EXPECT_EQ(*std::max_element(counts.begin(), counts.end()), 1);
  double variance = 0;
  for (std::size_t t = 0; t < 100; ++t) {
    double degree = 0;
    for (std::size_t s = 0; s < 300; ++s) degree += counts[s * 100 + t];
    variance += (degree - 200) * (degree - 200) / 100;
  }
  // Hypergeometric: 200 * 0.99 * (1 - 20000 / 30000); the standard error is 9.
  EXPECT_NEAR(variance, 66, 40);
  rule.number = 30000;  // every pair
  EXPECT_EQ(pair_counts(drawn(rule, 300, 100), 100), std::vector<int>(30000, 1));
  rule.number = 40 * 39, rule.autapses = false;
  const Sparse all = drawn(rule, 40, 0);
  EXPECT_EQ(all.targets.size(), 1560U);
  EXPECT_FALSE(has_autapse(all));
  rule.number = 7;
  EXPECT_EQ(drawn(rule, 40, 0).targets.size(), 7U);
}

TEST(RandomRules, ConnectAllToAllWithDrawnWeightsAndDelays) {
  RandomRule rule = all_to_all({DistributionKind::uniform, 1, 2});
  rule.delay_ms = {DistributionKind::uniform, 1, 2};
  const Sparse rows = drawn(rule, 30, 20);
  EXPECT_EQ(pair_counts(rows, 20), std::vector<int>(600, 1));
  ASSERT_EQ(rows.weight.size(), 600U);
  const auto weights = rows.weight.as<float>();
  EXPECT_GT(std::set<float>(weights.begin(), weights.end()).size(), 550U);
  EXPECT_EQ(rows.delay.size(), 600U);
  const Sparse others = drawn(all_to_all({}, false), 30, 0);
  EXPECT_EQ(others.targets.size(), 870U);
  EXPECT_FALSE(has_autapse(others));
}

TEST(RandomRules, ClipToTheBoundsOrDrawAgain) {
  RandomRule rule = fixed_in_degree(100, 0);
  rule.weight = {DistributionKind::normal, 1, 1, 0, 1.5, true};
  const auto share = [&](float value) {
    const Sparse rows = drawn(rule, 200, 100);
    const auto weights = rows.weight.as<float>();
    return static_cast<double>(std::count(weights.begin(), weights.end(), value)) / 1e4;
  };
  // The normal distribution beyond -1 and 0.5 standard deviations; the standard errors are 0.005.
  EXPECT_NEAR(share(0.0F), 0.1587, 0.02);
  EXPECT_NEAR(share(1.5F), 0.3085, 0.02);
  rule.weight.clipped = false;
  EXPECT_EQ(share(0.0F), 0);
}

TEST(RandomRules, ConnectEachPairWithTheGivenProbability) {
  const Sparse rows = drawn(pairwise_bernoulli(0.1, 1.0), 500, 400);
  const double expected = 0.1 * 500 * 400, sigma = std::sqrt(expected * 0.9);
  EXPECT_NEAR(static_cast<double>(rows.targets.size()), expected, 5 * sigma);
  EXPECT_EQ(drawn(pairwise_bernoulli(1.0, 1.0, false), 20, 0).targets.size(), 380U);
  EXPECT_EQ(drawn(pairwise_bernoulli(0.0, 1.0), 20, 0).targets.size(), 0U);
}

TEST(RandomRules, DrawWeightsAndDelaysOfTheirDistributions) {
  RandomRule rule = fixed_in_degree(100, 0);
  rule.weight = {DistributionKind::normal, 2.0, 0.5, 0.0};
  rule.delay_ms = {DistributionKind::uniform, 1.0, 3.0};
  const Sparse rows = drawn(rule, 200, 100);
  double sum = 0, squares = 0, delays = 0;
  for (const float w : rows.weight.as<float>()) {
    EXPECT_GE(w, 0);
    sum += static_cast<double>(w), squares += static_cast<double>(w) * static_cast<double>(w);
  }
  for (const double d : rows.delay.as<double>()) {
    EXPECT_GE(d, 0.99);
    EXPECT_LE(d, 3.01);
    delays += d;
  }
  EXPECT_NEAR(sum / 1e4, 2.0, 0.025);
  EXPECT_NEAR(squares / 1e4 - sum * sum / 1e8, 0.25, 0.02);
  EXPECT_NEAR(delays / 1e4, 2.0, 0.03);
  rule.weight = {DistributionKind::lognormal, 0.0, 0.25};
  const Sparse skewed = drawn(rule, 200, 100);
  double logs = 0;
  for (const float w : skewed.weight.as<float>()) logs += std::log(static_cast<double>(w));
  EXPECT_NEAR(logs / 1e4, 0, 0.0125);
}

TEST(RandomRules, AreRefusedWhenTheyCannotBeDrawn) {
  const auto refused = [](const RandomRule& rule) {
    EXPECT_THROW(drawn(rule, 10, 10), Failure) << to_string(rule.kind) << " " << rule.number;
  };
  refused(fixed_in_degree(-1, 1));
  refused(fixed_in_degree(11, 1, true, false));
  refused(pairwise_bernoulli(1.5, 1));
  RandomRule rule = fixed_in_degree(2, 1);
  rule.number = 2.5;
  refused(rule);
  rule = fixed_in_degree(2, 1);
  rule.weight = {DistributionKind::normal, 1, 0.1, 2.0};
  refused(rule);
  rule.weight = {DistributionKind::normal, 1, -0.1};
  refused(rule);
  rule = fixed_in_degree(2, 1);
  rule.delay_ms = Distribution{DistributionKind::constant, -1.0};
  refused(rule);
  rule = fixed_in_degree(101, 1, true, false);
  rule.kind = RuleKind::fixed_total_number;
  refused(rule);
  rule = all_to_all({});
  rule.number = 3;
  refused(rule);
  rule = all_to_all({DistributionKind::constant, 2, 0, 0, 1});
  refused(rule);
  rule = all_to_all({DistributionKind::lognormal, 0, 100});  // beyond float32
  refused(rule);
}

}  // namespace
}  // namespace synfire
