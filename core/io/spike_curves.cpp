#include "core/io/spike_curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

constexpr double kSlack = 1e-6;  // of a bin: times are multiples of a step, up to rounding

std::size_t bin_count(double length, double width) {
  const double count = std::max(1.0, std::ceil(length / width - kSlack));
  if (!(width > 0) || !(count <= kMaxBins))
    fail(Code::bad_option_value, "bin",
         fmt::format("bins of {:g} ms are too narrow for {:g} ms: more than {:g}", width, length,
                     kMaxBins));
  return static_cast<std::size_t>(count);
}

Histogram empty_bins(double low, double high, double width) {
  const std::size_t count = bin_count(high - low, width);
  Histogram bins{{}, std::vector<double>(count)};
  for (std::size_t i = 0; i < count; ++i)
    bins.edges.push_back(low + static_cast<double>(i) * width);
  bins.edges.push_back(high);
  return bins;
}

std::size_t bin_of(const Histogram& bins, double value, double width) {
  const double place = std::max(0.0, (value - bins.edges.front()) / width + kSlack);
  return std::min(bins.values.size() - 1, static_cast<std::size_t>(place));
}

/// Counts of spikes to rates in Hz, of so many neurons over so many trials.
void to_rates(Histogram& bins, std::int64_t neurons, std::int64_t trials) {
  const double trains = std::max<double>(1, static_cast<double>(neurons)) *
                        std::max<double>(1, static_cast<double>(trials));
  for (std::size_t i = 0; i < bins.values.size(); ++i)
    bins.values[i] /= trains * (bins.edges[i + 1] - bins.edges[i]) / 1000;
}

}  // namespace

Histogram spike_rate(const SpikeTrain& train, std::int64_t neurons, const Interval& interval,
                     double bin_ms) {
  Histogram bins = empty_bins(interval.begin_ms, interval.end_ms, bin_ms);
  for (const double time : train.timestamps_ms)
    if (interval.holds(time)) ++bins.values[bin_of(bins, time, bin_ms)];
  to_rates(bins, neurons, 1);
  return bins;
}

Curve smooth_rate(const SpikeTrain& train, std::int64_t neurons, const Interval& interval,
                  double sigma_ms) {
  constexpr int kSteps = 5, kReach = 4 * kSteps;  // a step is sigma / 5, the kernel ends at 4 sigma
  const Histogram fine = spike_rate(train, neurons, interval, sigma_ms / kSteps);
  std::vector<double> kernel;
  for (int k = -kReach; k <= kReach; ++k)
    kernel.push_back(std::exp(-0.5 * k * k / (kSteps * kSteps)));
  Curve curve;
  const auto count = static_cast<int>(fine.values.size());
  for (int i = 0; i < count; ++i) {
    double sum = 0, weight = 0;
    for (int k = std::max(-kReach, -i); k <= std::min(kReach, count - 1 - i); ++k) {
      const auto at = static_cast<std::size_t>(i + k);
      const double part =
          kernel[static_cast<std::size_t>(k + kReach)] * (fine.edges[at + 1] - fine.edges[at]);
      sum += part * fine.values[at];
      weight += part;
    }
    const auto at = static_cast<std::size_t>(i);
    curve.x.push_back((fine.edges[at] + fine.edges[at + 1]) / 2);
    curve.y.push_back(weight > 0 ? sum / weight : 0);
  }
  return curve;
}

TrialHistogram trial_rate(const SpikeTrain& train, std::int64_t neurons, const Interval& interval,
                          double trial_ms, double bin_ms) {
  const double trials = std::floor(interval.length() / trial_ms + kSlack);
  if (!(trial_ms > 0) || !(trials >= 1))
    fail(Code::bad_option_value, "trial",
         fmt::format("there is no whole trial of {:g} ms in {:g} ms", trial_ms, interval.length()));
  TrialHistogram result{empty_bins(0, trial_ms, bin_ms), static_cast<std::int64_t>(trials)};
  const double slack = kSlack * std::min(bin_ms, trial_ms);
  for (const double time : train.timestamps_ms) {
    const double since = time - interval.begin_ms, trial = std::floor((since + slack) / trial_ms);
    if (trial < 0 || trial >= trials) continue;
    ++result.rate.values[bin_of(result.rate, since - trial * trial_ms, bin_ms)];
  }
  to_rates(result.rate, neurons, result.trials);
  return result;
}

std::vector<double> spike_intervals(const TimesByNeuron& times) {
  std::vector<double> intervals;
  for (const auto& of_neuron : times)
    for (std::size_t i = 1; i < of_neuron.size(); ++i)
      intervals.push_back(of_neuron[i] - of_neuron[i - 1]);
  std::sort(intervals.begin(), intervals.end());
  return intervals;
}

Histogram shares(const std::vector<double>& sorted, double low, double high, double width) {
  Histogram bins = empty_bins(low, high, width);
  for (const double value : sorted)
    if (value >= low && value <= high) ++bins.values[bin_of(bins, value, width)];
  for (double& value : bins.values)
    value *= 100 / std::max<double>(1, static_cast<double>(sorted.size()));
  return bins;
}

double time_grid(const SpikeTrain& train) {
  double grid = 0;
  for (std::size_t i = 1; i < train.timestamps_ms.size(); ++i) {
    const double gap = train.timestamps_ms[i] - train.timestamps_ms[i - 1];
    if (gap > 1e-6 && (grid == 0 || gap < grid)) grid = gap;
  }
  return grid;
}

double readable_width(double length, double bins, double grid) {
  const double raw = std::max({length / bins, grid * (1 - kSlack), 1e-9});
  const double power = std::pow(10, std::floor(std::log10(raw)));
  double width = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0})
    if (factor * power >= raw * (1 - kSlack)) width = factor * power;
  return grid > 0 ? std::ceil(width / grid - kSlack) * grid : width;
}

}  // namespace synfire
