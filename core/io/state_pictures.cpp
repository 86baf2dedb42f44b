#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/io/common/axis.h"
#include "core/io/picture.h"
#include "core/io/spike_curves.h"

namespace synfire {
namespace {

constexpr std::size_t kMostCurves = 12;    // more neurons or synapses are shown by quantiles
constexpr std::size_t kMostRows = 700;     // times of quantiles, about one a pixel
constexpr std::size_t kMostSnapshots = 4;  // times at which the distribution of weights is shown

/// Rows of numbers at times, of traces and weights alike.
template <typename T>
struct Rows {
  const std::vector<double>& times;
  const std::vector<T>& values;

  std::size_t columns() const { return times.empty() ? 0 : values.size() / times.size(); }
  double at(std::size_t row, std::size_t column) const {
    return static_cast<double>(values[row * columns() + column]);
  }
  /// The finite numbers of a row, rising.
  std::vector<double> sorted(std::size_t row) const {
    std::vector<double> sorted;
    for (std::size_t i = 0; i < columns(); ++i)
      if (std::isfinite(at(row, i))) sorted.push_back(at(row, i));
    std::sort(sorted.begin(), sorted.end());
    return sorted;
  }
};

double quantile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return std::nan("");
  return sorted[static_cast<std::size_t>(
      std::round(share * static_cast<double>(sorted.size() - 1)))];
}

template <typename T>
void add_quantiles(LineChart& chart, const Rows<T>& rows) {
  Series median{"median", {}, {}};
  Band wide{"5 % to 95 %", {}, {}, {}}, narrow{"25 % to 75 %", {}, {}, {}};
  const std::size_t stride = (rows.times.size() + kMostRows - 1) / kMostRows;
  for (std::size_t row = 0; row < rows.times.size(); row += stride) {
    const std::vector<double> sorted = rows.sorted(row);
    median.x.push_back(rows.times[row]);
    median.y.push_back(quantile(sorted, 0.5));
    wide.low.push_back(quantile(sorted, 0.05));
    wide.high.push_back(quantile(sorted, 0.95));
    narrow.low.push_back(quantile(sorted, 0.25));
    narrow.high.push_back(quantile(sorted, 0.75));
  }
  wide.x = narrow.x = median.x;
  chart.series = {std::move(median)};
  chart.bands = {std::move(wide), std::move(narrow)};
  if (stride > 1) chart.description += fmt::format(" One in {} times is shown.", stride);
}

template <typename T, typename Name>
void add_curves(LineChart& chart, const Rows<T>& rows, const Name& name) {
  for (std::size_t column = 0; column < rows.columns(); ++column) {
    Series series{name(column), rows.times, {}};
    for (std::size_t row = 0; row < rows.times.size(); ++row)
      series.y.push_back(rows.at(row, column));
    chart.series.push_back(std::move(series));
  }
}

std::string with_units(const std::string& name, const std::string& units) {
  return units.empty() ? name : name + " (" + units + ")";
}

LineChart trace_chart(const StateTrace& trace, const RecordingView& view,
                      const PictureOptions& options) {
  const Rows<double> rows{trace.times_ms, trace.values};
  LineChart chart;
  chart.title = options.title.empty() ? trace.population + ": " + trace.variable : options.title;
  chart.x_label = "time";
  chart.x_is_time = true;
  chart.y_label = with_units(trace.variable, trace.units);
  chart.x_low = view.interval.begin_ms, chart.x_high = view.interval.end_ms;
  if (rows.columns() <= kMostCurves) {
    chart.description =
        fmt::format("{} over time of {} of {}.", trace.variable,
                    rows.columns() == 1 ? "one neuron" : "some neurons", trace.population);
    add_curves(chart, rows, [&](std::size_t column) {
      return fmt::format("neuron {}", trace.node_ids[column]);
    });
  } else {
    chart.description = fmt::format(
        "{} over time of the {} neurons of {}: the median and the ranges of half and of nine "
        "tenths "
        "of them.",
        trace.variable, rows.columns(), trace.population);
    add_quantiles(chart, rows);
  }
  return chart;
}

LineChart evolution_chart(const WeightTrace& trace, const PictureOptions& options) {
  const Rows<float> rows{trace.times_ms, trace.values};
  LineChart chart;
  chart.title = options.title.empty() ? "Weights of " + trace.projection : options.title;
  chart.x_label = "time";
  chart.x_is_time = true;
  chart.y_label = with_units("weight", trace.units);
  if (rows.columns() <= kMostCurves) {
    chart.description = "Each synapse's weight over time.";
    add_curves(chart, rows, [](std::size_t i) { return fmt::format("synapse {}", i); });
  } else {
    chart.description = fmt::format(
        "Weights of {} synapses over time: the median and the ranges of half and of nine tenths of "
        "them.",
        svg::compact(static_cast<double>(rows.columns())));
    add_quantiles(chart, rows);
  }
  return chart;
}

/// Evenly spaced rows, the first and the last among them.
std::vector<std::size_t> snapshots(std::size_t rows) {
  const std::size_t count = std::min(rows, kMostSnapshots);
  std::vector<std::size_t> chosen;
  for (std::size_t k = 0; k < count; ++k)
    chosen.push_back(count == 1 ? 0 : k * (rows - 1) / (count - 1));
  return chosen;
}

PanelChart distribution_chart(const WeightTrace& trace, const PictureOptions& options) {
  const Rows<float> rows{trace.times_ms, trace.values};
  PanelChart chart;
  chart.title =
      options.title.empty() ? "Distribution of weights of " + trace.projection : options.title;
  chart.description = "Histograms of the weights at some times of the run.";
  chart.x_label = with_units("weight", trace.units);
  chart.y_label = "share (%)";
  // All panels count their times in the same unit.
  const double last = rows.times.empty() ? 0 : rows.times.back();
  const svg::Axis time = svg::make_time_axis({0, last, true}, 4);
  std::vector<std::vector<double>> weights;
  svg::Range range;
  for (const std::size_t row : snapshots(rows.times.size())) {
    weights.push_back(rows.sorted(row));
    range.include(weights.back(), Scale::linear);
  }
  if (range.high <= range.low) range.low -= 0.5, range.high += 0.5;
  chart.x_low = range.low, chart.x_high = range.high;
  const double width = (range.high - range.low) / 60;
  std::size_t k = 0;
  for (const std::size_t row : snapshots(rows.times.size())) {
    const std::vector<double>& sorted = weights[k++];
    Panel panel{"at " + time.value_text(trace.times_ms[row]),
                fmt::format("median {}", svg::readable(quantile(sorted, 0.5))),
                {},
                {},
                0};
    Histogram bins = shares(sorted, range.low, range.high, width);
    panel.x = std::move(bins.edges), panel.y = std::move(bins.values);
    chart.panels.push_back(std::move(panel));
  }
  return chart;
}

}  // namespace

std::vector<Picture> draw_traces(const RecordingView& view, const PictureOptions& options) {
  std::vector<Picture> pictures;
  for (const StateTrace& trace : view.traces)
    pictures.emplace_back(trace_chart(trace, view, options));
  return pictures;
}

std::vector<Picture> draw_weights(const RecordingView& view, const PictureOptions& options) {
  std::vector<Picture> pictures;
  for (const WeightTrace& trace : view.weights) {
    const std::size_t times = trace.times_ms.size();
    const bool is_told = times > 1 && trace.values.size() <= kMostCurves * times;  // by curves
    if (times > 1) pictures.emplace_back(evolution_chart(trace, options));
    if (!is_told) pictures.emplace_back(distribution_chart(trace, options));
  }
  return pictures;
}

}  // namespace synfire
