#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/io/common/axis.h"
#include "core/io/common/canvas.h"
#include "core/io/svg.h"

namespace synfire {
namespace {

using svg::Axis;
using svg::Box;
using svg::Canvas;

constexpr double kBandsHeight = 400;
constexpr double kLeastBand = 34;
constexpr double kBandGap = 4;
constexpr double kLabelWidth = 180;

std::size_t spike_count(const SpikeBand& band) {
  return std::min(band.times.size(), band.indices.size());
}

// The spikes of a band that can be placed; `share` of 2^32 of them are kept, chosen by number and
// not by time or neuron, so that no pattern is made or lost.
class Sample {
 public:
  explicit Sample(double share) : limit_(static_cast<std::uint64_t>(share * 0x1p32)) {}
  bool keeps(std::uint64_t number) const {
    std::uint64_t mixed = (number + 1) * 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    return ((mixed ^ (mixed >> 27)) >> 32) < limit_;
  }

 private:
  std::uint64_t limit_;
};

std::size_t total_spikes(const RasterPlot& plot) {
  std::size_t total = 0;
  for (const SpikeBand& band : plot.bands) total += spike_count(band);
  return total;
}

Axis time_axis(const RasterPlot& plot) {
  svg::Range range;
  for (const SpikeBand& band : plot.bands) range.include(band.times, Scale::linear);
  if (range.found && range.low > 0 && range.low < 0.2 * range.high) range.low = 0;
  return svg::make_axis(range, Scale::linear, 9, svg::Ends::exact);
}

// Heights in proportion to the neurons, but every band is tall enough to be read.
std::vector<double> band_heights(const RasterPlot& plot) {
  double neurons = 0;
  for (const SpikeBand& band : plot.bands) neurons += static_cast<double>(band.neurons);
  std::vector<double> heights;
  for (const SpikeBand& band : plot.bands) {
    const double share = neurons > 0 ? static_cast<double>(band.neurons) / neurons : 0;
    heights.push_back(std::max(kLeastBand, share * kBandsHeight));
  }
  return heights;
}

struct Drawn {
  std::string commands;
  std::size_t count = 0;
};

Drawn ticks_of(const SpikeBand& band, const Axis& axis, const Box& box, const Sample& sample) {
  Drawn drawn;
  const double row = box.height / static_cast<double>(std::max<std::int64_t>(band.neurons, 1));
  const std::string stroke = "v" + svg::coordinate(std::clamp(row * 0.8, 1.4, 10.0));
  for (std::size_t i = 0; i < spike_count(band); ++i) {
    const bool is_neuron = band.indices[i] < static_cast<std::uint64_t>(band.neurons);
    if (!is_neuron || !svg::can_show(band.times[i], Scale::linear) || !sample.keeps(i)) continue;
    const double x = box.x + axis.fraction(band.times[i]) * box.width;
    const double y = box.y + (static_cast<double>(band.indices[i]) + 0.1) * row;
    drawn.commands += fmt::format("M{:.1f} {:.1f}{}", x, std::min(y, box.bottom() - 1.4), stroke);
    ++drawn.count;
  }
  return drawn;
}

std::size_t draw_band(Canvas& canvas, const RasterPlot& plot, std::size_t index, const Axis& axis,
                      const Box& box, const Sample& sample) {
  const SpikeBand& band = plot.bands[index];
  const Drawn drawn = ticks_of(band, axis, box, sample);
  canvas.rectangle(box, "band");
  canvas.path(drawn.commands, fmt::format("ticks l{}", index % svg::kColours));
  const double middle = box.y + box.height / 2;
  canvas.rectangle({0, box.y, 4, box.height}, svg::colour_class(index));
  canvas.text(12, middle - 2, svg::shortened(band.name, kLabelWidth - 18), "strong");
  canvas.text(12, middle + 13,
              fmt::format("{} neurons, {} spikes", svg::compact(static_cast<double>(band.neurons)),
                          svg::compact(static_cast<double>(spike_count(band)))),
              "soft");
  return drawn.count;
}

void draw_time_axis(Canvas& canvas, const RasterPlot& plot, const Axis& axis, const Box& box) {
  const std::vector<std::string> labels = axis.labels();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double x = box.x + axis.fraction(axis.ticks[i]) * box.width;
    canvas.line(x, box.bottom(), x, box.bottom() + 5, "axis");
    canvas.text(x, box.bottom() + 20, labels[i], "middle");
  }
  canvas.line(box.x, box.bottom(), box.right(), box.bottom(), "axis");
  canvas.text(box.x + box.width / 2, box.bottom() + 42, plot.time_label, "middle soft");
}

void draw_note(Canvas& canvas, double y, std::size_t drawn, std::size_t total) {
  if (drawn == total) return;
  const std::string note =
      fmt::format("{} of {} spikes are drawn", svg::readable(static_cast<double>(drawn)),
                  svg::readable(static_cast<double>(total)));
  canvas.text(0, y, note, "soft");
}

}  // namespace

std::string to_svg(const RasterPlot& plot, SvgUse use) {
  Canvas canvas;
  const double top = svg::draw_title(canvas, plot.title);
  const std::size_t total = total_spikes(plot);
  if (total == 0) {
    canvas.empty({0, top, svg::kWidth, 160});
    return canvas.finish(top + 168, plot.title, plot.description, use);
  }
  const Axis axis = time_axis(plot);
  const Sample sample(
      std::min(1.0, static_cast<double>(plot.max_spikes) / static_cast<double>(total)));
  const std::vector<double> heights = band_heights(plot);
  Box box{kLabelWidth, top, svg::kWidth - kLabelWidth - 16, 0};
  std::size_t drawn = 0;
  for (std::size_t i = 0; i < plot.bands.size(); ++i) {
    box.height = heights[i];
    drawn += draw_band(canvas, plot, i, axis, box, sample);
    box.y += heights[i] + kBandGap;
  }
  box.height = 0;
  draw_time_axis(canvas, plot, axis, box);
  draw_note(canvas, box.y + 42, drawn, total);
  return canvas.finish(box.y + 52, plot.title, plot.description, use);
}

}  // namespace synfire
