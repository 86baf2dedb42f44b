#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "core/io/common/axis.h"
#include "core/io/common/canvas.h"
#include "core/io/svg.h"

namespace synfire {
namespace {

using svg::Axis;
using svg::Box;
using svg::Canvas;

constexpr double kBarHeight = 13;
constexpr double kGroupGap = 12;
constexpr double kLongestName = 220;
constexpr double kValueRoom = 64;  // right of the longest bar, for its value

double group_height(const BarChart& chart) {
  return static_cast<double>(chart.series.size()) * (kBarHeight + 1) + kGroupGap;
}

Axis value_axis(const BarChart& chart) {
  svg::Range range;
  // Bars are lengths, so a linear axis starts at zero.
  if (chart.value_scale == Scale::linear) range.include(0, Scale::linear);
  for (const BarSeries& series : chart.series) range.include(series.values, chart.value_scale);
  // On a logarithmic axis the smallest bar is still to be seen.
  if (chart.value_scale != Scale::linear && range.found) range.low /= 1.5;
  return svg::make_axis(range, chart.value_scale, 6, svg::Ends::round);
}

double name_width(const BarChart& chart) {
  double width = 0;
  for (const std::string& name : chart.groups) width = std::max(width, svg::text_width(name));
  return std::min(width, kLongestName);
}

double place(const Axis& axis, const Box& box, double value) {
  return box.x + std::clamp(axis.fraction(value), 0.0, 1.0) * box.width;
}

void draw_axis(Canvas& canvas, const BarChart& chart, const Axis& axis, const Box& box) {
  const std::vector<std::string> labels = axis.labels();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double x = place(axis, box, axis.ticks[i]);
    canvas.line(x, box.y, x, box.bottom(), "grid");
    canvas.text(x, box.bottom() + 18, labels[i], "middle");
  }
  canvas.text(box.x + box.width / 2, box.bottom() + 40, chart.value_label, "middle soft");
}

void draw_bar(Canvas& canvas, const BarChart& chart, const Axis& axis, const Box& box, double y,
              std::size_t group, std::size_t index) {
  const BarSeries& series = chart.series[index];
  const double value = group < series.values.size() ? series.values[group]
                                                    : std::numeric_limits<double>::quiet_NaN();
  const double text_y = y + kBarHeight - 2.5;
  if (!svg::can_show(value, chart.value_scale)) {
    canvas.text(box.x + 5, text_y, value == 0 ? "0" : "no value", "soft");
    return;
  }
  const double zero = chart.value_scale == Scale::linear ? place(axis, box, 0) : box.x;
  const double end = place(axis, box, value);
  const std::string tip =
      fmt::format("{}, {}: {}", chart.groups[group], series.name, svg::readable(value));
  canvas.rectangle({std::min(zero, end), y, std::max(std::abs(end - zero), 1.0), kBarHeight},
                   svg::colour_class(index), tip);
  canvas.text(std::max(zero, end) + 5, text_y, svg::compact(value), "soft");
}

void draw_group(Canvas& canvas, const BarChart& chart, const Axis& axis, const Box& box,
                std::size_t group) {
  const double y = box.y + kGroupGap / 2 + static_cast<double>(group) * group_height(chart);
  const double bars = group_height(chart) - kGroupGap;
  canvas.text(box.x - 10, y + bars / 2 + 4, svg::shortened(chart.groups[group], kLongestName),
              "end");
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    draw_bar(canvas, chart, axis, box, y + static_cast<double>(i) * (kBarHeight + 1), group, i);
  }
}

double draw_legend(Canvas& canvas, const BarChart& chart, double y) {
  if (chart.series.size() < 2) return y;
  svg::Legend legend(canvas, y);
  for (std::size_t i = 0; i < chart.series.size(); ++i)
    legend.add_block(chart.series[i].name, svg::colour_class(i));
  return legend.bottom() + 2;
}

}  // namespace

std::string to_svg(const BarChart& chart, SvgUse use) {
  Canvas canvas;
  const double top = draw_legend(canvas, chart, svg::draw_title(canvas, chart.title));
  if (chart.groups.empty() || chart.series.empty()) {
    canvas.empty({0, top, svg::kWidth, 120});
    return canvas.finish(top + 128, chart.title, chart.description, use);
  }
  const double left = name_width(chart) + 16;
  const Box box{left, top, svg::kWidth - left - kValueRoom,
                static_cast<double>(chart.groups.size()) * group_height(chart)};
  const Axis axis = value_axis(chart);
  draw_axis(canvas, chart, axis, box);
  for (std::size_t i = 0; i < chart.groups.size(); ++i) draw_group(canvas, chart, axis, box, i);
  const double zero = chart.value_scale == Scale::linear ? place(axis, box, 0) : box.x;
  canvas.line(zero, box.y, zero, box.bottom(), "axis");
  return canvas.finish(box.bottom() + 50, chart.title, chart.description, use);
}

}  // namespace synfire
