// A LIF neuron with alpha-shaped currents, integrated by the Taylor series of its differential
// equation in long double: independent of the closed forms, and as good for any time constants.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <vector>

#include "neurons/common/alpha_current.h"

namespace synfire::test {

class AlphaReference {
 public:
  using Real = long double;
  using State = std::array<Real, 5>;  // v - v_inf, then of both receptors the current and its rise

  /// Steps of `step`, and for bisection of its halves, quarters and so on.
  AlphaReference(const AlphaMembrane& m, double step) : m_(m), step_(step) {
    Real h = step;
    for (std::size_t level = 0; level < kLevels; ++level, h /= 2)
      propagators_.push_back(propagator(h));
  }

  State state(const AlphaState& s) const {
    return {static_cast<Real>(s.v) - m_.v_inf, s.i_exc, s.rise_exc, s.i_inh, s.rise_inh};
  }
  State after(const State& s, std::size_t level = 0) const {
    return multiply(propagators_[level], s);
  }
  Real above(const State& s) const { return s[0] + m_.v_inf - m_.threshold; }
  Real slope(const State& s) const { return (m_.r * (s[1] + s[3]) - s[0]) / m_.tau_mem; }

  struct Found {
    Real crossing = std::numeric_limits<Real>::infinity();
    Real peak = -std::numeric_limits<Real>::infinity();  // greatest of v - threshold before it
  };
  /// The first crossing in so many steps; peaks between the steps are looked for too.
  Found first_crossing(const AlphaState& start, int steps) const {
    Found found;
    State s = state(start);
    for (int k = 0; k < steps; ++k) {
      const State next = after(s);
      const bool peaks = slope(s) > 0 && slope(next) < 0;
      const auto rises = [&](const State& x) { return !peaks || slope(x) > 0; };
      const State top = peaks ? last_where(s, rises).state : next;
      found.peak = std::max(found.peak, above(top));
      if (above(top) >= 0) {
        const auto below = [&](const State& x) { return rises(x) && above(x) < 0; };
        found.crossing = static_cast<Real>(k) * step_ + last_where(s, below).time;
        return found;
      }
      s = next;
    }
    return found;
  }

 private:
  using Matrix = std::array<State, 5>;
  static constexpr std::size_t kLevels = 56;

  static State multiply(const Matrix& p, const State& s) {
    State result{};
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t j = 0; j < 5; ++j) result[i] += p[i][j] * s[j];
    return result;
  }

  static Real size(const State& s) {
    Real greatest = 0;
    for (const Real each : s) greatest = std::max(greatest, std::abs(each));
    return greatest;
  }

  Matrix propagator(Real h) const {
    const Real e = std::numbers::e_v<Real>, mem = m_.tau_mem, exc = m_.tau_exc, inh = m_.tau_inh;
    const Matrix rates{{{-1 / mem, m_.r / mem, 0, m_.r / mem, 0},
                        {0, -1 / exc, e / exc, 0, 0},
                        {0, 0, -1 / exc, 0, 0},
                        {0, 0, 0, -1 / inh, e / inh},
                        {0, 0, 0, 0, -1 / inh}}};
    Matrix sum{};
    for (std::size_t column = 0; column < 5; ++column) {
      State term{};
      term[column] = 1;
      for (int k = 1; size(term) > 1e-22L; ++k) {
        for (std::size_t i = 0; i < 5; ++i) sum[i][column] += term[i];
        term = multiply(rates, term);
        for (Real& each : term) each *= h / static_cast<Real>(k);
      }
    }
    return sum;
  }

  struct Place {
    State state;
    Real time;
  };
  /// Where in a step from `s` on something holds last that does at `s` and, once it has stopped,
  /// does not again.
  template <typename Holds>
  Place last_where(State s, Holds&& holds) const {
    Real t = 0, h = step_;
    for (std::size_t level = 1; level < kLevels; ++level) {
      h /= 2;
      const State next = after(s, level);
      if (holds(next)) s = next, t += h;
    }
    return {s, t};
  }

  AlphaMembrane m_;
  Real step_;
  std::vector<Matrix> propagators_;
};

}  // namespace synfire::test
