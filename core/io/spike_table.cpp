#include "core/io/spike_table.h"

#include <cmath>
#include <optional>

#include "core/base/diagnostics.h"
#include "core/io/csv.h"

namespace synfire {

void read_spike_table(const std::filesystem::path& path, const SpikeLine& each) {
  constexpr std::size_t kLongestLine = 1024;
  CsvReader reader(path, kLongestLine);
  const auto where = [&reader] { return reader.where(); };
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
    each(*time, static_cast<std::uint64_t>(*neuron), where);
  }
}

}  // namespace synfire
