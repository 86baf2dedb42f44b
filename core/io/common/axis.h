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
  double unit = 1;                  // in which the labels count
  std::string_view unit_name = {};  // empty: that of the values

  /// 0 at the low end, 1 at the high end.
  double fraction(double value) const;
  /// Ticks as text; all of them with the same number of decimals and the same k, M or G.
  std::vector<std::string> labels() const;
  /// "time" is "time (min)" on an axis that counts in minutes.
  std::string title(std::string_view what) const;
  /// A value as the labels count it: "2.5 min".
  std::string value_text(double value) const;
};

enum class Ends { round, exact };  // whether the range grows to whole ticks

Axis make_axis(const Range& range, Scale scale, int tick_count, Ends ends);
/// Of times in ms: counts in ms, s, min or h, whichever suits the range.
Axis make_time_axis(const Range& range, int tick_count);
/// The x axis of a chart, as wide as its data.
Axis make_x_axis(const Range& range, bool is_time, int tick_count, Scale scale = Scale::linear);

/// A value for a label or a tip: "97.25", "1,234,567", "3.2e-05".
std::string readable(double value);
/// The same with k, M or G from 10,000 on: "12.3k".
std::string compact(double value);
/// A time in the largest unit in which it is short: "250 ms", "1.5 s", "200 s", "3 h".
std::string readable_time(double ms);
/// "12.3k spikes", "1 spike".
std::string counted(double count, std::string_view one);

}  // namespace synfire::svg
