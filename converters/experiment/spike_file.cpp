#include "converters/experiment/spike_file.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/base/diagnostics.h"
#include "core/io/csv.h"

namespace synfire {
namespace {

SpikeTrain read_table(const std::filesystem::path& path) {
  constexpr std::size_t kLongestLine = 1024;
  CsvReader reader(path, kLongestLine);
  SpikeTrain train;
  for (bool first = true; const auto* const fields = reader.next(); first = false) {
    const bool two = fields->size() == 2;
    const auto time = two ? parse_number((*fields)[0]) : std::nullopt;
    const auto neuron = two ? parse_number((*fields)[1]) : std::nullopt;
    if (first && two && !time && !neuron) continue;  // the names of the columns
    const bool good = time && neuron && *time >= 0 && std::isfinite(*time) && *neuron >= 0 &&
                      *neuron <= 4294967295.0 && *neuron == std::floor(*neuron);
    if (!good)
      fail(Code::file_corrupt, reader.where(),
           "this is not a time in ms and the number of a neuron");
    train.timestamps_ms.push_back(*time);
    train.node_ids.push_back(static_cast<std::uint64_t>(*neuron));
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
