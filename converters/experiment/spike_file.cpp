#include "converters/experiment/spike_file.h"

#include <algorithm>
#include <utility>

#include "core/base/diagnostics.h"
#include "core/io/csv.h"

namespace synfire {
namespace {

SpikeTrain read_table(const std::filesystem::path& path) {
  const Tensor rows = read_csv_rows(path, DataType::float64, 2, -1, false);
  SpikeTrain train;
  for (std::size_t i = 0; i + 1 < rows.size(); i += 2) {
    const double time = rows.number(i), neuron = rows.number(i + 1);
    if (!(time >= 0) || !(neuron >= 0) || neuron > 4294967295.0)
      fail(Code::file_corrupt, path.string(),
           "row " + std::to_string(i / 2 + 1) + " is not a time in ms and the number of a neuron");
    train.timestamps_ms.push_back(time);
    train.node_ids.push_back(static_cast<std::uint64_t>(neuron));
  }
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
