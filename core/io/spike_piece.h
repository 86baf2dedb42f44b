// Spikes as they are kept in memory until somebody wants them one by one: six bytes each, not
// sixteen, where neurons spike in steps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/io/recording.h"

namespace synfire {

class StateArchive;  // state_archive.h

/// Spikes of one population in the order of time.
struct SpikePiece {
  std::string population;
  std::vector<double> times_ms = {};        // at which some spike, rising
  std::vector<std::uint32_t> counts = {};   // spikes at each of these times
  std::vector<std::uint32_t> neurons = {};  // of all spikes

  /// Not before those that are there.
  void add(double time_ms, std::uint32_t neuron);
  /// Adds them to the end of the train.
  void append_to(SpikeTrain& train) const;
  /// visit(time, first and last neuron), for every time.
  template <typename Visit>
  void each_time(const Visit& visit) const;

  void visit_state(StateArchive& archive);
};

template <typename Visit>
void SpikePiece::each_time(const Visit& visit) const {
  const std::uint32_t* neuron = neurons.data();
  for (std::size_t i = 0; i < times_ms.size(); neuron += counts[i++])
    visit(times_ms[i], neuron, neuron + counts[i]);
}

}  // namespace synfire
