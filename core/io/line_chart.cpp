#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "core/io/common/frame.h"
#include "core/io/svg.h"

namespace synfire {
namespace {

using svg::Axis;
using svg::Box;
using svg::Canvas;

// Dense curves are traces: markers would hide them.
constexpr std::size_t kMostMarkers = 64, kMostMarkersInAll = 160;
constexpr std::size_t kColumns = 720;  // that dense curves are drawn in, about one a pixel

struct Plot {
  Box box;
  Axis x, y;

  double place_x(double value) const { return box.x + x.fraction(value) * box.width; }
  double place_y(double value) const { return box.bottom() - y.fraction(value) * box.height; }
};

std::size_t point_count(const Series& series) { return std::min(series.x.size(), series.y.size()); }

bool is_point(const LineChart& chart, const Series& series, std::size_t i) {
  return svg::can_show(series.x[i], chart.x_scale) && svg::can_show(series.y[i], chart.y_scale);
}

Axis x_axis(const LineChart& chart) {
  svg::Range range;
  for (const Series& series : chart.series) range.include(series.x, chart.x_scale);
  for (const Band& band : chart.bands) range.include(band.x, chart.x_scale);
  if (chart.x_low) range.include(*chart.x_low, chart.x_scale);
  if (chart.x_high) range.include(*chart.x_high, chart.x_scale);
  return svg::make_x_axis(range, chart.x_is_time, 10, chart.x_scale);
}

Axis y_axis(const LineChart& chart) {
  svg::Range range;
  for (const Series& series : chart.series) {
    range.include(series.y, chart.y_scale);
    for (std::size_t i = 0; i < series.error.size(); ++i)
      for (const double end : {series.y[i] - series.error[i], series.y[i] + series.error[i]})
        range.include(end, chart.y_scale);
  }
  for (const Band& band : chart.bands) {
    range.include(band.low, chart.y_scale);
    range.include(band.high, chart.y_scale);
  }
  for (const ReferenceLine& line : chart.references) range.include(line.y, chart.y_scale);
  if (chart.y_low) range.include(*chart.y_low, chart.y_scale);
  if (chart.y_high) range.include(*chart.y_high, chart.y_scale);
  return svg::make_axis(range, chart.y_scale, 5, svg::Ends::round);
}

void draw_axes(Canvas& canvas, const Plot& plot, const LineChart& chart) {
  const std::vector<std::string> y_labels = plot.y.labels();
  for (std::size_t i = 0; i < y_labels.size(); ++i) {
    const double y = plot.place_y(plot.y.ticks[i]);
    canvas.line(plot.box.x, y, plot.box.right(), y, "grid");
    canvas.text(plot.box.x - 8, y + 4, y_labels[i], "end");
  }
  svg::draw_x_axis(canvas, plot.x, plot.box, chart.x_label);
  canvas.vertical_text(12, plot.box.y + plot.box.height / 2, chart.y_label);
}

/// Whether the series is shown by its line alone.
bool is_dense(const LineChart& chart, const Series& series) {
  if (!series.has_line) return false;
  std::size_t points = 0;
  for (const Series& each : chart.series)
    if (!each.has_line) return true;
  for (const Series& each : chart.series) points += point_count(each);
  return points > kMostMarkersInAll || point_count(series) > kMostMarkers;
}

std::size_t colour_of(const LineChart& chart, std::size_t index) {
  return chart.series[index].colour.value_or(index);
}

/// More series than colours: those of the second round are dashed.
std::string curve_style(const LineChart& chart, std::size_t index) {
  const std::size_t colour = colour_of(chart, index);
  return fmt::format("curve l{}{}{}", colour % svg::kColours,
                     is_dense(chart, chart.series[index]) ? " thin" : "",
                     colour / svg::kColours % 2 == 1 ? " dashed" : "");
}

std::string curve(const Plot& plot, const LineChart& chart, const Series& series) {
  std::string commands;
  bool is_down = false;
  for (const std::size_t i : svg::extremes({series.y.data(), point_count(series)}, kColumns)) {
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

void draw_errors(Canvas& canvas, const Plot& plot, const LineChart& chart, std::size_t index) {
  const Series& series = chart.series[index];
  const std::string style = fmt::format("curve thin l{}", colour_of(chart, index) % svg::kColours);
  for (std::size_t i = 0; i < std::min(series.error.size(), point_count(series)); ++i) {
    const double low = series.y[i] - series.error[i], high = series.y[i] + series.error[i];
    if (!is_point(chart, series, i) || !svg::can_show(low, chart.y_scale)) continue;
    const double x = plot.place_x(series.x[i]);
    canvas.line(x, plot.place_y(low), x, plot.place_y(high), style);
  }
}

void draw_series(Canvas& canvas, const Plot& plot, const LineChart& chart, std::size_t index) {
  const Series& series = chart.series[index];
  if (series.has_line) canvas.path(curve(plot, chart, series), curve_style(chart, index));
  draw_errors(canvas, plot, chart, index);
  if (is_dense(chart, series)) return;
  for (std::size_t i = 0; i < point_count(series); ++i) {
    if (!is_point(chart, series, i)) continue;
    const std::string tip = fmt::format("{}: {} at {}", series.name, svg::readable(series.y[i]),
                                        plot.x.value_text(series.x[i]));
    canvas.marker(plot.place_x(series.x[i]), plot.place_y(series.y[i]), colour_of(chart, index),
                  tip);
  }
}

std::string band_style(std::size_t index) { return index == 0 ? "s0 wide" : "s0 narrow"; }

bool is_point(const LineChart& chart, const Band& band, std::size_t i) {
  return svg::can_show(band.x[i], chart.x_scale) && svg::can_show(band.low[i], chart.y_scale) &&
         svg::can_show(band.high[i], chart.y_scale);
}

/// There along the upper curve and back along the lower one.
void draw_band(Canvas& canvas, const Plot& plot, const LineChart& chart, std::size_t index) {
  const Band& band = chart.bands[index];
  const std::size_t points = std::min({band.x.size(), band.low.size(), band.high.size()});
  std::string outline;
  const auto go = [&](std::size_t i, double y) {
    if (!is_point(chart, band, i)) return;
    outline += (outline.empty() ? 'M' : 'L') + svg::coordinate(plot.place_x(band.x[i])) + ' ' +
               svg::coordinate(plot.place_y(y));
  };
  for (std::size_t i = 0; i < points; ++i) go(i, band.high[i]);
  for (std::size_t i = points; i-- > 0;) go(i, band.low[i]);
  if (!outline.empty()) canvas.path(outline + 'Z', band_style(index));
}

void draw_reference(Canvas& canvas, const Plot& plot, const LineChart& chart,
                    const ReferenceLine& line) {
  if (!svg::can_show(line.y, chart.y_scale)) return;
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

std::size_t most_points(const LineChart& chart) {
  std::size_t most = 0;
  for (const Series& series : chart.series) most = std::max(most, point_count(series));
  return most;
}

// Reference lines are named here and not beside the line, where curves would cross the words.
double draw_legend(Canvas& canvas, const LineChart& chart, double y) {
  if (chart.series.size() + chart.references.size() + chart.bands.size() < 2) return y;
  svg::Legend legend(canvas, y);
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const Series& series = chart.series[i];
    if (is_dense(chart, series))
      legend.add_line(series.name, curve_style(chart, i));
    else
      legend.add_marker(series.name, colour_of(chart, i));
  }
  for (std::size_t i = 0; i < chart.bands.size(); ++i)
    legend.add_block(chart.bands[i].name, band_style(i));
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
  for (std::size_t i = 0; i < chart.bands.size(); ++i) draw_band(canvas, plot, chart, i);
  for (const ReferenceLine& line : chart.references) draw_reference(canvas, plot, chart, line);
  for (std::size_t i = 0; i < chart.series.size(); ++i) draw_series(canvas, plot, chart, i);
  const std::string note = svg::extremes_note(most_points(chart), kColumns);
  if (!note.empty()) canvas.text(0, plot.box.bottom() + 64, note, "soft");
  return canvas.finish(plot.box.bottom() + (note.empty() ? 52 : 72), chart.title, chart.description,
                       use);
}

}  // namespace synfire
