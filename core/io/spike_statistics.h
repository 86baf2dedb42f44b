// What is compared between simulators of the same network: rates, regularity, correlation.
#pragma once

#include <cstdint>

#include "core/io/recording.h"

namespace synfire {

struct SpikeStatistics {
  double rate_hz = 0;        // of all neurons
  double isi_cv = 0;         // mean over neurons of at least 10 spikes; NaN when there is none
  double correlation = 0;    // mean over pairs of up to 200 neurons that spike; NaN without a pair
  std::int64_t regular = 0;  // neurons that isi_cv is of
  std::int64_t sample = 0;   // neurons that correlation is of
};

using TimesByNeuron = std::vector<std::vector<double>>;  // ms, in the order of time

/// The spikes in the interval, of every neuron that has any, in the order of the neurons.
TimesByNeuron times_by_neuron(const SpikeTrain& train, const Interval& interval);

/// Statistics of one population of `neurons` in [begin, end) ms; the train is in the order of time.
/// isi_cv: coefficient of variation of a neuron's interspike intervals. correlation: Pearson's, of
/// spike counts in bins of 2 ms; the sample is evenly spaced among the neurons that spike. These
/// are the measures by which Dasbach et al., Front. Neuroinform. 15, 2021, compare microcircuits.
SpikeStatistics spike_statistics(const SpikeTrain& train, std::int64_t neurons, double begin_ms,
                                 double end_ms);

}  // namespace synfire
