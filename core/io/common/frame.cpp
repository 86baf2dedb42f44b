#include "core/io/common/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace synfire::svg {
namespace {

/// Values of one run.
std::size_t run_length(std::size_t values, std::size_t columns) {
  return std::max<std::size_t>(1, (values + columns - 1) / std::max<std::size_t>(columns, 1));
}

// Two values tell all of a run of two.
bool all_are_drawn(std::size_t values, std::size_t columns) {
  return run_length(values, columns) <= 2;
}

}  // namespace

void draw_side_label(Canvas& canvas, const Box& box, std::size_t index, std::string_view name,
                     std::string_view note) {
  const double middle = box.y + box.height / 2;
  canvas.rectangle({0, box.y, 4, box.height}, colour_class(index));
  // Bold text is wider than text_width() says.
  canvas.text(12, middle - 2, shortened(name, kSideWidth - 40), "strong");
  canvas.text(12, middle + 13, note, "soft");
}

void draw_x_axis(Canvas& canvas, const Axis& axis, const Box& box, std::string_view label) {
  const std::vector<std::string> labels = axis.labels();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double x = box.x + axis.fraction(axis.ticks[i]) * box.width;
    canvas.line(x, box.bottom(), x, box.bottom() + 5, "axis");
    canvas.text(x, box.bottom() + 20, labels[i], "middle");
  }
  canvas.line(box.x, box.bottom(), box.right(), box.bottom(), "axis");
  canvas.text(box.x + box.width / 2, box.bottom() + 42, axis.title(label), "middle soft");
}

std::vector<std::size_t> extremes(std::span<const double> values, std::size_t columns) {
  std::vector<std::size_t> places;
  const std::size_t run =
      all_are_drawn(values.size(), columns) ? 1 : run_length(values.size(), columns);
  for (std::size_t first = 0; first < values.size(); first += run) {
    const std::size_t end = std::min(values.size(), first + run);
    std::size_t low = first, high = first, gap = end;
    for (std::size_t i = first; i < end; ++i) {
      if (!std::isfinite(values[i])) gap = i;
      if (values[i] < values[low] || !std::isfinite(values[low])) low = i;
      if (values[i] > values[high] || !std::isfinite(values[high])) high = i;
    }
    std::vector<std::size_t> kept{low, high};
    if (gap != end) kept.push_back(gap);
    std::sort(kept.begin(), kept.end());
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    places.insert(places.end(), kept.begin(), kept.end());
  }
  return places;
}

std::string extremes_note(std::size_t values, std::size_t columns) {
  if (all_are_drawn(values, columns)) return {};
  return fmt::format("Of every {} values the lowest and the highest are drawn.",
                     run_length(values, columns));
}

}  // namespace synfire::svg
