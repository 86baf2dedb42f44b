#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "core/io/common/frame.h"
#include "core/io/svg.h"

namespace synfire {
namespace {

using svg::Axis;
using svg::Box;
using svg::Canvas;

constexpr double kBandsHeight = 400;
constexpr double kTallestRow = 16;
constexpr double kLeastBand = 34;
constexpr double kBandGap = 4;
constexpr std::int64_t kLeastNeurons = 40;  // of a band, when neurons are left out

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
  if (plot.time_low && plot.time_high) {
    range = {};
    range.include(*plot.time_low, Scale::linear);
    range.include(*plot.time_high, Scale::linear);
  }
  return svg::make_x_axis(range, plot.x_is_time, 9);
}

// Heights in proportion to the neurons, but every band is tall enough to be read.
std::vector<double> band_heights(const RasterPlot& plot) {
  double neurons = 0;
  for (const SpikeBand& band : plot.bands) neurons += static_cast<double>(band.neurons);
  const double row = std::min(kTallestRow, kBandsHeight / std::max(neurons, 1.0));
  std::vector<double> heights;
  for (const SpikeBand& band : plot.bands) {
    heights.push_back(std::max(kLeastBand, row * static_cast<double>(band.neurons)));
  }
  return heights;
}

/// Of how many neurons of a band one is drawn: whole trains tell more than a spike here and there.
std::uint64_t stride_of(const SpikeBand& band, double excess) {
  const auto most = std::max<std::int64_t>(1, band.neurons / kLeastNeurons);
  return static_cast<std::uint64_t>(
      std::clamp(static_cast<std::int64_t>(std::ceil(excess)), std::int64_t{1}, most));
}

bool is_kept(const SpikeBand& band, std::size_t i, std::uint64_t stride) {
  return band.indices[i] % stride == 0;
}

std::size_t kept_spikes(const RasterPlot& plot, double excess) {
  std::size_t count = 0;
  for (const SpikeBand& band : plot.bands) {
    const std::uint64_t stride = stride_of(band, excess);
    for (std::size_t i = 0; i < spike_count(band); ++i)
      count += static_cast<std::size_t>(is_kept(band, i, stride));
  }
  return count;
}

/// What is left out.
struct Thinning {
  double excess = 1;  // every excess-th neuron is drawn, where a band has enough
  Sample sample{1};   // of their spikes
};

Thinning thinning_of(const RasterPlot& plot) {
  const auto most = static_cast<double>(std::max<std::size_t>(plot.max_spikes, 1));
  Thinning thinning;
  thinning.excess = std::max(1.0, static_cast<double>(total_spikes(plot)) / most);
  const auto kept = static_cast<double>(kept_spikes(plot, thinning.excess));
  // Some neurons spike more than others: a little more than the most is as good.
  if (kept > 1.2 * most) thinning.sample = Sample(most / kept);
  return thinning;
}

struct Drawn {
  std::string commands;
  std::size_t count = 0;
};

Drawn ticks_of(const SpikeBand& band, const Axis& axis, const Box& box, const Thinning& thinning) {
  Drawn drawn;
  const std::uint64_t stride = stride_of(band, thinning.excess);
  const auto neurons = static_cast<std::uint64_t>(std::max<std::int64_t>(band.neurons, 0));
  const double row =
      box.height / static_cast<double>(std::max<std::uint64_t>((neurons + stride - 1) / stride, 1));
  const double length = std::clamp(row * 0.8, 1.4, 10.0);
  const std::string stroke = "v" + svg::coordinate(length);
  for (std::size_t i = 0; i < spike_count(band); ++i) {
    const bool is_neuron = band.indices[i] < neurons;
    const double place = is_neuron ? axis.fraction(band.times[i]) : -1;
    if (!(place >= 0 && place <= 1) || !is_kept(band, i, stride) || !thinning.sample.keeps(i))
      continue;
    const double x = box.x + place * box.width;
    const double y =
        box.y + (static_cast<double>(band.indices[i] / stride) + 0.5) * row - length / 2;
    drawn.commands +=
        fmt::format("M{:.1f} {:.1f}{}", x, std::clamp(y, box.y, box.bottom() - length), stroke);
    ++drawn.count;
  }
  return drawn;
}

std::size_t draw_band(Canvas& canvas, const RasterPlot& plot, std::size_t index, const Axis& axis,
                      const Box& box, const Thinning& thinning) {
  const SpikeBand& band = plot.bands[index];
  const Drawn drawn = ticks_of(band, axis, box, thinning);
  canvas.rectangle(box, "band");
  const std::size_t colour = band.colour.value_or(index);
  canvas.path(drawn.commands, fmt::format("ticks l{}", colour % svg::kColours));
  svg::draw_side_label(canvas, box, colour, band.name,
                       svg::counted(static_cast<double>(band.neurons), "neuron") + ", " +
                           svg::counted(static_cast<double>(spike_count(band)), "spike"));
  return drawn.count;
}

void draw_note(Canvas& canvas, const RasterPlot& plot, double y, std::size_t drawn,
               const Thinning& thinning) {
  if (drawn == total_spikes(plot)) return;
  std::uint64_t least = stride_of(plot.bands.front(), thinning.excess), most = least;
  for (const SpikeBand& band : plot.bands) {
    least = std::min(least, stride_of(band, thinning.excess));
    most = std::max(most, stride_of(band, thinning.excess));
  }
  std::string note =
      fmt::format("{} of {} spikes are drawn", svg::readable(static_cast<double>(drawn)),
                  svg::readable(static_cast<double>(total_spikes(plot))));
  if (most > 1) note += fmt::format(", those of one neuron in {}", most);
  if (most > least)
    note += least > 1 ? fmt::format(" (one in {} where they are few)", least)
                      : " (all where they are few)";
  canvas.text(0, y, note, "soft");
}

}  // namespace

std::string to_svg(const RasterPlot& plot, SvgUse use) {
  Canvas canvas;
  const double top = svg::draw_title(canvas, plot.title);
  const bool has_time = plot.time_low && plot.time_high && !plot.bands.empty();
  if (total_spikes(plot) == 0 && !has_time) {
    canvas.empty({0, top, svg::kWidth, 160});
    return canvas.finish(top + 168, plot.title, plot.description, use);
  }
  const Axis axis = time_axis(plot);
  const Thinning thinning = thinning_of(plot);
  const std::vector<double> heights = band_heights(plot);
  Box box{svg::kSideWidth, top, svg::kWidth - svg::kSideWidth - 16, 0};
  std::size_t drawn = 0;
  for (std::size_t i = 0; i < plot.bands.size(); ++i) {
    box.height = heights[i];
    drawn += draw_band(canvas, plot, i, axis, box, thinning);
    box.y += heights[i] + kBandGap;
  }
  box.height = 0;
  svg::draw_x_axis(canvas, axis, box, plot.x_label);
  draw_note(canvas, plot, box.y + 62, drawn, thinning);
  return canvas.finish(box.y + (drawn == total_spikes(plot) ? 52 : 70), plot.title,
                       plot.description, use);
}

}  // namespace synfire
