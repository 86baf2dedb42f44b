#include "neurons/common/alpha_current.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/base/zero_between.h"
#include "neurons/common/response.h"

namespace synfire {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// A current (i + ramp t) exp(-t / tau).
struct Current {
  double i, ramp, tau;

  Current(double now, double rise, double tau_syn)
      : i(now), ramp(std::numbers::e * rise / tau_syn), tau(tau_syn) {}
  double at(double t, double decay) const { return (i + ramp * t) * decay; }
};

/// Places in the order of time: both ends of an interval, and zeros of a function between them.
class Cuts {
 public:
  explicit Cuts(double horizon) : at_{0, horizon} {}

  void insert(double t) {
    at_[size_] = at_[size_ - 1];
    at_[size_ - 1] = t;
    ++size_;
  }
  std::size_t size() const { return size_; }
  double operator[](std::size_t i) const { return at_[i]; }
  double horizon() const { return at_[size_ - 1]; }

 private:
  std::array<double, 6> at_;  // v' has four zeros at most
  std::size_t size_ = 2;
};

/// The zeros of a function that is monotonic between the cuts. By Rolle's theorem these are zeros
/// of its derivative, or of that times an exponential.
template <typename Function>
Cuts zeros(const Cuts& cuts, Function&& f) {
  Cuts found(cuts.horizon());
  bool below = f(cuts[0])[0] < 0;
  for (std::size_t k = 1; k < cuts.size(); ++k) {
    const bool next = f(cuts[k])[0] < 0;
    if (next != below) found.insert(zero_between(cuts[k - 1], cuts[k], f));
    below = next;
  }
  return found;
}

/// Where the sum of two currents turns: the zeros of its derivative, which is (p + q t) exp(-t /
/// tau) of both. Times exp(t / tau) of the slower, it is a line and (p + q t) exp(-k t). Its second
/// derivative has one zero, so that its first has two at most and itself three.
Cuts turns(const Current& one, const Current& other, double horizon) {
  const bool ordered = one.tau >= other.tau;
  const Current &slow = ordered ? one : other, &fast = ordered ? other : one;
  const double slow_p = slow.ramp - slow.i / slow.tau, slow_q = -slow.ramp / slow.tau;
  const double p = fast.ramp - fast.i / fast.tau, q = -fast.ramp / fast.tau;
  const double k = (slow.tau - fast.tau) / (slow.tau * fast.tau);
  const auto derivative = [&](double t) {
    const double decay = std::exp(-k * t);
    return std::array{slow_q + (q - k * (p + q * t)) * decay,
                      k * (k * (p + q * t) - 2 * q) * decay};
  };
  const auto function = [&](double t) {
    const double decay = std::exp(-k * t), rest = (p + q * t) * decay;
    return std::array{slow_p + slow_q * t + rest, slow_q + q * decay - k * rest};
  };
  Cuts cuts(horizon);
  const double bend = (2 * q - k * p) / (k * q);
  if (bend > 0 && bend < horizon) cuts.insert(bend);
  return zeros(zeros(cuts, derivative), function);
}

}  // namespace

AlphaState AlphaMembrane::after(const AlphaState& s, double t) const {
  const double mem = std::exp(-t / tau_mem);
  double driven = 0;
  const auto advance = [&](double& i, double& rise, double tau) {
    const Current current(i, rise, tau);
    const double decay = std::exp(-t / tau);
    driven += current.i * exp_response(tau_mem, tau, t, mem, decay) +
              current.ramp * ramp_response(tau_mem, tau, t, mem, decay);
    i = current.at(t, decay), rise *= decay;
  };
  AlphaState next = s;
  advance(next.i_exc, next.rise_exc, tau_exc);
  advance(next.i_inh, next.rise_inh, tau_inh);
  next.v = v_inf + (s.v - v_inf) * mem + r * driven;
  return next;
}

AlphaState AlphaMembrane::held(const AlphaState& s, double t) const {
  const double exc = std::exp(-t / tau_exc), inh = std::exp(-t / tau_inh);
  return {s.v, Current(s.i_exc, s.rise_exc, tau_exc).at(t, exc), s.rise_exc * exc,
          Current(s.i_inh, s.rise_inh, tau_inh).at(t, inh), s.rise_inh * inh};
}

void AlphaMembrane::series(const AlphaState& s, std::span<double> terms) const {
  double v = s.v, drawn = v_inf, exc = r * s.i_exc, inh = r * s.i_inh;
  double rise_exc = std::numbers::e * r * s.rise_exc, rise_inh = std::numbers::e * r * s.rise_inh;
  terms[0] = v;
  for (std::size_t k = 1; k < terms.size(); ++k) {
    const double part = 1 / static_cast<double>(k);
    v = (drawn - v + exc + inh) * (part / tau_mem);
    exc = (rise_exc - exc) * (part / tau_exc), inh = (rise_inh - inh) * (part / tau_inh);
    rise_exc *= -part / tau_exc, rise_inh *= -part / tau_inh, drawn = 0;
    terms[k] = v;
  }
}

/// (i + ramp t) exp(-t / tau) is at most i, and the lesser of `rise` and ramp t, where positive.
double AlphaMembrane::drawn_within(const AlphaState& s, double horizon) const {
  const auto most = [&](double i, double rise, double tau) {
    const double grown = std::min(1.0, std::numbers::e * horizon / tau);
    return std::max(0.0, r * i) + std::max(0.0, r * rise * grown);
  };
  return v_inf + most(s.i_exc, s.rise_exc, tau_exc) + most(s.i_inh, s.rise_inh, tau_inh);
}

double AlphaMembrane::earliest_crossing(const AlphaState& s) const {
  return earliest_rise(tau_mem, s.v, drawn_within(s, kInfinite), threshold);
}

double AlphaMembrane::first_crossing(const AlphaState& start, double horizon) const {
  if (start.v >= threshold) return 0;
  if (earliest_rise(tau_mem, start.v, drawn_within(start, horizon), threshold) > horizon)
    return kInfinite;
  const auto slope_of = [&](const AlphaState& s) {
    return (v_inf - s.v + r * (s.i_exc + s.i_inh)) / tau_mem;
  };
  const auto above = [&](double t) {
    const AlphaState s = after(start, t);
    return std::array{s.v - threshold, slope_of(s)};
  };
  const auto slope = [&](double t) {
    const AlphaState s = after(start, t);
    const double now = slope_of(s);
    const double exc = (std::numbers::e * s.rise_exc - s.i_exc) / tau_exc;
    const double inh = (std::numbers::e * s.rise_inh - s.i_inh) / tau_inh;
    return std::array{now, (r * (exc + inh) - now) / tau_mem};
  };
  // v' exp(t / tau_mem) is monotonic between the turns of the current, v between the zeros of v'.
  const Cuts cuts = zeros(turns({start.i_exc, start.rise_exc, tau_exc},
                                {start.i_inh, start.rise_inh, tau_inh}, horizon),
                          slope);
  for (std::size_t k = 1; k < cuts.size(); ++k)
    if (above(cuts[k])[0] >= 0) return zero_between(cuts[k - 1], cuts[k], above);
  return kInfinite;
}

}  // namespace synfire
