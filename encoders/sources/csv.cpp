// Recordings as tables of times and neurons.
#include <string>

#include "core/base/diagnostics.h"
#include "core/io/file_reader.h"
#include "core/io/spike_table.h"
#include "encoders/common/address_event.h"

namespace synfire {
namespace {

EventSample read(const std::filesystem::path& path, const Shape& shape) {
  if (regular_file_size(path) == 0) fail(Code::file_truncated, path.string(), "the file is empty");
  const auto neurons = static_cast<std::uint64_t>(element_count(shape));
  EventSample sample;
  read_spike_table(path, [&](double time_ms, std::uint64_t neuron, const auto& where) {
    if (neuron >= neurons)
      refuse_event(where(), sample.neurons.size(), "neuron " + std::to_string(neuron), shape);
    sample.times_ms.push_back(time_ms);
    sample.neurons.push_back(static_cast<std::uint32_t>(neuron));
  });
  return in_order(std::move(sample));
}

}  // namespace

extern const SourceInfo csv_source;
const SourceInfo csv_source{
    .name = "csv",
    .summary = "tables of spikes, a folder of recordings",
    .extensions = {".csv"},
    .layout =
        "a spike a line: time in ms, neuron (from 0, in C order of the population's shape); "
        "the first line may name the columns",
    .source = "as stimulus.file",
    .read = read};

}  // namespace synfire
