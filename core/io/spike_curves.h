// What is drawn of spikes: rates over time, interspike intervals, power spectra.
#pragma once

#include "core/io/recording.h"
#include "core/io/spike_statistics.h"

namespace synfire {

/// Values of bins; `edges` has one more than `values`. The last bin may be narrower.
struct Histogram {
  std::vector<double> edges;
  std::vector<double> values;
};

struct Curve {
  std::vector<double> x, y;
};

/// Bins that one curve may have.
inline constexpr double kMaxBins = 1e7;

/// Mean rate of `neurons` neurons [Hz] in bins of `bin_ms`. Throws bad_option_value (as all below)
/// when there would be more than kMaxBins, or the width is not positive.
Histogram spike_rate(const SpikeTrain& train, std::int64_t neurons, const Interval& interval,
                     double bin_ms);

/// The same convolved with a Gaussian of standard deviation `sigma_ms`, at points sigma / 5 apart.
/// Near the ends the Gaussian's part outside the interval is left out and the rest scaled to 1.
Curve smooth_rate(const SpikeTrain& train, std::int64_t neurons, const Interval& interval,
                  double sigma_ms);

/// Peristimulus time histogram: the mean rate [Hz] over whole trials of `trial_ms` that follow each
/// other from the interval's begin, against the time in the trial.
struct TrialHistogram {
  Histogram rate;
  std::int64_t trials = 0;
};
TrialHistogram trial_rate(const SpikeTrain& train, std::int64_t neurons, const Interval& interval,
                          double trial_ms, double bin_ms);

/// Intervals between successive spikes of each neuron, rising.
std::vector<double> spike_intervals(const TimesByNeuron& times);

/// Shares [%] of `sorted` values in bins of `width` from `low` to `high`, of all values.
Histogram shares(const std::vector<double>& sorted, double low, double high, double width);

/// Power spectral density of a signal, one-sided, by Welch's method: segments of `segment` values
/// (a power of two), half of each shared with the next, mean removed, Hann window. In
/// signal^2 / Hz, at the frequencies between 0 and half the rate of samples. Empty when the signal
/// is shorter than a segment. Source: Welch, IEEE Trans. Audio Electroacoust. 15, 1967.
Curve power_spectrum(const std::vector<double>& signal, double samples_per_s, std::size_t segment);

/// The smallest difference of two spike times of a population [ms]: the grid of a clock-driven
/// simulation. 0 where there are no two times.
double time_grid(const SpikeTrain& train);

/// A width of which about `bins` cover `length`: 1, 2 or 5 times a power of ten that the grid
/// divides, so that no bin holds more steps than its neighbours.
double readable_width(double length, double bins, double grid);

}  // namespace synfire
