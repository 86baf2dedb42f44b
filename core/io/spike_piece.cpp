#include "core/io/spike_piece.h"

#include "core/base/state_archive.h"

namespace synfire {

void SpikePiece::add(double time_ms, std::uint32_t neuron) {
  if (times_ms.empty() || times_ms.back() != time_ms)
    times_ms.push_back(time_ms), counts.push_back(0);
  ++counts.back(), neurons.push_back(neuron);
}

void SpikePiece::append_to(SpikeTrain& train) const {
  train.node_ids.insert(train.node_ids.end(), neurons.begin(), neurons.end());
  train.timestamps_ms.reserve(train.timestamps_ms.size() + neurons.size());
  for (std::size_t i = 0; i < times_ms.size(); ++i)
    train.timestamps_ms.insert(train.timestamps_ms.end(), counts[i], times_ms[i]);
}

void SpikePiece::visit_state(StateArchive& archive) {
  archive("population", population);
  archive("times", times_ms);
  archive("counts", counts);
  archive("neurons", neurons);
}

}  // namespace synfire
