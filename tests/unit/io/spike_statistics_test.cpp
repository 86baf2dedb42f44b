#include "core/io/spike_statistics.h"

#include <gtest/gtest.h>

#include <cmath>

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

}  // namespace
}  // namespace synfire
