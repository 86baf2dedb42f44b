#include "core/engine/memory.h"

#include <fstream>
#include <limits>
#include <string>

#include "core/base/diagnostics.h"
#include "core/engine/weight_scale.h"

namespace synfire {
namespace {

/// Two bytes a synapse, four where any stores a weight, and a few for the rows.
std::uint64_t synapse_memory(const Network& network) {
  double synapses = 0;
  bool stores = false;
  for (const Projection& projection : network.projections) {
    if (std::holds_alternative<OneToOne>(projection.connectivity)) continue;
    synapses += static_cast<double>(synapse_count(network, projection));
    stores = stores || stores_weights(projection);
  }
  return static_cast<std::uint64_t>(synapses * (stores ? 4.5 : 2.5));
}

}  // namespace

std::uint64_t available_memory() {
  std::ifstream file("/proc/meminfo");
  std::string name, unit;
  for (std::uint64_t kilobytes = 0; file >> name >> kilobytes >> unit;)
    if (name == "MemAvailable:") return kilobytes * 1024;
  return std::numeric_limits<std::uint64_t>::max();
}

void require_memory(std::uint64_t bytes, std::string_view where, std::string_view what) {
  const std::uint64_t available = available_memory();
  if (bytes <= available) return;
  const auto megabytes = [](std::uint64_t count) { return std::to_string(count >> 20) + " MB"; };
  fail(Code::resource_limit, std::string(where),
       std::string(what) + " need " + megabytes(bytes) + ", " + megabytes(available) +
           " are available",
       "take a smaller network or a machine with more memory");
}

void require_synapse_memory(const Network& network, Exchange* exchange) {
  std::uint64_t bytes = synapse_memory(network);
  if (exchange != nullptr) bytes = bytes / exchange->ranks() * exchange->ranks_on_machine();
  require_memory(bytes, "net.projections", "the synapses");
  // Nobody takes memory before all have looked.
  if (exchange != nullptr) sum_over_ranks(exchange, {});
}

}  // namespace synfire
