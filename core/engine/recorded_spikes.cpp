#include "core/engine/recorded_spikes.h"

#include <algorithm>
#include <iterator>

#include "core/base/state_archive.h"

namespace synfire {

void RecordedSpikes::add(std::int64_t step, std::uint32_t first,
                         std::span<const std::uint32_t> ids) {
  if (ids.empty()) return;
  steps.push_back(step), counts.push_back(static_cast<std::uint32_t>(ids.size()));
  for (const std::uint32_t id : ids) neurons.push_back(first + id);
}

void RecordedSpikes::clear() { steps.clear(), counts.clear(), neurons.clear(); }

void RecordedSpikes::visit_state(StateArchive& archive) {
  archive("steps", steps);
  archive("counts", counts);
  archive("neurons", neurons);
}

RecordedSpikes merged(const RecordedSpikes& a, const RecordedSpikes& b) {
  RecordedSpikes both;
  auto neuron_a = a.neurons.begin(), neuron_b = b.neurons.begin();
  for (std::size_t i = 0, k = 0; i < a.steps.size() || k < b.steps.size();) {
    const bool is_a = k == b.steps.size() || (i < a.steps.size() && a.steps[i] <= b.steps[k]);
    const std::int64_t step = is_a ? a.steps[i] : b.steps[k];
    const bool is_b = k < b.steps.size() && b.steps[k] == step;
    const auto end_a = neuron_a + (is_a ? a.counts[i++] : 0);
    const auto end_b = neuron_b + (is_b ? b.counts[k++] : 0);
    std::merge(neuron_a, end_a, neuron_b, end_b, std::back_inserter(both.neurons));
    both.steps.push_back(step);
    both.counts.push_back(static_cast<std::uint32_t>((end_a - neuron_a) + (end_b - neuron_b)));
    neuron_a = end_a, neuron_b = end_b;
  }
  return both;
}

}  // namespace synfire
