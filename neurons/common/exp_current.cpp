#include "neurons/common/exp_current.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace synfire {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// Response of v to a current that is 1 at time 0 (r = 1), `mem` = exp(-t / tau_mem), `syn` =
/// exp(-t / tau_syn).
double response(double tau_mem, double tau_syn, double t, double mem, double syn) {
  constexpr double kNear = 0.05;
  const double difference = tau_syn - tau_mem;
  if (std::abs(difference) > kNear * tau_mem) return tau_syn / difference * (syn - mem);
  // Where the time constants meet, the formula above cancels; this one has no such place.
  const double x = t * difference / (tau_mem * tau_syn);
  if (x == 0 || mem == 0) return t / tau_mem * mem;
  return t / tau_mem * mem * (std::expm1(x) / x);
}

/// A zero of a function that has different signs at the ends, by Newton's method kept inside the
/// bracket: `f` gives value and derivative.
template <typename Function>
double zero_between(double low, double high, Function&& f) {
  const bool rises = f(low)[0] < 0;
  double x = 0.5 * (low + high);
  for (int step = 0; step < 200; ++step) {
    const auto [value, slope] = f(x);
    ((value < 0) == rises ? low : high) = x;
    double next = x - value / slope;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (next == x || next == low || next == high) return x;
    if (std::abs(next - x) <= 0x1p-52 * std::abs(x)) return next;
    x = next;
  }
  return x;
}

}  // namespace

ExpState ExpMembrane::after(const ExpState& s, double t) const {
  const double mem = std::exp(-t / tau_mem);
  const double exc = std::exp(-t / tau_exc), inh = std::exp(-t / tau_inh);
  const double driven = s.i_exc * response(tau_mem, tau_exc, t, mem, exc) +
                        s.i_inh * response(tau_mem, tau_inh, t, mem, inh);
  return {v_inf + (s.v - v_inf) * mem + r * driven, s.i_exc * exc, s.i_inh * inh};
}

ExpState ExpMembrane::held(const ExpState& s, double t) const {
  return {s.v, s.i_exc * std::exp(-t / tau_exc), s.i_inh * std::exp(-t / tau_inh)};
}

double ExpMembrane::earliest_crossing(const ExpState& s) const {
  const double drawn = v_inf + std::max(0.0, r * s.i_exc) + std::max(0.0, r * s.i_inh);
  if (!(drawn > threshold)) return kInfinite;
  // tau ln(1 / (1 - x)) >= tau 2 x / (2 - x)
  const double x = (threshold - s.v) / (drawn - s.v);
  return tau_mem * 2 * x / (2 - x);
}

double ExpMembrane::first_crossing(const ExpState& start, double horizon) const {
  const auto above = [&](double t) {
    const ExpState s = after(start, t);
    return std::array{s.v - threshold, (v_inf - s.v + r * (s.i_exc + s.i_inh)) / tau_mem};
  };
  const auto slope = [&](double t) {
    const ExpState s = after(start, t);
    const double now = (v_inf - s.v + r * (s.i_exc + s.i_inh)) / tau_mem;
    return std::array{now, -(now + r * (s.i_exc / tau_exc + s.i_inh / tau_inh)) / tau_mem};
  };
  // v' exp(t / tau_mem) is monotonic but where i_exc / tau_exc + i_inh / tau_inh is 0: v' has one
  // zero at most on each side of that time, and v is monotonic between these.
  std::array<double, 5> cut{};
  std::size_t cuts = 1;
  const auto turn_in = [&](double low, double high) {
    if ((slope(low)[0] < 0) != (slope(high)[0] < 0)) cut[cuts++] = zero_between(low, high, slope);
    cut[cuts++] = high;
  };
  const double ratio = -(start.i_exc * tau_inh) / (start.i_inh * tau_exc);
  const double middle = std::log(ratio) / (1 / tau_exc - 1 / tau_inh);
  const bool turns = ratio > 0 && middle > 0 && middle < horizon;
  if (turns) turn_in(0, middle);
  turn_in(turns ? middle : 0, horizon);
  for (std::size_t i = 1; i < cuts; ++i)
    if (above(cut[i])[0] >= 0) return zero_between(cut[i - 1], cut[i], above);
  return kInfinite;
}

}  // namespace synfire
