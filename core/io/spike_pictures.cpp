#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/io/common/axis.h"
#include "core/io/picture.h"
#include "core/io/spike_curves.h"

namespace synfire {
namespace {

std::string title_or(const PictureOptions& options, std::string title) {
  return options.title.empty() ? std::move(title) : options.title;
}

/// The grid that all populations' times are on; 0 where their spikes are too rare to show one, as
/// no simulation has steps of more than 1 ms.
double common_grid(const RecordingView& view) {
  double grid = 0;
  for (const PopulationView& each : view.populations) {
    const double own = time_grid(each.train);
    if (own > 0 && (grid == 0 || own < grid)) grid = own;
  }
  return grid < 1 + 1e-6 ? grid : 0;
}

double bin_width(const RecordingView& view, const PictureOptions& options, double length,
                 double bins) {
  return options.bin_ms.value_or(readable_width(length, bins, common_grid(view)));
}

std::string bins_text(double width) { return "in bins of " + svg::readable_time(width); }

double mean_rate(const PopulationView& population, const Interval& interval) {
  const double neurons = std::max<double>(1, static_cast<double>(population.neurons));
  return static_cast<double>(population.train.node_ids.size()) / neurons /
         (interval.length() / 1000);
}

std::string interval_text(const Interval& interval) {
  return fmt::format("{} to {}", svg::readable_time(interval.begin_ms),
                     svg::readable_time(interval.end_ms));
}

PanelChart time_panels(const RecordingView& view) {
  PanelChart chart;
  chart.x_label = "time";
  chart.x_is_time = true;
  chart.y_label = "rate (Hz)";
  chart.x_low = view.interval.begin_ms, chart.x_high = view.interval.end_ms;
  return chart;
}

Panel panel_of(const PopulationView& population, std::string note) {
  Panel panel;
  panel.name = population.name;
  panel.note = std::move(note);
  panel.colour = population.place;
  return panel;
}

std::string rate_text(double rate) {
  return rate < 100 ? fmt::format("{:.3g} Hz", rate) : svg::readable(std::round(rate)) + " Hz";
}

Panel rate_panel(const PopulationView& population, const RecordingView& view,
                 const PictureOptions& options, double bin) {
  Panel panel = panel_of(population, "mean " + rate_text(mean_rate(population, view.interval)));
  if (options.smooth_ms) {
    Curve curve =
        smooth_rate(population.train, population.neurons, view.interval, *options.smooth_ms);
    panel.x = std::move(curve.x), panel.y = std::move(curve.y);
  } else {
    Histogram bins = spike_rate(population.train, population.neurons, view.interval, bin);
    panel.x = std::move(bins.edges), panel.y = std::move(bins.values);
  }
  return panel;
}

/// What 95 % of the intervals are below, of the population with the longest.
double longest_interval(const std::vector<std::vector<double>>& intervals) {
  double longest = 0;
  for (const auto& sorted : intervals)
    if (!sorted.empty()) longest = std::max(longest, sorted[(sorted.size() - 1) * 95 / 100]);
  return longest;
}

std::string variation_text(const PopulationView& population, const Interval& interval) {
  const SpikeStatistics some =
      spike_statistics(population.train, population.neurons, interval.begin_ms, interval.end_ms);
  return std::isfinite(some.isi_cv) ? fmt::format(", CV {:.2f}", some.isi_cv) : "";
}

/// About 7 segments or more, as long as that lets them be, and at most 2048 values.
std::size_t segment_of(std::size_t values) {
  return std::clamp<std::size_t>(std::bit_floor(values / 4), 16, 2048);
}

}  // namespace

std::vector<Picture> draw_raster(const RecordingView& view, const PictureOptions& options) {
  RasterPlot plot;
  plot.title = title_or(options, "Spikes");
  plot.time_low = view.interval.begin_ms, plot.time_high = view.interval.end_ms;
  double spikes = 0;
  for (const PopulationView& each : view.populations) {
    spikes += static_cast<double>(each.train.node_ids.size());
    plot.bands.push_back(
        {each.name, each.neurons, each.train.timestamps_ms, each.train.node_ids, each.place});
  }
  plot.description = fmt::format(
      "Raster of {} from {}: a stroke for each spike, a row for each neuron, a band for each of "
      "{}.",
      svg::counted(spikes, "spike"), interval_text(view.interval),
      svg::counted(static_cast<double>(plot.bands.size()), "population"));
  return {plot};
}

std::vector<Picture> draw_rate(const RecordingView& view, const PictureOptions& options) {
  PanelChart chart = time_panels(view);
  const double bin = bin_width(view, options, view.interval.length(), 200);
  chart.title = title_or(options, "Population rates");
  chart.description = fmt::format(
      "Spikes per second and neuron of each population, {}.",
      options.smooth_ms ? fmt::format("smoothed with a Gaussian of standard deviation {}",
                                      svg::readable_time(*options.smooth_ms))
                        : bins_text(bin));
  for (const PopulationView& each : view.populations)
    chart.panels.push_back(rate_panel(each, view, options, bin));
  return {chart};
}

std::vector<Picture> draw_trials(const RecordingView& view, const PictureOptions& options) {
  PanelChart chart = time_panels(view);
  const double trial = options.trial_ms.value_or(view.trial_ms);
  const double bin = bin_width(view, options, trial, 100);
  chart.x_low = 0, chart.x_high = trial;
  chart.x_label = "time in the trial";
  chart.title = title_or(options, "Peristimulus time histogram");
  std::int64_t trials = 0;
  for (const PopulationView& each : view.populations) {
    TrialHistogram bins = trial_rate(each.train, each.neurons, view.interval, trial, bin);
    trials = bins.trials;
    const auto peak = std::max_element(bins.rate.values.begin(), bins.rate.values.end());
    Panel panel = panel_of(each, "peak " + rate_text(*peak));
    panel.x = std::move(bins.rate.edges), panel.y = std::move(bins.rate.values);
    chart.panels.push_back(std::move(panel));
  }
  chart.description = fmt::format("Mean rate over {} of {}, {}.",
                                  svg::counted(static_cast<double>(trials), "trial"),
                                  svg::readable_time(trial), bins_text(bin));
  return {chart};
}

std::vector<Picture> draw_intervals(const RecordingView& view, const PictureOptions& options) {
  std::vector<std::vector<double>> intervals;
  for (const PopulationView& each : view.populations)
    intervals.push_back(spike_intervals(times_by_neuron(each.train, view.interval)));
  const double longest = longest_interval(intervals);
  const double width = bin_width(view, options, longest, 60);
  const double high = longest > 0 ? std::ceil(longest / width + 1e-6) * width : 1;
  PanelChart chart;
  chart.title = title_or(options, "Interspike intervals");
  chart.x_label = "interval";
  chart.x_is_time = true;
  chart.y_label = "share (%)";
  chart.x_low = 0, chart.x_high = high;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const PopulationView& each = view.populations[i];
    const auto count = static_cast<double>(intervals[i].size());
    Panel panel =
        panel_of(each, svg::counted(count, "interval") + variation_text(each, view.interval));
    if (count > 0) {
      Histogram bins = shares(intervals[i], 0, high, width);
      panel.x = std::move(bins.edges), panel.y = std::move(bins.values);
    }
    chart.panels.push_back(std::move(panel));
  }
  chart.description = fmt::format(
      "Histograms of the times between two spikes of a neuron, {}. The longest, at most 5 % of "
      "each "
      "population's, are beyond the axis. CV: the intervals' coefficient of variation, mean over "
      "the "
      "neurons of at least 10 spikes; 1 for a Poisson process.",
      bins_text(width));
  return {chart};
}

std::vector<Picture> draw_spectrum(const RecordingView& view, const PictureOptions& options) {
  const double length = view.interval.length();
  const double wanted = std::max(std::min(length / 512, 1.0), length / 1e6);
  const double bin = options.bin_ms.value_or(readable_width(wanted, 1, common_grid(view)));
  LineChart chart;
  chart.title = title_or(options, "Power spectrum of the population rates");
  chart.x_label = "frequency (Hz)";
  chart.y_label = "power density (Hz\xc2\xb2/Hz)";
  chart.y_scale = Scale::log10;
  chart.x_low = 0, chart.x_high = 500 / bin;
  std::size_t segment = 0;
  for (const PopulationView& each : view.populations) {
    Histogram rate = spike_rate(each.train, each.neurons, view.interval, bin);
    const double last = rate.edges.back() - rate.edges[rate.edges.size() - 2];
    if (last < bin * (1 - 1e-6)) rate.values.pop_back();  // a narrower bin is no sample
    segment = segment_of(rate.values.size());
    Curve curve = power_spectrum(rate.values, 1000 / bin, segment);
    chart.series.push_back({each.name, std::move(curve.x), std::move(curve.y), each.place});
  }
  chart.description = fmt::format(
      "Spectral density of the rate per neuron, sampled every {}; Welch's method, Hann windows "
      "of "
      "{} that overlap by half.",
      svg::readable_time(bin), svg::readable_time(bin * static_cast<double>(segment)));
  return {chart};
}

}  // namespace synfire
