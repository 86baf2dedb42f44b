// Axes: from data to a range with readable ticks, and from values to places.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/svg.h"

namespace synfire::svg {

/// Smallest and largest value that an axis of this scale can show; {0, 1} when there is none.
struct Range {
  double low = 0, high = 1;
  bool found = false;

  void include(double value, Scale scale);
  void include(std::span<const double> values, Scale scale);
};

bool can_show(double value, Scale scale);

struct Axis {
  Scale scale = Scale::linear;
  double low = 0, high = 1;
  std::vector<double> ticks;

  /// 0 at the low end, 1 at the high end.
  double fraction(double value) const;
  /// Ticks as text; all of them with the same number of decimals and the same k, M or G.
  std::vector<std::string> labels() const;
};

enum class Ends { round, exact };  // whether the range grows to whole ticks

Axis make_axis(const Range& range, Scale scale, int tick_count, Ends ends);

/// A value for a label or a tip: "97.25", "1,234,567", "3.2e-05".
std::string readable(double value);
/// The same with k, M or G from 10,000 on: "12.3k".
std::string compact(double value);
/// "12.3k spikes", "1 spike".
std::string counted(double count, std::string_view one);

}  // namespace synfire::svg
