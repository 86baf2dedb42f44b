// The closed form of LIF with exponential currents, against quadrature and in cases made to be
// missed.
#include "neurons/common/exp_current.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/random_sequence.h"

namespace synfire {
namespace {

/// Runge-Kutta of order 4.
ExpState integrate(const ExpMembrane& m, ExpState s, double t, int steps) {
  const auto slope = [&](const ExpState& x) {
    return ExpState{(m.v_inf - x.v + m.r * (x.i_exc + x.i_inh)) / m.tau_mem, -x.i_exc / m.tau_exc,
                    -x.i_inh / m.tau_inh};
  };
  const auto moved = [](const ExpState& x, const ExpState& d, double h) {
    return ExpState{x.v + h * d.v, x.i_exc + h * d.i_exc, x.i_inh + h * d.i_inh};
  };
  const double h = t / steps;
  for (int i = 0; i < steps; ++i) {
    const ExpState a = slope(s), b = slope(moved(s, a, h / 2)), c = slope(moved(s, b, h / 2)),
                   d = slope(moved(s, c, h));
    s = moved(moved(moved(moved(s, a, h / 6), b, h / 3), c, h / 3), d, h / 6);
  }
  return s;
}

TEST(ExpMembrane, FollowsTheDifferentialEquationForAnyTimeConstants) {
  for (const double tau_exc : {0.5, 5.0, 9.0, 9.9999, 10.0, 10.3, 12.0, 80.0}) {
    const ExpMembrane m{.tau_mem = 10, .tau_exc = tau_exc, .tau_inh = 3, .v_inf = -3, .r = 0.7};
    const ExpState start{1.5, 20, -7};
    for (const double t : {0.01, 1.0, 17.0}) {
      const ExpState exact = m.after(start, t), stepped = integrate(m, start, t, 20000);
      EXPECT_NEAR(exact.v, stepped.v, 1e-10) << tau_exc << " " << t;
      EXPECT_NEAR(exact.i_exc, stepped.i_exc, 1e-10);
      EXPECT_NEAR(exact.i_inh, stepped.i_inh, 1e-10);
    }
  }
}

TEST(ExpMembrane, MeetsTheAnalyticCrossing) {
  // tau_mem = 2 tau_syn: v = 2 * 30 (x - x^2) / 2 with x = exp(-t / 20) crosses 4 at a root of a
  // quadratic equation.
  const ExpMembrane m{.tau_mem = 20, .tau_exc = 10, .tau_inh = 5, .v_inf = 0, .threshold = 4};
  const double x = (1 + std::sqrt(1 - 4 * 4.0 / 30)) / 2;
  EXPECT_NEAR(m.first_crossing({0, 30, 0}, 100), -20 * std::log(x), 1e-12);
}

TEST(ExpMembrane, FindsAPeakThatEndsBelowTheThresholdAgain) {
  // Both ends of the interval are below the threshold; the peak 7.5 at 20 ln 2 is above.
  ExpMembrane m{.tau_mem = 20, .tau_exc = 10, .tau_inh = 5, .v_inf = 0, .threshold = 7.5 - 1e-9};
  const double crossing = m.first_crossing({0, 30, 0}, 200);
  EXPECT_LT(m.after({0, 30, 0}, 200).v, 1);
  EXPECT_LT(crossing, 20 * std::log(2));
  EXPECT_NEAR(crossing, 20 * std::log(2), 1e-3);
  m.threshold = 7.5 + 1e-9;
  EXPECT_TRUE(std::isinf(m.first_crossing({0, 30, 0}, 200)));
}

TEST(ExpMembrane, FindsTheFirstOfTwoPeaks) {
  // Excitation is fast and wins first, inhibition is slower, the drive brings v back over the
  // threshold at last: up, down, up.
  const ExpMembrane m{.tau_mem = 10, .tau_exc = 1, .tau_inh = 6, .v_inf = 12, .threshold = 3};
  const ExpState start{0, 120, -15};
  const double first = m.first_crossing(start, 100);
  EXPECT_NEAR(m.after(start, first).v, 3, 1e-12);
  EXPECT_LT(first, 2);
  const ExpMembrane higher{.tau_mem = 10, .tau_exc = 1, .tau_inh = 6, .v_inf = 12, .threshold = 11};
  const double last = higher.first_crossing(start, 100);
  EXPECT_NEAR(higher.after(start, last).v, 11, 1e-12);
  EXPECT_GT(last, 10);
}

TEST(ExpMembrane, MissesNoCrossingOfRandomStates) {
  RandomSequence random(Random(7, Stream::initial_state, 0));
  int crossings = 0, none = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const ExpMembrane m{.tau_mem = 2 + 20 * random.uniform(),
                        .tau_exc = 0.5 + 15 * random.uniform(),
                        .tau_inh = 0.5 + 15 * random.uniform(),
                        .v_inf = 3 * random.uniform() - 2};
    const ExpState start{-2 * random.uniform(), 12 * random.uniform() - 4,
                         6 * random.uniform() - 8};
    const double horizon = 40, found = m.first_crossing(start, horizon);
    const double bound = m.earliest_crossing(start);
    double sampled = 2 * horizon;
    for (double t = 0; t <= horizon && sampled > horizon; t += 0.01)
      if (m.after(start, t).v > m.threshold) sampled = t;
    if (sampled <= horizon) {
      ++crossings;
      ASSERT_LE(found, sampled) << trial;
      ASSERT_GE(found, sampled - 0.011) << trial;
      ASSERT_LE(bound, found) << trial;
    } else if (!std::isinf(found)) {
      EXPECT_NEAR(m.after(start, found).v, m.threshold, 1e-9);  // a peak between the samples
    } else {
      ++none;
    }
  }
  EXPECT_GT(crossings, 150);
  EXPECT_GT(none, 300);
}

}  // namespace
}  // namespace synfire
