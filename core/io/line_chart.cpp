#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "core/io/common/axis.h"
#include "core/io/common/canvas.h"
#include "core/io/svg.h"

namespace synfire {
namespace {

using svg::Axis;
using svg::Box;
using svg::Canvas;

struct Plot {
  Box box;
  Axis x, y;

  double place_x(double value) const { return box.x + x.fraction(value) * box.width; }
  double place_y(double value) const { return box.bottom() - y.fraction(value) * box.height; }
};

std::size_t point_count(const Series& series) { return std::min(series.x.size(), series.y.size()); }

bool is_point(const LineChart& chart, const Series& series, std::size_t i) {
  return svg::can_show(series.x[i], chart.x_scale) && svg::can_show(series.y[i], Scale::linear);
}

Axis x_axis(const LineChart& chart) {
  svg::Range range;
  for (const Series& series : chart.series) range.include(series.x, chart.x_scale);
  return svg::make_axis(range, chart.x_scale, 10, svg::Ends::exact);
}

Axis y_axis(const LineChart& chart) {
  svg::Range range;
  for (const Series& series : chart.series) range.include(series.y, Scale::linear);
  for (const ReferenceLine& line : chart.references) range.include(line.y, Scale::linear);
  if (chart.y_low) range.include(*chart.y_low, Scale::linear);
  if (chart.y_high) range.include(*chart.y_high, Scale::linear);
  return svg::make_axis(range, Scale::linear, 5, svg::Ends::round);
}

void draw_axes(Canvas& canvas, const Plot& plot, const LineChart& chart) {
  const std::vector<std::string> y_labels = plot.y.labels();
  for (std::size_t i = 0; i < y_labels.size(); ++i) {
    const double y = plot.place_y(plot.y.ticks[i]);
    canvas.line(plot.box.x, y, plot.box.right(), y, "grid");
    canvas.text(plot.box.x - 8, y + 4, y_labels[i], "end");
  }
  const std::vector<std::string> x_labels = plot.x.labels();
  for (std::size_t i = 0; i < x_labels.size(); ++i) {
    const double x = plot.place_x(plot.x.ticks[i]);
    canvas.line(x, plot.box.bottom(), x, plot.box.bottom() + 5, "axis");
    canvas.text(x, plot.box.bottom() + 20, x_labels[i], "middle");
  }
  canvas.line(plot.box.x, plot.box.bottom(), plot.box.right(), plot.box.bottom(), "axis");
  canvas.text(plot.box.x + plot.box.width / 2, plot.box.bottom() + 42, chart.x_label,
              "middle soft");
  canvas.vertical_text(12, plot.box.y + plot.box.height / 2, chart.y_label);
}

std::string curve(const Plot& plot, const LineChart& chart, const Series& series) {
  std::string commands;
  bool is_down = false;
  for (std::size_t i = 0; i < point_count(series); ++i) {
    if (!is_point(chart, series, i)) {
      is_down = false;
      continue;
    }
    commands += (is_down ? 'L' : 'M') + svg::coordinate(plot.place_x(series.x[i])) + ' ' +
                svg::coordinate(plot.place_y(series.y[i]));
    is_down = true;
  }
  return commands;
}

void draw_series(Canvas& canvas, const Plot& plot, const LineChart& chart, std::size_t index) {
  const Series& series = chart.series[index];
  canvas.path(curve(plot, chart, series), fmt::format("curve l{}", index % svg::kColours));
  // Dense curves are traces: markers would hide them.
  constexpr std::size_t kMostMarkers = 64;
  if (point_count(series) > kMostMarkers) return;
  for (std::size_t i = 0; i < point_count(series); ++i) {
    if (!is_point(chart, series, i)) continue;
    const std::string tip = fmt::format("{}: {} at {}", series.name, svg::readable(series.y[i]),
                                        svg::readable(series.x[i]));
    canvas.marker(plot.place_x(series.x[i]), plot.place_y(series.y[i]), index, tip);
  }
}

void draw_reference(Canvas& canvas, const Plot& plot, const ReferenceLine& line) {
  if (!svg::can_show(line.y, Scale::linear)) return;
  const double y = plot.place_y(line.y);
  canvas.line(plot.box.x, y, plot.box.right(), y, "reference");
}

double y_label_width(const Axis& axis) {
  double width = 0;
  for (const std::string& label : axis.labels()) width = std::max(width, svg::text_width(label));
  return width;
}

bool has_points(const LineChart& chart) {
  return std::any_of(chart.series.begin(), chart.series.end(), [&](const Series& series) {
    for (std::size_t i = 0; i < point_count(series); ++i) {
      if (is_point(chart, series, i)) return true;
    }
    return false;
  });
}

// Reference lines are named here and not beside the line, where curves would cross the words.
double draw_legend(Canvas& canvas, const LineChart& chart, double y) {
  if (chart.series.size() + chart.references.size() < 2) return y;
  svg::Legend legend(canvas, y);
  for (const Series& series : chart.series) legend.add_marker(series.name);
  for (const ReferenceLine& line : chart.references) legend.add_dashes(line.label);
  return legend.bottom();
}

}  // namespace

std::string to_svg(const LineChart& chart, SvgUse use) {
  Canvas canvas;
  const double top = draw_legend(canvas, chart, svg::draw_title(canvas, chart.title)) + 8;
  Plot plot{{0, top, svg::kWidth, 270}, x_axis(chart), y_axis(chart)};
  if (!has_points(chart)) {
    plot.box.height = 120;
    canvas.empty(plot.box);
    return canvas.finish(plot.box.bottom() + 8, chart.title, chart.description, use);
  }
  plot.box.x = 36 + y_label_width(plot.y);
  plot.box.width = svg::kWidth - plot.box.x - 16;
  draw_axes(canvas, plot, chart);
  for (const ReferenceLine& line : chart.references) draw_reference(canvas, plot, line);
  for (std::size_t i = 0; i < chart.series.size(); ++i) draw_series(canvas, plot, chart, i);
  return canvas.finish(plot.box.bottom() + 52, chart.title, chart.description, use);
}

}  // namespace synfire
