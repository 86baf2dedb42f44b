#include "targets/cpu/chosen_spikes.h"

#include <algorithm>
#include <utility>

namespace synfire {

static SpikeTrain chosen_of(const SpikeTrain& train, const std::vector<std::uint64_t>& neurons) {
  if (neurons.empty()) return train;
  SpikeTrain some{train.population, {}, {}, {}};
  for (std::size_t i = 0; i < train.node_ids.size(); ++i)
    if (std::ranges::binary_search(neurons, train.node_ids[i])) {
      some.timestamps_ms.push_back(train.timestamps_ms[i]);
      some.node_ids.push_back(train.node_ids[i]);
    }
  return some;
}

std::vector<SpikeTrain> chosen_spikes(const Experiment& experiment,
                                      std::vector<SpikeTrain> trains) {
  if (!experiment.chooses_spikes()) return trains;
  std::vector<SpikeTrain> chosen;
  for (const SpikeTrain& train : trains) {
    const auto probe = std::ranges::find_if(experiment.probes, [&](const ProbeRequest& each) {
      return each.kind == ProbeKind::spikes && each.of == train.population;
    });
    if (probe != experiment.probes.end()) chosen.push_back(chosen_of(train, probe->neurons));
  }
  return chosen;
}

std::vector<SpikeTrain> split_at(double time_ms, std::vector<SpikeTrain>& trains) {
  std::vector<SpikeTrain> early;
  for (SpikeTrain& train : trains) {
    auto& times = train.timestamps_ms;
    const auto count = std::ranges::lower_bound(times, time_ms) - times.begin();
    const auto ids = train.node_ids.begin();
    early.push_back(
        {train.population, {times.begin(), times.begin() + count}, {ids, ids + count}, {}});
    times.erase(times.begin(), times.begin() + count);
    train.node_ids.erase(ids, ids + count);
  }
  return early;
}

}  // namespace synfire
