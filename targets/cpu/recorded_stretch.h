// What a run recorded between two checkpoints, or all of it so far.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/state_archive.h"
#include "core/io/recording.h"

namespace synfire {

/// What was recorded for some time.
struct RecordedStretch {
  std::vector<SpikeTrain> trains;
  std::vector<StateTrace> traces;
  std::vector<WeightTrace> weights;  // archived without the synapses' ids, which the network tells

  /// Adds what comes after it: of the same populations and probes in the same order, or of none.
  void append(RecordedStretch more);

  /// How much there is of each.
  struct Length {
    std::vector<std::size_t> spikes, state_times, weight_times;
  };
  Length length() const;
  /// What was added since it had that length.
  RecordedStretch since(const Length& before) const;
  void visit_state(StateArchive& archive);
};

}  // namespace synfire
