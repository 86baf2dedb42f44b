#include <algorithm>
#include <cstddef>

#include "core/io/common/frame.h"
#include "core/io/common/png.h"
#include "core/io/svg.h"

namespace synfire {
namespace {

using svg::Box;
using svg::Canvas;

constexpr double kGap = 12;
constexpr double kCaption = 22;
constexpr double kScaleMargin = 20;  // for half of the first number

// Few images are shown large; many in rows of up to 10.
std::size_t column_count(std::size_t images) { return std::clamp<std::size_t>(images, 8, 10); }

double cell_size(std::size_t columns) {
  return (svg::kWidth - kGap * static_cast<double>(columns - 1)) / static_cast<double>(columns);
}

// The part of a square cell that an image fills.
Box fitted(const GreyImage& image, const Box& cell) {
  if (image.width <= 0 || image.height <= 0) return cell;
  const auto width = static_cast<double>(image.width), height = static_cast<double>(image.height);
  const double scale = std::min(cell.width / width, cell.height / height);
  const Box box{cell.x, cell.y, width * scale, height * scale};
  return {cell.x + (cell.width - box.width) / 2, cell.y + (cell.height - box.height) / 2, box.width,
          box.height};
}

void draw_image(Canvas& canvas, const ImageGrid& grid, const GreyImage& image, const Box& cell) {
  const Box box = fitted(image, cell);
  const std::string png = svg::to_png(image);
  if (png.empty()) {
    canvas.empty(box);
  } else {
    canvas.image(box, svg::to_data_uri(png), image.caption);
  }
  canvas.rectangle(box, image.highlight ? "alarm" : "frame");
  const std::string mark = image.highlight && !grid.highlight_label.empty() ? "\xe2\x9c\x97 " : "";
  canvas.text(cell.x + cell.width / 2, cell.bottom() + 16,
              svg::shortened(mark + image.caption, cell.width + kGap),
              image.highlight ? "middle alarmed" : "middle");
}

/// From black to white, with numbers. Returns the y below it.
double draw_scale(Canvas& canvas, const GreyScale& scale, double y) {
  GreyImage ramp{256, 1, {}, {}, false};
  for (int grey = 0; grey < 256; ++grey) ramp.pixels.push_back(static_cast<std::uint8_t>(grey));
  const Box bar{kScaleMargin, y, 260, 12};
  canvas.image(bar, svg::to_data_uri(svg::to_png(ramp)), "scale of greys", "none");
  canvas.rectangle(bar, "frame");
  svg::draw_x_axis(
      canvas, svg::make_axis({scale.black, scale.white, true}, Scale::linear, 5, svg::Ends::exact),
      bar, scale.label);
  return bar.bottom() + 52;
}

double draw_key(Canvas& canvas, const ImageGrid& grid, double y) {
  const bool any = std::any_of(grid.images.begin(), grid.images.end(),
                               [](const GreyImage& image) { return image.highlight; });
  if (!any || grid.highlight_label.empty()) return y;
  canvas.rectangle({1.5, y, 10, 10}, "alarm");
  canvas.text(20, y + 9, "\xe2\x9c\x97 " + grid.highlight_label, "alarmed");
  return y + 26;
}

}  // namespace

std::string to_svg(const ImageGrid& grid, SvgUse use) {
  Canvas canvas;
  const double top = draw_key(canvas, grid, svg::draw_title(canvas, grid.title));
  if (grid.images.empty()) {
    canvas.empty({0, top, svg::kWidth, 100});
    return canvas.finish(top + 108, grid.title, grid.description, use);
  }
  const std::size_t columns = grid.columns > 0 ? grid.columns : column_count(grid.images.size());
  const double size = cell_size(columns);
  double tallest = 0;  // wide images leave no gaps above and below them
  for (const GreyImage& image : grid.images)
    tallest = std::max(tallest, fitted(image, {0, 0, size, size}).height);
  const double row = tallest + kCaption + kGap;
  for (std::size_t i = 0; i < grid.images.size(); ++i) {
    const Box cell{static_cast<double>(i % columns) * (size + kGap),
                   top + static_cast<double>(i / columns) * row, size, tallest};
    draw_image(canvas, grid, grid.images[i], cell);
  }
  const std::size_t rows = (grid.images.size() + columns - 1) / columns;
  double bottom = top + static_cast<double>(rows) * row;
  if (grid.scale) bottom = draw_scale(canvas, *grid.scale, bottom);
  return canvas.finish(bottom, grid.title, grid.description, use);
}

}  // namespace synfire
