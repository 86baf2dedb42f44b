#include "core/io/spike_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

namespace synfire {
namespace {

constexpr std::size_t kLeastSpikes = 10, kSample = 200;
constexpr double kBin = 2;  // ms
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double interval_cv(const std::vector<double>& times) {
  const auto count = static_cast<double>(times.size() - 1);
  const double mean = (times.back() - times.front()) / count;
  double squares = 0;
  for (std::size_t i = 1; i < times.size(); ++i)
    squares += (times[i] - times[i - 1] - mean) * (times[i] - times[i - 1] - mean);
  return std::sqrt(squares / count) / mean;
}

/// Every k-th of the neurons that spike.
std::vector<const std::vector<double>*> sample_of(const TimesByNeuron& times) {
  std::vector<const std::vector<double>*> sample;
  const std::size_t size = std::min(kSample, times.size());
  for (std::size_t i = 0; i < size; ++i) sample.push_back(&times[i * times.size() / size]);
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
  const double norm = std::sqrt(squares);
  if (norm > 0)
    for (double& count : counts) count /= norm;
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

TimesByNeuron times_by_neuron(const SpikeTrain& train, const Interval& interval) {
  std::unordered_map<std::uint64_t, std::size_t> place_of;
  std::vector<std::pair<std::uint64_t, std::vector<double>>> found;
  for (std::size_t i = 0; i < train.timestamps_ms.size(); ++i) {
    if (!interval.holds(train.timestamps_ms[i])) continue;
    const auto [at, is_new] = place_of.try_emplace(train.node_ids[i], found.size());
    if (is_new) found.push_back({train.node_ids[i], {}});
    found[at->second].second.push_back(train.timestamps_ms[i]);
  }
  std::ranges::sort(found, {}, &decltype(found)::value_type::first);
  TimesByNeuron times;
  for (auto& [neuron, its_times] : found) times.push_back(std::move(its_times));
  return times;
}

SpikeStatistics spike_statistics(const SpikeTrain& train, std::int64_t neurons, double begin_ms,
                                 double end_ms) {
  const TimesByNeuron times = times_by_neuron(train, {begin_ms, end_ms});
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
