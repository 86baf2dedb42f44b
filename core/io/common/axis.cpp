#include "core/io/common/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace synfire::svg {
namespace {

// Beyond this the width of a range would overflow.
constexpr double kLargest = 1e300;

struct Prefix {
  double unit;
  const char* suffix;
};
constexpr std::array<Prefix, 4> kPrefixes{{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};

struct TimeUnit {
  double ms;
  std::string_view name;
  double longest;  // range that is counted in it [ms]
};
constexpr double kSecond = 1e3, kMinute = 6e4, kHour = 3.6e6;
constexpr std::array<TimeUnit, 4> kTimeUnits{{{1, "ms", 2 * kSecond},
                                              {kSecond, "s", 5 * kMinute},
                                              {kMinute, "min", 3 * kHour},
                                              {kHour, "h", HUGE_VAL}}};

const TimeUnit& unit_for(const Range& range) {
  constexpr double kLate = 100 * kSecond;  // where ms have too many digits
  const double span = range.high - range.low;
  const bool late = std::max(std::abs(range.low), std::abs(range.high)) > kLate;
  return *std::ranges::find_if(kTimeUnits, [&](const TimeUnit& unit) {
    return span <= unit.longest && !(late && unit.ms == 1);
  });
}

// The largest prefix of numbers from 10,000 on; smaller numbers are read better in full.
Prefix prefix_for(double magnitude) {
  if (magnitude < 1e4 || magnitude >= 1e16) return {1, ""};
  for (const Prefix& prefix : kPrefixes) {
    if (magnitude >= prefix.unit) return prefix;
  }
  return {1, ""};
}

std::string trimmed(std::string text) {
  if (text.find('.') == std::string::npos || text.find('e') != std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string without_minus_zero(const std::string& text) {
  const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
  return is_zero && text.starts_with('-') ? text.substr(1) : text;
}

// 1, 2, 2.5 or 5 times a power of ten, not below `raw`.
double nice_step(double raw) {
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= raw * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

Range widened(Range range) {
  if (range.high > range.low) return range;
  const double margin = range.low == 0 ? 1 : std::abs(range.low) * 0.5;
  return {range.low - margin, range.high + margin, range.found};
}

Axis linear_axis(Range range, int tick_count, Ends ends) {
  range = widened(range);
  const double step = nice_step((range.high - range.low) / tick_count);
  const double first = std::floor(range.low / step + 1e-9);
  const double last = std::ceil(range.high / step - 1e-9);
  Axis axis{Scale::linear, range.low, range.high, {}};
  if (ends == Ends::round) {
    axis.low = first * step;
    axis.high = last * step;
  }
  const double slack = step * 1e-6;
  for (int i = 0; i <= static_cast<int>(last - first); ++i) {
    const double tick = (first + i) * step;
    if (tick >= axis.low - slack && tick <= axis.high + slack) axis.ticks.push_back(tick);
  }
  return axis;
}

double to_exponent(double value, Scale scale) {
  return scale == Scale::log2 ? std::log2(value) : std::log10(value);
}

double to_power(double exponent, Scale scale) {
  return std::pow(scale == Scale::log2 ? 2.0 : 10.0, exponent);
}

Axis logarithmic_axis(const Range& range, Scale scale, int tick_count) {
  double first = std::floor(to_exponent(range.low, scale) + 1e-9);
  double last = std::ceil(to_exponent(range.high, scale) - 1e-9);
  if (last <= first) last = first + 1;
  const double stride = std::max(1.0, std::ceil((last - first) / tick_count));
  Axis axis{scale, to_power(first, scale), to_power(last, scale), {}};
  for (double exponent = first; exponent <= last; exponent += stride) {
    axis.ticks.push_back(to_power(exponent, scale));
  }
  return axis;
}

int decimals_of(double step) {
  for (int decimals = 0; decimals < 9; ++decimals) {
    const double scaled = step * std::pow(10, decimals);
    if (std::abs(scaled - std::round(scaled)) < 1e-6 * scaled) return decimals;
  }
  return 9;
}

std::vector<std::string> linear_labels(const Axis& axis) {
  const double step = (axis.ticks.size() > 1 ? axis.ticks[1] - axis.ticks[0] : 1) / axis.unit;
  const double magnitude = std::max(std::abs(axis.low), std::abs(axis.high)) / axis.unit;
  if (step < 1e-6 || magnitude >= 1e16) {
    std::vector<std::string> labels;
    for (const double tick : axis.ticks) labels.push_back(fmt::format("{:.3g}", tick / axis.unit));
    return labels;
  }
  const Prefix prefix = axis.unit_name.empty() ? prefix_for(magnitude) : Prefix{1, ""};
  const int decimals = decimals_of(step / prefix.unit);
  std::vector<std::string> labels;
  for (const double tick : axis.ticks) {
    const double shown = tick / axis.unit / prefix.unit;
    const auto text = without_minus_zero(fmt::format("{:.{}f}", shown, decimals));
    labels.push_back(text == "0" ? text : text + prefix.suffix);
  }
  return labels;
}

std::string grouped(const std::string& digits) {
  std::string text = digits;
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  for (std::size_t i = text.size(); i > first + 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

}  // namespace

bool can_show(double value, Scale scale) {
  return std::isfinite(value) && std::abs(value) < kLargest &&
         (scale == Scale::linear || value > 1 / kLargest);
}

void Range::include(double value, Scale scale) {
  if (!can_show(value, scale)) return;
  low = found ? std::min(low, value) : value;
  high = found ? std::max(high, value) : value;
  found = true;
}

void Range::include(std::span<const double> values, Scale scale) {
  for (const double value : values) include(value, scale);
}

double Axis::fraction(double value) const {
  if (scale == Scale::linear) return (value - low) / (high - low);
  const double first = to_exponent(low, scale);
  return (to_exponent(value, scale) - first) / (to_exponent(high, scale) - first);
}

std::vector<std::string> Axis::labels() const {
  if (scale == Scale::linear) return linear_labels(*this);
  std::vector<std::string> labels;
  for (const double tick : ticks) labels.push_back(compact(tick));
  return labels;
}

std::string Axis::title(std::string_view what) const {
  return unit_name.empty() ? std::string(what) : fmt::format("{} ({})", what, unit_name);
}

std::string Axis::value_text(double value) const {
  const std::string number = readable(value / unit);
  return unit_name.empty() ? number : fmt::format("{} {}", number, unit_name);
}

Axis make_axis(const Range& range, Scale scale, int tick_count, Ends ends) {
  if (scale == Scale::linear) return linear_axis(range, tick_count, ends);
  if (!range.found) return logarithmic_axis({1, 10, true}, scale, tick_count);
  return logarithmic_axis(range, scale, tick_count);
}

Axis make_time_axis(const Range& range, int tick_count) {
  const TimeUnit& unit = unit_for(range);
  const Range scaled{range.low / unit.ms, range.high / unit.ms, range.found};
  Axis axis = linear_axis(scaled, tick_count, Ends::exact);
  axis.low *= unit.ms, axis.high *= unit.ms;
  for (double& tick : axis.ticks) tick *= unit.ms;
  axis.unit = unit.ms, axis.unit_name = unit.name;
  return axis;
}

Axis make_x_axis(const Range& range, bool is_time, int tick_count, Scale scale) {
  return is_time ? make_time_axis(range, tick_count)
                 : make_axis(range, scale, tick_count, Ends::exact);
}

std::string readable(double value) {
  if (!std::isfinite(value)) return "no value";
  const double magnitude = std::abs(value);
  if (magnitude >= 1e15 || (magnitude > 0 && magnitude < 1e-3)) return fmt::format("{:.3g}", value);
  if (magnitude >= 999.95) return grouped(fmt::format("{:.0f}", value));
  return without_minus_zero(trimmed(fmt::format("{:.{}f}", value,
                                                magnitude >= 100 ? 1
                                                : magnitude >= 1 ? 2
                                                                 : 4)));
}

std::string compact(double value) {
  if (!std::isfinite(value) || std::abs(value) < 1e4) return readable(value);
  // Rounded first: 999,999 is 1M and not 1000k.
  const double power = std::pow(10, std::floor(std::log10(std::abs(value))) - 2);
  const double rounded = std::round(value / power) * power;
  const Prefix prefix = prefix_for(std::abs(rounded));
  if (prefix.unit == 1) return readable(value);
  return fmt::format("{:.3g}", rounded / prefix.unit) + prefix.suffix;
}

std::string readable_time(double ms) {
  const TimeUnit* largest = &kTimeUnits.front();
  const TimeUnit* exact = nullptr;
  for (const TimeUnit& unit : kTimeUnits) {
    if (std::abs(ms) < unit.ms) break;
    const double hundredths = std::abs(100 * ms / unit.ms);
    largest = &unit;
    if (std::abs(hundredths - std::round(hundredths)) <= 1e-9 * hundredths) exact = &unit;
  }
  const TimeUnit& unit = exact != nullptr ? *exact : *largest;
  return fmt::format("{} {}", readable(ms / unit.ms), unit.name);
}

std::string counted(double count, std::string_view one) {
  return fmt::format("{} {}{}", compact(count), one, count == 1 ? "" : "s");
}

}  // namespace synfire::svg
