#include "neurons/common/exp_current.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/zero_between.h"
#include "neurons/common/response.h"

namespace synfire {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

}  // namespace

ExpState ExpMembrane::after(const ExpState& s, double t) const {
  const double mem = std::exp(-t / tau_mem);
  const double exc = std::exp(-t / tau_exc), inh = std::exp(-t / tau_inh);
  const double driven = s.i_exc * exp_response(tau_mem, tau_exc, t, mem, exc) +
                        s.i_inh * exp_response(tau_mem, tau_inh, t, mem, inh);
  return {v_inf + (s.v - v_inf) * mem + r * driven, s.i_exc * exc, s.i_inh * inh};
}

ExpState ExpMembrane::held(const ExpState& s, double t) const {
  return {s.v, s.i_exc * std::exp(-t / tau_exc), s.i_inh * std::exp(-t / tau_inh)};
}

void ExpMembrane::series(const ExpState& s, std::span<double> terms) const {
  double v = s.v, drawn = v_inf, exc = r * s.i_exc, inh = r * s.i_inh;
  terms[0] = v;
  for (std::size_t k = 1; k < terms.size(); ++k) {
    const double part = 1 / static_cast<double>(k);
    v = (drawn - v + exc + inh) * (part / tau_mem);
    exc *= -part / tau_exc, inh *= -part / tau_inh, drawn = 0;
    terms[k] = v;
  }
}

double ExpMembrane::earliest_crossing(const ExpState& s) const {
  const double drawn = v_inf + std::max(0.0, r * s.i_exc) + std::max(0.0, r * s.i_inh);
  return earliest_rise(tau_mem, s.v, drawn, threshold);
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
