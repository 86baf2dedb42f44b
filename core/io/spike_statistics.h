// What is compared between simulators of the same network: rates, regularity, correlation.
#pragma once

#include <cstdint>
#include <vector>

#include "core/io/spike_piece.h"

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

/// Statistics of a population whose spikes come piece by piece; the same whatever the pieces are.
/// isi_cv: coefficient of variation of a neuron's interspike intervals. correlation: Pearson's, of
/// spike counts in bins of 2 ms; the sample is evenly spaced among the neurons that spike. These
/// are the measures by which Dasbach et al., Front. Neuroinform. 15, 2021, compare microcircuits.
/// Keeps four bytes a spike: which neurons the sample has is not known before the end.
class RunningStatistics {
 public:
  /// Of a population of so many neurons, from `begin_ms` on.
  RunningStatistics(std::int64_t neurons, double begin_ms);

  /// Spikes from begin_ms on, not before those that were added.
  void add(const SpikePiece& piece);
  /// Until `end_ms`, which is after all spikes.
  SpikeStatistics until(double end_ms) const;

 private:
  struct Neuron {
    std::uint64_t spikes = 0;
    double first_ms = 0, last_ms = 0;
    double first_interval_ms = 0, squares = 0;  // squares: of the intervals less the first one

    void spike(double time_ms);
    double interval_cv() const;
  };
  /// Spikes that follow each other in the log.
  struct Bin {
    std::uint64_t bin, spikes;
  };
  using BinsByNeuron = std::vector<std::vector<std::uint64_t>>;  // in which each of them spikes

  std::vector<std::uint32_t> sample() const;
  BinsByNeuron bins_of(const std::vector<std::uint32_t>& sample, std::uint64_t bins) const;

  std::int64_t size_;
  double begin_ms_;
  std::vector<Neuron> neurons_;                  // up to the last one that spikes
  std::vector<std::vector<std::uint32_t>> log_;  // the neurons of all spikes, in pieces
  std::vector<Bin> bins_;                        // of the log
};

/// Statistics of one population of `neurons` in [begin, end) ms; the train, of any ids, is in the
/// order of time.
SpikeStatistics spike_statistics(const SpikeTrain& train, std::int64_t neurons, double begin_ms,
                                 double end_ms);

}  // namespace synfire
