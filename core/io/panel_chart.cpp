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

constexpr double kPanelsHeight = 440;
constexpr double kLeastPanel = 46, kTallestPanel = 220;
constexpr double kGap = 16;  // so that the labels of two panels' axes do not meet
constexpr double kTickRoom = 48;
constexpr std::size_t kColumns = 520;  // that curves are drawn in, about one a pixel

bool has_bins(const Panel& panel) { return panel.x.size() == panel.y.size() + 1; }

std::size_t value_count(const Panel& panel) { return std::min(panel.x.size(), panel.y.size()); }

bool is_shown(const Panel& panel, std::size_t i) {
  return svg::can_show(panel.y[i], Scale::linear) && svg::can_show(panel.x[i], Scale::linear) &&
         (!has_bins(panel) || svg::can_show(panel.x[i + 1], Scale::linear));
}

Axis x_axis(const PanelChart& chart) {
  svg::Range range;
  if (chart.x_low) range.include(*chart.x_low, Scale::linear);
  if (chart.x_high) range.include(*chart.x_high, Scale::linear);
  if (!chart.x_low || !chart.x_high)
    for (const Panel& panel : chart.panels) range.include(panel.x, Scale::linear);
  return svg::make_x_axis(range, chart.x_is_time, 8);
}

Axis y_axis(const Panel& panel, double height) {
  svg::Range range;
  range.include(0, Scale::linear);
  range.include(panel.y, Scale::linear);
  if (range.high <= range.low) return {Scale::linear, 0, 1, {0}};  // silence
  const int ticks = std::clamp(static_cast<int>(height / 23), 2, 5);
  return svg::make_axis(range, Scale::linear, ticks, svg::Ends::round);
}

/// The way along a panel's curve, from its first point to its last.
class Outline {
 public:
  Outline(const Panel& panel, const Axis& x, const Axis& y, const Box& box)
      : panel_(panel), x_(x), y_(y), box_(box) {
    const std::vector<std::size_t> places =
        svg::extremes({panel.y.data(), value_count(panel)}, kColumns);
    for (std::size_t k = 0; k < places.size(); ++k) {
      const bool is_last = k + 1 == places.size();
      add(places[k], is_last ? value_count(panel) : places[k + 1]);
    }
    close();
  }

  const std::string& line() const { return line_; }
  const std::string& area() const { return area_; }

 private:
  /// Value i, drawn until value `next` starts.
  void add(std::size_t i, std::size_t next) {
    if (!is_shown(panel_, i)) return close();
    const double x = place_x(panel_.x[i]);
    go(x, panel_.y[i]);
    if (has_bins(panel_)) go(place_x(panel_.x[next]), panel_.y[i]);
  }

  double place_x(double value) const {
    return box_.x + std::clamp(x_.fraction(value), 0.0, 1.0) * box_.width;
  }

  void go(double x, double value) {
    const std::string at = svg::coordinate(x) + ' ' +
                           svg::coordinate(box_.bottom() - y_.fraction(value) * box_.height);
    line_ += (is_down_ ? 'L' : 'M') + at;
    if (!is_down_) area_ += 'M' + svg::coordinate(x) + ' ' + zero();
    area_ += 'L' + at;
    is_down_ = true;
    last_ = x;
  }

  void close() {
    if (is_down_) area_ += 'L' + svg::coordinate(last_) + ' ' + zero() + 'Z';
    is_down_ = false;
  }

  std::string zero() const { return svg::coordinate(box_.bottom() - y_.fraction(0) * box_.height); }

  const Panel& panel_;
  const Axis &x_, &y_;
  const Box& box_;
  std::string line_, area_;
  bool is_down_ = false;
  double last_ = 0;
};

void draw_panel(Canvas& canvas, const Panel& panel, std::size_t colour, const Axis& x,
                const Box& box) {
  svg::draw_side_label(canvas, box, colour, panel.name, panel.note);
  canvas.rectangle(box, "band");
  const Axis y = y_axis(panel, box.height);
  const std::vector<std::string> labels = y.labels();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double place = box.bottom() - y.fraction(y.ticks[i]) * box.height;
    canvas.line(box.x, place, box.right(), place, "grid");
    canvas.text(box.x - 7, place + 4, labels[i], "end");
  }
  const Outline outline(panel, x, y, box);
  if (outline.line().empty()) return canvas.empty(box);
  canvas.path(outline.area(), fmt::format("s{} narrow", colour % svg::kColours));
  canvas.path(outline.line(), fmt::format("curve thin l{}", colour % svg::kColours));
}

double panel_height(std::size_t panels) {
  const double share = kPanelsHeight / static_cast<double>(std::max<std::size_t>(panels, 1)) - kGap;
  return std::clamp(share, kLeastPanel, kTallestPanel);
}

std::size_t most_values(const PanelChart& chart) {
  std::size_t most = 0;
  for (const Panel& panel : chart.panels) most = std::max(most, value_count(panel));
  return most;
}

}  // namespace

std::string to_svg(const PanelChart& chart, SvgUse use) {
  Canvas canvas;
  const double top = svg::draw_title(canvas, chart.title) + 16;
  if (most_values(chart) == 0) {
    canvas.empty({0, top - 16, svg::kWidth, 120});
    return canvas.finish(top + 112, chart.title, chart.description, use);
  }
  const Axis x = x_axis(chart);
  Box box{svg::kSideWidth + kTickRoom, top, svg::kWidth - svg::kSideWidth - kTickRoom - 16,
          panel_height(chart.panels.size())};
  canvas.text(box.x - 7, top - 12, chart.y_label, "end soft");
  for (std::size_t i = 0; i < chart.panels.size(); ++i) {
    draw_panel(canvas, chart.panels[i], chart.panels[i].colour.value_or(i), x, box);
    box.y += box.height + kGap;
  }
  box.y -= kGap, box.height = 0;
  svg::draw_x_axis(canvas, x, box, chart.x_label);
  const std::string note = svg::extremes_note(most_values(chart), kColumns);
  if (!note.empty()) canvas.text(0, box.y + 64, note, "soft");
  return canvas.finish(box.y + (note.empty() ? 52 : 72), chart.title, chart.description, use);
}

}  // namespace synfire
