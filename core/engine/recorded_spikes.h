// Spikes of one population as the clock engine records them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace synfire {

class StateArchive;  // state_archive.h

/// In the order of (step, neuron).
struct RecordedSpikes {
  std::vector<std::int64_t> steps;     // in which some neuron spikes
  std::vector<std::uint32_t> counts;   // spikes in each of these steps
  std::vector<std::uint32_t> neurons;  // of all spikes

  /// Neurons first + id, in a step after those that are there.
  void add(std::int64_t step, std::uint32_t first, std::span<const std::uint32_t> ids);
  /// Keeps the memory.
  void clear();
  void visit_state(StateArchive& archive);
};

/// The spikes of both; in the same step neurons differ.
RecordedSpikes merged(const RecordedSpikes& a, const RecordedSpikes& b);

}  // namespace synfire
