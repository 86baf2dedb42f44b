#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/io/common/frame.h"
#include "core/io/svg.h"

namespace synfire {
namespace {

using svg::Box;
using svg::Canvas;

constexpr double kLargestCell = 44;
constexpr double kNumberRoom = 6;    // around the number of a cell
constexpr double kLabelHeight = 16;  // of a row's name
constexpr double kScaleWidth = 180, kScaleHeight = 10;
constexpr double kPalest = 0.06;  // of a cell that is not 0

double label_room(const std::vector<std::string>& names) {
  double width = 0;
  for (const std::string& name : names) width = std::max(width, svg::text_width(name));
  return std::min(width, 120.0);
}

/// Of how many names one has room, `room` being what each takes.
std::size_t stride_of(double cell, double room) {
  return static_cast<std::size_t>(std::max(1.0, std::ceil(room / cell)));
}

class Drawing {
 public:
  Drawing(Canvas& canvas, const HeatMap& map, double top) : canvas_(canvas), map_(map) {
    const double left = 24 + label_room(map.rows) + 8;
    cell_ = std::min(kLargestCell, (svg::kWidth - left) / static_cast<double>(map.columns.size()));
    box_ = {left, top + 42, cell_ * static_cast<double>(map.columns.size()),
            cell_ * static_cast<double>(map.rows.size())};
  }

  /// Returns the y below it.
  double draw() {
    canvas_.rectangle(box_, "band");
    for (std::size_t row = 0; row < map_.rows.size(); ++row) draw_row(row);
    canvas_.rectangle(box_, "frame");
    draw_names();
    return draw_scale(box_.bottom() + 18);
  }

 private:
  void draw_row(std::size_t row) {
    const std::size_t columns = map_.columns.size();
    const auto first = map_.values.begin() + static_cast<std::ptrdiff_t>(row * columns);
    const double sum = std::accumulate(first, first + static_cast<std::ptrdiff_t>(columns), 0.0);
    for (std::size_t column = 0; column < columns; ++column) {
      const double value = map_.values[row * columns + column];
      if (value > 0 && sum > 0) draw_cell(row, column, value, value / sum);
    }
  }

  void draw_cell(std::size_t row, std::size_t column, double value, double share) {
    const Box box{box_.x + cell_ * static_cast<double>(column),
                  box_.y + cell_ * static_cast<double>(row), cell_, cell_};
    canvas_.shade(box, kPalest + (1 - kPalest) * share,
                  fmt::format("{} {}, {} {}: {}", map_.row_label, map_.rows[row], map_.column_label,
                              map_.columns[column], svg::readable(value)));
    const std::string text = svg::compact(value);
    if (svg::text_width(text) + kNumberRoom <= cell_ && cell_ >= kLabelHeight)
      canvas_.text(box.x + cell_ / 2, box.y + cell_ / 2 + 4, text,
                   share > 0.5 ? "middle inverse" : "middle");
  }

  void draw_names() {
    const std::size_t down = stride_of(cell_, kLabelHeight);
    for (std::size_t row = 0; row < map_.rows.size(); row += down)
      canvas_.text(box_.x - 8, box_.y + cell_ * (static_cast<double>(row) + 0.5) + 4,
                   svg::shortened(map_.rows[row], 120), "end");
    const std::size_t across = stride_of(cell_, label_room(map_.columns) + kNumberRoom);
    for (std::size_t column = 0; column < map_.columns.size(); column += across)
      canvas_.text(box_.x + cell_ * (static_cast<double>(column) + 0.5), box_.y - 8,
                   svg::shortened(map_.columns[column], 120), "middle");
    canvas_.text(box_.x + box_.width / 2, box_.y - 28, map_.column_label, "middle soft");
    canvas_.vertical_text(12, box_.y + box_.height / 2, map_.row_label);
  }

  double draw_scale(double y) {
    constexpr int kSteps = 60;
    const Box bar{box_.x, y, kScaleWidth, kScaleHeight};
    for (int i = 0; i < kSteps; ++i)
      canvas_.shade({bar.x + bar.width * i / kSteps, bar.y, bar.width / kSteps, bar.height},
                    kPalest + (1 - kPalest) * (i + 0.5) / kSteps, {});
    canvas_.rectangle(bar, "frame");
    svg::draw_x_axis(canvas_, svg::make_axis({0, 100, true}, Scale::linear, 4, svg::Ends::exact),
                     bar, "share of the row (%)");
    return bar.bottom() + 52;
  }

  Canvas& canvas_;
  const HeatMap& map_;
  double cell_ = 0;
  Box box_;
};

}  // namespace

std::string to_svg(const HeatMap& map, SvgUse use) {
  Canvas canvas;
  const double top = svg::draw_title(canvas, map.title);
  if (map.values.empty() || map.values.size() != map.rows.size() * map.columns.size()) {
    canvas.empty({0, top, svg::kWidth, 120});
    return canvas.finish(top + 128, map.title, map.description, use);
  }
  const double bottom = Drawing(canvas, map, top).draw();
  return canvas.finish(bottom, map.title, map.description, use);
}

}  // namespace synfire
