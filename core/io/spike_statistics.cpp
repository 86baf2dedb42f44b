#include "core/io/spike_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace synfire {
namespace {

constexpr std::size_t kLeastSpikes = 10, kSample = 200;
constexpr double kBin = 2;  // ms
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

using Times = std::vector<std::vector<double>>;  // by neuron

Times times_by_neuron(const SpikeTrain& train, std::int64_t neurons, double begin, double end) {
  Times times(static_cast<std::size_t>(neurons));
  for (std::size_t i = 0; i < train.timestamps_ms.size(); ++i)
    if (train.timestamps_ms[i] >= begin && train.timestamps_ms[i] < end)
      times[train.node_ids[i]].push_back(train.timestamps_ms[i]);
  return times;
}

double interval_cv(const std::vector<double>& times) {
  const auto count = static_cast<double>(times.size() - 1);
  const double mean = (times.back() - times.front()) / count;
  double squares = 0;
  for (std::size_t i = 1; i < times.size(); ++i)
    squares += (times[i] - times[i - 1] - mean) * (times[i] - times[i - 1] - mean);
  return std::sqrt(squares / count) / mean;
}

/// Every k-th of the neurons that spike.
std::vector<const std::vector<double>*> sample_of(const Times& times) {
  std::vector<const std::vector<double>*> spiking, sample;
  for (const auto& each : times)
    if (!each.empty()) spiking.push_back(&each);
  const std::size_t size = std::min(kSample, spiking.size());
  for (std::size_t i = 0; i < size; ++i) sample.push_back(spiking[i * spiking.size() / size]);
  return sample;
}

/// Counts minus their mean, of norm 1; all 0 when they do not vary.
std::vector<double> normal_counts(const std::vector<double>& times, double begin,
                                  std::size_t bins) {
  std::vector<double> counts(bins);
  for (const double time : times)  // times are multiples of dt, up to rounding
    ++counts[std::min(bins - 1, static_cast<std::size_t>((time - begin) / kBin + 1e-6))];
  const double mean = static_cast<double>(times.size()) / static_cast<double>(bins);
  double squares = 0;
  for (double& count : counts) count -= mean, squares += count * count;
  if (squares > 0)
    for (double& count : counts) count /= std::sqrt(squares);
  return counts;
}

/// The sum over pairs of different neurons is the square of the sum without the neurons' own.
double mean_correlation(const std::vector<const std::vector<double>*>& sample, double begin,
                        double end) {
  const auto bins = static_cast<std::size_t>(std::ceil((end - begin) / kBin - 1e-6));
  std::vector<double> sum(bins);
  double own = 0, square = 0;
  for (const auto* const times : sample) {
    const std::vector<double> counts = normal_counts(*times, begin, bins);
    for (std::size_t b = 0; b < bins; ++b) sum[b] += counts[b], own += counts[b] * counts[b];
  }
  for (const double each : sum) square += each * each;
  const auto size = static_cast<double>(sample.size());
  return size < 2 ? kNone : (square - own) / (size * (size - 1));
}

}  // namespace

SpikeStatistics spike_statistics(const SpikeTrain& train, std::int64_t neurons, double begin_ms,
                                 double end_ms) {
  const Times times = times_by_neuron(train, neurons, begin_ms, end_ms);
  SpikeStatistics result;
  double spikes = 0, cv = 0;
  for (const auto& each : times) {
    spikes += static_cast<double>(each.size());
    if (each.size() < kLeastSpikes) continue;
    cv += interval_cv(each);
    ++result.regular;
  }
  result.rate_hz = spikes / static_cast<double>(neurons) / ((end_ms - begin_ms) / 1000);
  result.isi_cv = result.regular > 0 ? cv / static_cast<double>(result.regular) : kNone;
  const auto sample = sample_of(times);
  result.sample = static_cast<std::int64_t>(sample.size());
  result.correlation = mean_correlation(sample, begin_ms, end_ms);
  return result;
}

}  // namespace synfire
