#include "core/io/spike_curves.h"

#include <gtest/gtest.h>

#include <numbers>
#include <numeric>
#include <random>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

SpikeTrain train_of(const std::vector<double>& times) {
  return {"a", times, std::vector<std::uint64_t>(times.size(), 0), {}};
}

TEST(SpikeRate, IsPerNeuronAndSecondInEveryBin) {
  // Step 0.1 ms: 3 * 0.1 is a little more than 0.3.
  const Histogram rate = spike_rate(train_of({0, 0.1, 3 * 0.1, 0.9, 1.0}), 2, {0, 1}, 0.3);
  EXPECT_EQ(rate.edges.size(), 5U);
  EXPECT_EQ(rate.edges.back(), 1);
  const double one = 1000 / 0.3 / 2;
  EXPECT_NEAR(rate.values[0], 2 * one, 1e-6);
  EXPECT_NEAR(rate.values[1], one, 1e-6);
  EXPECT_EQ(rate.values[2], 0);
  EXPECT_NEAR(rate.values[3], 3 * one, 1e-6);  // a third as wide; 1.0 is outside
}

TEST(SpikeRate, RefusesBinsThatAreNone) {
  for (const double bin : {0.0, -1.0, 1e-9, std::nan("")})
    EXPECT_THROW(spike_rate(train_of({1}), 1, {0, 1}, bin), Failure);
}

TEST(SmoothRate, OfRegularSpikesIsConstantUpToTheEnds) {
  std::vector<double> times;
  for (int i = 0; i < 1000; ++i) times.push_back(i + 0.5);
  const Curve curve = smooth_rate(train_of(times), 1, {0, 1000}, 20);
  EXPECT_EQ(curve.x.size(), 250U);
  EXPECT_EQ(curve.x[0], 2);
  for (const double rate : curve.y) EXPECT_NEAR(rate, 1000, 1e-6);
}

TEST(SmoothRate, OfOneSpikeIsAGaussian) {
  const Curve curve = smooth_rate(train_of({50.5}), 1, {0, 101}, 5);
  const auto peak = std::max_element(curve.y.begin(), curve.y.end());
  // 1000 / (sigma * sqrt(2 pi)), of a Gaussian sampled at sigma / 5 and cut at 4 sigma.
  EXPECT_NEAR(*peak, 1000 / (5 * std::sqrt(2 * std::numbers::pi)), 0.02);
  EXPECT_NEAR(*(peak + 5) / *peak, std::exp(-0.5), 1e-9);
}

TEST(TrialRate, IsTheMeanOverWholeTrials) {
  // Trials of 10 ms from 100 on; the third is cut short.
  const SpikeTrain train = train_of({101, 101.5, 109, 111, 121});
  const TrialHistogram trials = trial_rate(train, 1, {100, 125}, 10, 2);
  EXPECT_EQ(trials.trials, 2);
  EXPECT_EQ(trials.rate.values, (std::vector<double>{750, 0, 0, 0, 250}));
  EXPECT_THROW(trial_rate(train, 1, {100, 125}, 30, 2), Failure);
  EXPECT_THROW(trial_rate(train, 1, {100, 125}, 0, 2), Failure);
}

TEST(TrialRate, PutsTheFirstStepOfATrialIntoItsFirstBin) {
  // 3 * 0.1 / 0.1 is less than 3.
  const TrialHistogram trials = trial_rate(train_of({0.1 * 3}), 1, {0, 1}, 0.1, 0.05);
  EXPECT_GT(trials.rate.values[0], 0);
  EXPECT_EQ(trials.rate.values[1], 0);
}

TEST(SpikeIntervals, AreOfOneNeuronEach) {
  const SpikeTrain train{"a", {0, 1, 4, 5, 9}, {0, 1, 0, 1, 0}, {}};
  const auto intervals = spike_intervals(times_by_neuron(train, {0, 10}));
  EXPECT_EQ(intervals, (std::vector<double>{4, 4, 5}));
  EXPECT_EQ(shares(intervals, 0, 10, 5).values, (std::vector<double>{200.0 / 3, 100.0 / 3}));
}

double power_of(const Curve& spectrum) {
  return std::accumulate(spectrum.y.begin(), spectrum.y.end(), 0.0) *
         (spectrum.x[1] - spectrum.x[0]);
}

TEST(PowerSpectrum, OfASineIsHalfItsSquaredAmplitudeAtItsFrequency) {
  std::vector<double> signal;
  for (int i = 0; i < 4000; ++i)
    signal.push_back(7 + 3 * std::sin(2 * std::numbers::pi * 125 * i / 1000.0));
  const Curve spectrum = power_spectrum(signal, 1000, 256);
  EXPECT_EQ(spectrum.x.size(), 127U);
  const auto peak = std::max_element(spectrum.y.begin(), spectrum.y.end()) - spectrum.y.begin();
  EXPECT_EQ(spectrum.x[static_cast<std::size_t>(peak)], 125);
  EXPECT_NEAR(power_of(spectrum), 4.5, 1e-6);
}

TEST(PowerSpectrum, OfNoiseIsFlatAndSumsUpToItsVariance) {
  std::mt19937 random(1);
  std::vector<double> signal(1U << 16U);
  for (double& value : signal) value = static_cast<double>(random()) / 0x1p32;
  const Curve spectrum = power_spectrum(signal, 500, 64);
  EXPECT_NEAR(power_of(spectrum), 1.0 / 12, 0.004);
  for (const double power : spectrum.y) EXPECT_NEAR(power, 1.0 / 12 / 250, 4e-5);
}

TEST(PowerSpectrum, OfTooLittleIsEmpty) {
  EXPECT_TRUE(power_spectrum(std::vector<double>(63), 1000, 64).y.empty());
  EXPECT_TRUE(power_spectrum({}, 1000, 0).y.empty());
}

TEST(ReadableWidth, IsAMultipleOfTheStep) {
  EXPECT_DOUBLE_EQ(time_grid(train_of({0.1, 0.1, 0.1 * 3, 0.1 * 4, 5})), 0.1 * 4 - 0.1 * 3);
  EXPECT_EQ(time_grid(train_of({1})), 0);
  EXPECT_DOUBLE_EQ(readable_width(1000, 200, 0.1), 5);
  EXPECT_DOUBLE_EQ(readable_width(177, 200, 1), 1);
  EXPECT_DOUBLE_EQ(readable_width(1000, 300, 1.5), 6);
  EXPECT_DOUBLE_EQ(readable_width(0.7, 100, 0), 0.01);
  EXPECT_GT(readable_width(0, 100, 0), 0);
}

}  // namespace
}  // namespace synfire
