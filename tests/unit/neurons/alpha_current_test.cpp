// The closed form of LIF with alpha-shaped currents, and its crossings, against a reference that
// steps through the differential equation in long double.
#include "neurons/common/alpha_current.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/random_sequence.h"
#include "neurons/alpha_reference.h"
#include "support/effort.h"

namespace synfire {
namespace {

using test::AlphaReference;
using test::trials;

TEST(AlphaMembrane, FollowsTheDifferentialEquationForAnyTimeConstants) {
  for (const double tau_exc :
       {0.5, 5.0, 9.0, 9.9999, 10.0, 10.0 + 1e-9, 10.0 + 1e-13, 10.3, 12.0, 80.0})
    for (const double step : {0.001, 0.1, 1.7, 4.0}) {
      const AlphaMembrane m{.tau_mem = 10, .tau_exc = tau_exc, .tau_inh = 3, .v_inf = -3, .r = 0.7};
      const AlphaReference reference(m, step / 16);
      const AlphaState start{1.5, 20, 13, -7, -2};
      AlphaReference::State expected = reference.state(start);
      for (int k = 1; k <= 160; ++k) {
        expected = reference.after(expected);
        const AlphaState s = m.after(start, step / 16 * k), held = m.held(start, step / 16 * k);
        ASSERT_NEAR(s.v, static_cast<double>(expected[0] + m.v_inf), 2e-13) << tau_exc << " " << k;
        ASSERT_NEAR(s.i_exc, static_cast<double>(expected[1]), 1e-13);
        ASSERT_NEAR(s.rise_exc, static_cast<double>(expected[2]), 1e-13);
        ASSERT_NEAR(s.i_inh, static_cast<double>(expected[3]), 1e-13);
        ASSERT_NEAR(s.rise_inh, static_cast<double>(expected[4]), 1e-13);
        EXPECT_EQ(held.v, start.v);
        EXPECT_EQ(held.i_exc, s.i_exc);
        EXPECT_EQ(held.rise_inh, s.rise_inh);
      }
    }
}

TEST(AlphaMembrane, HasItsPeakCurrentOfTheWeightAfterTheTimeConstant) {
  const AlphaMembrane m{.tau_exc = 3};
  AlphaState start;
  start.receive(0, 2.5);
  EXPECT_NEAR(m.after(start, 3).i_exc, 2.5, 1e-15);
  EXPECT_LT(m.after(start, 2.99).i_exc, 2.5);
  EXPECT_LT(m.after(start, 3.01).i_exc, 2.5);
}

double log_uniform(RandomSequence& random, double low, double high) {
  return low * std::pow(high / low, random.uniform());
}

/// Time constants that are equal, nearly so, or far from each other.
AlphaMembrane random_membrane(RandomSequence& random) {
  AlphaMembrane m{.tau_mem = log_uniform(random, 1, 30), .v_inf = 3 * random.uniform() - 2};
  const auto near = [&](double tau) {
    const double part = log_uniform(random, 1e-16, 1e-2);
    return tau * (1 + (random.uniform() < 0.5 ? part : -part));
  };
  const auto other = [&](double tau) {
    const double kind = random.uniform();
    return kind < 0.1 ? tau : kind < 0.3 ? near(tau) : log_uniform(random, 0.3, 30);
  };
  m.tau_exc = other(m.tau_mem);
  m.tau_inh = other(random.uniform() < 0.5 ? m.tau_exc : m.tau_mem);
  m.r = random.uniform() < 0.1 ? -1 : 1;
  return m;
}

AlphaState random_state(RandomSequence& random) {
  const double size = log_uniform(random, 0.5, 60);
  const auto any = [&] { return random.uniform() < 0.2 ? 0 : size * (2 * random.uniform() - 1); };
  return {1 - log_uniform(random, 1e-4, 3), any(), any(), any(), any()};
}

/// How finely the reference steps; its peaks and valleys are further apart.
constexpr int kSteps = 600;

struct Tally {
  int crossings = 0, none = 0, doubtful = 0;
  double worst = 0;
};

/// What rounding does to potentials of the case.
double rounding(const AlphaState& s) {
  return 1e-14 *
         (1 + std::abs(s.i_exc) + std::abs(s.i_inh) + std::abs(s.rise_exc) + std::abs(s.rise_inh));
}

void compare(const AlphaMembrane& m, const AlphaState& start, double horizon, Tally& tally) {
  const AlphaReference reference(m, horizon / kSteps);
  const AlphaReference::Found expected = reference.first_crossing(start, kSteps);
  const double found = m.first_crossing(start, horizon);
  if (std::abs(static_cast<double>(expected.peak)) < rounding(start)) {
    ++tally.doubtful;  // doubles cannot tell whether it touches
    return;
  }
  if (std::isinf(expected.crossing)) {
    ++tally.none;
    ASSERT_TRUE(std::isinf(found)) << found;
    return;
  }
  ++tally.crossings;
  ASSERT_LE(m.earliest_crossing(start), found + 1e-12);
  const double error = std::abs(found - static_cast<double>(expected.crossing));
  // Where v goes through slowly, rounding of v moves the time.
  const double slope = static_cast<double>(
      reference.slope(reference.state(m.after(start, static_cast<double>(expected.crossing)))));
  ASSERT_LE(error, 1e-12 + rounding(start) / std::abs(slope));
  tally.worst = std::max(tally.worst, error);
}

TEST(AlphaMembrane, MissesNoCrossingOfRandomStates) {
  RandomSequence random(Random(7, Stream::initial_state, 0));
  Tally tally;
  for (int trial = 0; trial < trials(4000); ++trial) {
    SCOPED_TRACE(trial);
    const AlphaMembrane m = random_membrane(random);
    const AlphaState start = random_state(random);
    compare(m, start, log_uniform(random, 0.1, 40), tally);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(tally.crossings, trials(800));
  EXPECT_GT(tally.none, trials(800));
  EXPECT_LT(tally.doubtful, 5);
  RecordProperty("worst_error_ms", std::to_string(tally.worst * 1e12) + "e-12");
}

TEST(AlphaMembrane, TellsPeaksJustAboveTheThresholdFromThoseJustBelow) {
  RandomSequence random(Random(8, Stream::initial_state, 0));
  Tally tally;
  for (int trial = 0; trial < trials(3000); ++trial) {
    SCOPED_TRACE(trial);
    AlphaMembrane m = random_membrane(random);
    const AlphaState start = random_state(random);
    const double horizon = log_uniform(random, 1, 40);
    m.threshold = 1e9;
    const auto peak = AlphaReference(m, horizon / kSteps).first_crossing(start, kSteps).peak;
    const auto top = static_cast<double>(peak + m.threshold);
    if (top < start.v + 1e-3) continue;  // it only falls
    const double gap = log_uniform(random, 1e-12, 1e-3);
    m.threshold = top + (trial % 2 == 0 ? gap : -gap);
    compare(m, start, horizon, tally);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(tally.crossings, trials(500));
  EXPECT_GT(tally.none, trials(500));
  RecordProperty("worst_error_ms", std::to_string(tally.worst * 1e12) + "e-12");
}

TEST(AlphaMembrane, FindsEachOfManyCrossings) {
  // Two alpha currents of opposite signs and a drive: up, down and up again.
  const AlphaMembrane m{.tau_mem = 1, .tau_exc = 2, .tau_inh = 4, .v_inf = 1.2};
  Tally tally;
  AlphaState start{0.99, 0, 12, 0, -9};
  for (int crossing = 0; crossing < 2; ++crossing) {
    compare(m, start, 60, tally);
    if (HasFatalFailure()) return;
    // On to where it is below again.
    start = m.after(start, m.first_crossing(start, 60));
    while (start.v >= m.threshold && crossing == 0) start = m.after(start, 0.05);
  }
  EXPECT_EQ(tally.crossings, 2);
}

TEST(AlphaMembrane, CrossesAtOnceWhereItIsAbove) {
  const AlphaMembrane m{.v_inf = 3};
  EXPECT_EQ(m.first_crossing({1.0, 0, 0, 0, 0}, 1), 0);
  const double below = std::nextafter(1.0, 0.0);
  EXPECT_LT(m.first_crossing({below, 0, 0, 0, 0}, 1), 1e-14);
}

TEST(AlphaMembrane, KeepsStillWithoutCurrents) {
  const AlphaMembrane m{.v_inf = 0.9};
  EXPECT_TRUE(std::isinf(m.earliest_crossing({0, 0, 0, 0, 0})));
  EXPECT_TRUE(std::isinf(m.first_crossing({0, 0, 0, 0, 0}, 1e6)));
  const AlphaState late = m.after({0, 5, 5, 5, 5}, 1e7);
  EXPECT_NEAR(late.v, 0.9, 1e-15);
  EXPECT_EQ(late.i_exc, 0);
}

TEST(AlphaMembrane, StaysFiniteForExtremeTimeConstants) {
  for (const double tau_mem : {1e-9, 20.0, 1e12})
    for (const double tau_exc : {1e-9, 20.0, 1e12})
      for (const double tau_inh : {1e-9, 20.0, 1e12})
        for (const double t : {0.0, 1e-12, 1.0, 1e9}) {
          const AlphaMembrane m{.tau_mem = tau_mem, .tau_exc = tau_exc, .tau_inh = tau_inh};
          const AlphaState s = m.after({0.5, 0, 3, -1, -2}, t);
          EXPECT_LE(std::abs(s.v), 4) << tau_mem << " " << tau_exc << " " << tau_inh << " " << t;
          EXPECT_LE(std::abs(s.i_exc) + std::abs(s.i_inh), 6);
          const double crossing = m.first_crossing({0.5, 0, 3, -1, -2}, 4);
          EXPECT_TRUE(crossing >= 0 && (crossing <= 4 || std::isinf(crossing))) << crossing;
        }
}

}  // namespace
}  // namespace synfire
