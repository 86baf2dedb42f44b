// What a run recorded between two checkpoints, or all of it so far.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/state_archive.h"
#include "core/io/recording.h"
#include "core/io/spike_piece.h"

namespace synfire {

/// What was recorded for some time.
struct RecordedStretch {
  using Piece = std::vector<SpikePiece>;  // of some populations

  std::vector<Piece> spikes;  // one after the other: of the same populations in the same order
  std::vector<StateTrace> traces;
  std::vector<WeightTrace> weights;  // archived without the synapses' ids, which the network tells

  /// Adds what comes after it: of the same probes in the same order, or of none.
  void append(RecordedStretch more);

  /// How much there is of each.
  struct Length {
    std::size_t pieces = 0;
    std::vector<std::size_t> state_times, weight_times;
  };
  Length length() const;
  /// What was added since it had that length.
  RecordedStretch since(const Length& before) const;
  void visit_state(StateArchive& archive);
};

/// The spikes of all pieces.
std::vector<SpikeTrain> joined(const std::vector<RecordedStretch::Piece>& pieces);

}  // namespace synfire
