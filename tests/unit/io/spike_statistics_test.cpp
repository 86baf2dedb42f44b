#include "core/io/spike_statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace synfire {
namespace {

SpikeTrain train_of(const std::vector<std::pair<double, std::uint64_t>>& spikes) {
  SpikeTrain train{"a", {}, {}, {}};
  for (const auto& [time, neuron] : spikes)
    train.timestamps_ms.push_back(time), train.node_ids.push_back(neuron);
  return train;
}

TEST(SpikeStatistics, CountSpikesOfTheIntervalOnly) {
  const SpikeTrain train = train_of({{99, 0}, {100, 0}, {150, 1}, {199.9, 0}, {200, 1}});
  // 3 spikes of 4 neurons in 0.1 s.
  EXPECT_NEAR(spike_statistics(train, 4, 100, 200).rate_hz, 7.5, 1e-12);
}

TEST(SpikeStatistics, GiveTheVariationOfIntervals) {
  // Intervals 1 and 3 in turn, ten of them: mean 2, standard deviation 1.
  std::vector<std::pair<double, std::uint64_t>> spikes;
  for (int i = 0; i < 6; ++i) {
    spikes.push_back({4.0 * i, 0});
    if (i < 5) spikes.push_back({4.0 * i + 1, 0});
  }
  spikes.push_back({21, 1});  // too few to say
  const SpikeStatistics some = spike_statistics(train_of(spikes), 3, 0, 30);
  EXPECT_EQ(some.regular, 1);
  EXPECT_NEAR(some.isi_cv, 0.5, 1e-12);
  EXPECT_TRUE(std::isnan(spike_statistics(train_of({{1, 0}}), 3, 0, 30).isi_cv));
}

TEST(SpikeStatistics, GiveTheMeanCorrelationOfCountsInBinsOfTwoMilliseconds) {
  // Bins of neuron 0: 1 1 0 0; of 1: 1 1 0 0; of 2: 1 0 1 0. Correlations 1, 0 and 0.
  const SpikeTrain train = train_of({{0, 0}, {1.9, 1}, {1, 2}, {2, 0}, {3, 1}, {5, 2}});
  const SpikeStatistics some = spike_statistics(train, 5, 0, 8);
  EXPECT_EQ(some.sample, 3);  // two are silent
  EXPECT_NEAR(some.correlation, 1.0 / 3, 1e-12);
  // 0 against 1 1 1 0: covariance 1/8, deviations 1/2 and sqrt(3)/4.
  const SpikeTrain two = train_of({{0, 0}, {0, 1}, {2, 0}, {2, 1}, {4, 1}});
  EXPECT_NEAR(spike_statistics(two, 2, 0, 8).correlation, 1 / std::sqrt(3.0), 1e-12);
  EXPECT_TRUE(std::isnan(spike_statistics(train_of({{1, 0}}), 5, 0, 8).correlation));
}

TEST(SpikeStatistics, SampleNoMoreThanTwoHundredNeurons) {
  std::vector<std::pair<double, std::uint64_t>> spikes;
  for (std::uint64_t neuron = 0; neuron < 500; ++neuron) spikes.push_back({1, neuron});
  const SpikeStatistics some = spike_statistics(train_of(spikes), 500, 0, 10);
  EXPECT_EQ(some.sample, 200);
  EXPECT_NEAR(some.correlation, 1, 1e-9);
}

/// 320 neurons, some silent, some regular, one that starts late; a piece of the spikes per ms.
std::vector<SpikePiece> irregular_pieces(double end_ms) {
  std::mt19937 random(7);
  std::exponential_distribution<double> interval(0.05);
  std::vector<std::pair<double, std::uint32_t>> spikes;
  for (std::uint32_t neuron = 0; neuron < 320; ++neuron) {
    if (neuron % 9 == 4) continue;
    double time = neuron == 11 ? 150 : 1;
    for (; time < end_ms; time += neuron % 7 == 0 ? 12.5 : std::max(0.1, interval(random)))
      spikes.emplace_back(std::floor(time * 10) / 10, neuron);
  }
  std::ranges::sort(spikes);
  std::vector<SpikePiece> pieces(static_cast<std::size_t>(end_ms));
  for (const auto& [time, neuron] : spikes)
    pieces[static_cast<std::size_t>(time)].add(time, neuron);
  return pieces;
}

SpikeTrain joined(const std::vector<SpikePiece>& pieces) {
  SpikeTrain train{"a", {}, {}, {}};
  for (const SpikePiece& piece : pieces) piece.append_to(train);
  return train;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double each : values) sum += each;
  return sum / static_cast<double>(values.size());
}

double covariance(const std::vector<double>& a, const std::vector<double>& b) {
  const double mean_a = mean(a), mean_b = mean(b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - mean_a) * (b[i] - mean_b);
  return sum / static_cast<double>(a.size());
}

std::vector<double> intervals_of(const std::vector<double>& times) {
  std::vector<double> intervals;
  for (std::size_t i = 1; i < times.size(); ++i) intervals.push_back(times[i] - times[i - 1]);
  return intervals;
}

TEST(RunningStatistics, AreWhatTheDefinitionsSay) {
  constexpr double kEnd = 399;
  const std::vector<SpikePiece> pieces = irregular_pieces(kEnd);
  RunningStatistics running(320, 0);
  for (const SpikePiece& piece : pieces) running.add(piece);
  const SpikeStatistics found = running.until(kEnd);

  const SpikeTrain train = joined(pieces);
  EXPECT_NEAR(found.rate_hz, static_cast<double>(train.node_ids.size()) / 320 / 0.399, 1e-12);
  const TimesByNeuron times = times_by_neuron(train, {0, kEnd});
  std::vector<double> cvs;
  for (const auto& each : times)
    if (const auto intervals = intervals_of(each); each.size() >= 10)
      cvs.push_back(std::sqrt(covariance(intervals, intervals)) / mean(intervals));
  EXPECT_EQ(found.regular, std::ssize(cvs));
  EXPECT_NEAR(found.isi_cv, mean(cvs), 1e-13);

  std::vector<std::vector<double>> counts(200, std::vector<double>(200));
  for (std::size_t i = 0; i < 200; ++i)
    for (const double time : times[i * times.size() / 200])
      ++counts[i][static_cast<std::size_t>(time / 2 + 1e-6)];
  std::vector<double> correlations;
  for (std::size_t i = 0; i < 200; ++i)
    for (std::size_t k = i + 1; k < 200; ++k)
      correlations.push_back(
          covariance(counts[i], counts[k]) /
          std::sqrt(covariance(counts[i], counts[i]) * covariance(counts[k], counts[k])));
  EXPECT_EQ(found.sample, 200);
  EXPECT_NEAR(found.correlation, mean(correlations), 1e-13);
}

TEST(RunningStatistics, AreTheSameToTheLastDigitWhateverThePiecesAre) {
  const std::vector<SpikePiece> pieces = irregular_pieces(700);
  RunningStatistics running(320, 0);
  for (const SpikePiece& piece : pieces) running.add(piece);
  const SpikeStatistics parts = running.until(700);
  const SpikeStatistics whole = spike_statistics(joined(pieces), 320, 0, 700);
  EXPECT_EQ(parts.rate_hz, whole.rate_hz);
  EXPECT_EQ(parts.isi_cv, whole.isi_cv);
  EXPECT_EQ(parts.correlation, whole.correlation);
}

TEST(RunningStatistics, TellSmallVariationsAfterALongFirstInterval) {
  SpikePiece piece{"a"};
  std::vector<double> times{0};
  for (int i = 0; i < 2000; ++i) times.push_back(5000 + i + (i % 2 == 0 ? 1e-3 : 0));
  for (const double time : times) piece.add(time, 0);
  RunningStatistics running(1, 0);
  running.add(piece);
  const auto intervals = intervals_of(times);
  const double expected = std::sqrt(covariance(intervals, intervals)) / mean(intervals);
  EXPECT_NEAR(running.until(8000).isi_cv, expected, 1e-9 * expected);
}

TEST(RunningStatistics, OfRegularNeuronsHaveNoVariation) {
  SpikePiece piece{"a"};
  for (int i = 0; i < 3000; ++i) piece.add(0.1 * (3 + 37 * i), 0);
  RunningStatistics running(1, 0);
  running.add(piece);
  EXPECT_NEAR(running.until(12000).isi_cv, 0, 1e-12);
}

}  // namespace
}  // namespace synfire
