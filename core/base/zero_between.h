// Where a function is 0.
#pragma once

#include <array>
#include <cmath>
#include <utility>

namespace synfire {

/// A zero of a function that has different signs at the ends of [low, high], low >= 0, by Newton's
/// method kept inside the bracket; should that be slow, every other step halves the bracket. `f`
/// gives value and derivative.
template <typename Function>
double zero_between(double low, double high, Function&& f) {
  constexpr int kQuick = 20, kMost = 200;
  const double tiny = 0x1p-44 * high;  // steps that do not shrink any more are made by rounding
  const bool rises = !(f(high)[0] < 0);
  double x = 0.5 * (low + high), moved = high - low;
  for (int step = 0; step < kMost; ++step) {
    const auto [value, slope] = f(x);
    ((value < 0) == rises ? low : high) = x;
    double next = x - value / slope;
    const bool halve = step >= kQuick && step % 2 == 0;
    if (halve || !(next > low && next < high)) next = 0.5 * (low + high);
    if (next == x || next == low || next == high) return x;
    const double last = std::exchange(moved, std::abs(next - x));
    if (moved <= 0x1p-52 * x || (moved <= tiny && moved >= last)) return next;
    x = next;
  }
  return x;
}

}  // namespace synfire
