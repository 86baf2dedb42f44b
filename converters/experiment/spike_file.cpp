#include "converters/experiment/spike_file.h"

#include <utility>

#include "core/base/diagnostics.h"
#include "core/io/spike_table.h"

namespace synfire {
namespace {

SpikeTrain read_table(const std::filesystem::path& path) {
  SpikeTrain train;
  read_spike_table(path, [&train](double time_ms, std::uint64_t neuron, const auto&) {
    train.timestamps_ms.push_back(time_ms);
    train.node_ids.push_back(neuron);
  });
  return train;
}

SpikeTrain read_from_recording(const std::filesystem::path& path, const std::string& population) {
  Recording recording = read_recording(path);
  std::vector<std::string> names;
  for (SpikeTrain& train : recording.spikes) {
    if (train.population == population || (population.empty() && recording.spikes.size() == 1))
      return std::move(train);
    names.push_back(train.population);
  }
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  fail(Code::experiment_value, path.string(),
       population.empty() ? "it has several populations: say which one"
                          : "it has no spikes of a population '" + population + "'",
       "there are: " + all);
}

}  // namespace

SpikeTrain read_spike_file(const std::filesystem::path& path, const std::string& population) {
  return path.extension() == ".csv" ? read_table(path) : read_from_recording(path, population);
}

}  // namespace synfire
