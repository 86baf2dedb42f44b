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

/// Of the counts in bins, of which those that are not 0 are listed, as often as they count: their
/// number squared times their variance.
double varied(const std::vector<std::uint64_t>& list, double bins) {
  double squares = 0, run = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    run = i > 0 && list[i] == list[i - 1] ? run + 1 : 1;
    squares += 2 * run - 1;  // run^2 - (run - 1)^2
  }
  const auto spikes = static_cast<double>(list.size());
  return bins * squares - spikes * spikes;
}

/// The sum over pairs of different neurons is the square of the sum without the neurons' own. The
/// counts of each, less their mean, have norm 1; those that do not vary are all 0.
double mean_correlation(const std::vector<std::vector<std::uint64_t>>& bins_of, double bins) {
  std::vector<double> sum(static_cast<std::size_t>(bins));
  double own = 0, means = 0, square = 0;
  for (const std::vector<std::uint64_t>& list : bins_of) {
    const double norm = std::sqrt(varied(list, bins) / bins);
    if (!(norm > 0)) continue;
    for (const std::uint64_t bin : list) sum[bin] += 1 / norm;
    means += static_cast<double>(list.size()) / bins / norm, ++own;
  }
  for (const double each : sum) square += (each - means) * (each - means);
  const auto size = static_cast<double>(bins_of.size());
  return size < 2 ? kNone : (square - own) / (size * (size - 1));
}

/// 0 for the least id, 1 for the next one, ...: ids of other tools may be any numbers.
std::vector<std::uint32_t> ranks_of(const std::vector<std::uint64_t>& ids) {
  std::unordered_map<std::uint64_t, std::uint32_t> rank_of;
  for (const std::uint64_t id : ids) rank_of.try_emplace(id);
  std::vector<std::uint64_t> known;
  for (const auto& [id, rank] : rank_of) known.push_back(id);
  std::ranges::sort(known);
  for (std::uint32_t rank = 0; rank < known.size(); ++rank) rank_of[known[rank]] = rank;
  std::vector<std::uint32_t> ranks;
  for (const std::uint64_t id : ids) ranks.push_back(rank_of[id]);
  return ranks;
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

RunningStatistics::RunningStatistics(std::int64_t neurons, double begin_ms)
    : size_(neurons), begin_ms_(begin_ms) {}

void RunningStatistics::Neuron::spike(double time_ms) {
  if (++spikes == 1) {
    first_ms = last_ms = time_ms;
    return;
  }
  const double interval = time_ms - last_ms;
  last_ms = time_ms;
  if (spikes == 2) first_interval_ms = interval;
  squares += (interval - first_interval_ms) * (interval - first_interval_ms);
}

/// Squares are about the first interval instead of the mean, which is not known before the end.
/// That interval is one of the n: the squares are at most 1 + n times those about the mean, so that
/// rounding takes no more than the last digits, also where the first interval is far from the mean.
double RunningStatistics::Neuron::interval_cv() const {
  const auto count = static_cast<double>(spikes - 1);
  const double length = last_ms - first_ms;
  const double beyond = length - count * first_interval_ms;
  return std::sqrt(std::max(0.0, squares - beyond * beyond / count) / count) / (length / count);
}

void RunningStatistics::add(const SpikePiece& piece) {
  if (piece.neurons.empty()) return;
  neurons_.resize(std::max(neurons_.size(), std::size_t{std::ranges::max(piece.neurons)} + 1));
  Bin bin{0, 0};
  piece.each_time([&](double time_ms, const std::uint32_t* neuron, const std::uint32_t* end) {
    // Times are multiples of dt, up to rounding.
    const auto at = static_cast<std::uint64_t>((time_ms - begin_ms_) / kBin + 1e-6);
    if (at != bin.bin && bin.spikes > 0) bins_.push_back(std::exchange(bin, {at, 0}));
    bin.bin = at, bin.spikes += static_cast<std::uint64_t>(end - neuron);
    for (; neuron != end; ++neuron) neurons_[*neuron].spike(time_ms);
  });
  bins_.push_back(bin);
  log_.push_back(piece.neurons);
}

/// Every k-th of the neurons that spike.
std::vector<std::uint32_t> RunningStatistics::sample() const {
  std::vector<std::uint32_t> active, sample;
  for (std::size_t i = 0; i < neurons_.size(); ++i)
    if (neurons_[i].spikes > 0) active.push_back(static_cast<std::uint32_t>(i));
  const std::size_t size = std::min(kSample, active.size());
  for (std::size_t i = 0; i < size; ++i) sample.push_back(active[i * active.size() / size]);
  return sample;
}

RunningStatistics::BinsByNeuron RunningStatistics::bins_of(const std::vector<std::uint32_t>& sample,
                                                           std::uint64_t bins) const {
  BinsByNeuron bins_of(sample.size());
  std::vector<std::uint32_t> place(neurons_.size(), static_cast<std::uint32_t>(sample.size()));
  for (std::size_t i = 0; i < sample.size(); ++i) place[sample[i]] = static_cast<std::uint32_t>(i);
  auto bin = bins_.begin();
  for (const std::vector<std::uint32_t>& piece : log_)
    for (std::size_t begin = 0; begin < piece.size(); begin += (bin++)->spikes)
      for (std::size_t i = begin; i < begin + bin->spikes; ++i)
        if (const std::uint32_t at = place[piece[i]]; at < sample.size())
          bins_of[at].push_back(std::min(bins - 1, bin->bin));
  return bins_of;
}

SpikeStatistics RunningStatistics::until(double end_ms) const {
  SpikeStatistics result;
  double spikes = 0, cv = 0;
  for (const Neuron& each : neurons_) {
    spikes += static_cast<double>(each.spikes);
    if (each.spikes < kLeastSpikes) continue;
    cv += each.interval_cv();
    ++result.regular;
  }
  result.rate_hz = spikes / static_cast<double>(size_) / ((end_ms - begin_ms_) / 1000);
  result.isi_cv = result.regular > 0 ? cv / static_cast<double>(result.regular) : kNone;
  const std::vector<std::uint32_t> neurons = sample();
  result.sample = static_cast<std::int64_t>(neurons.size());
  const double bins = std::ceil((end_ms - begin_ms_) / kBin - 1e-6);
  result.correlation = mean_correlation(bins_of(neurons, static_cast<std::uint64_t>(bins)), bins);
  return result;
}

SpikeStatistics spike_statistics(const SpikeTrain& train, std::int64_t neurons, double begin_ms,
                                 double end_ms) {
  SpikePiece piece{train.population};
  const std::vector<std::uint32_t> ranks = ranks_of(train.node_ids);
  for (std::size_t i = 0; i < ranks.size(); ++i)
    if (Interval{begin_ms, end_ms}.holds(train.timestamps_ms[i]))
      piece.add(train.timestamps_ms[i], ranks[i]);
  RunningStatistics statistics(neurons, begin_ms);
  statistics.add(piece);
  return statistics.until(end_ms);
}

}  // namespace synfire
