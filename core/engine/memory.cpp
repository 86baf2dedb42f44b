#include "core/engine/memory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/engine/rules.h"
#include "core/engine/spike_list.h"
#include "core/engine/weight_scale.h"

namespace synfire {
namespace {

/// Numbers of delay steps and receptors and, where it is not stored, weight: what rows differ in.
using RowKinds = std::set<std::tuple<std::int32_t, std::int32_t, double>>;

void add_kinds(const Projection& projection, double dt_ms, RowKinds& kinds) {
  const auto add = [&](std::int32_t steps) {
    kinds.insert(
        {steps, projection.receptor, stores_weights(projection) ? 0 : largest_weight(projection)});
  };
  const auto* const rows = std::get_if<Sparse>(&projection.connectivity);
  if (rows != nullptr && !rows->delay.empty()) {
    for (const double delay : rows->delay.as<double>()) add(delay_steps(delay, dt_ms));
    return;
  }
  const DelayRange range = delay_range(projection, dt_ms);
  for (std::int32_t steps = range.least; steps <= range.greatest; ++steps) add(steps);
}

/// Synapses from one population, with the heads of their rows, in every shard.
double source_bytes(const Network& network, const Population& source, std::size_t shards,
                    std::int32_t& greatest_delay) {
  RowKinds kinds;
  double synapses = 0;
  bool stores = false;
  for (const Projection& projection : network.projections) {
    if (projection.source != source.name) continue;
    greatest_delay = std::max(greatest_delay, delay_steps(projection.delay_ms, network.dt_ms));
    if (std::holds_alternative<OneToOne>(projection.connectivity)) continue;
    add_kinds(projection, network.dt_ms, kinds);
    synapses += static_cast<double>(synapse_count(network, projection));
    stores = stores || stores_weights(projection);
  }
  if (!kinds.empty()) greatest_delay = std::max(greatest_delay, std::get<0>(*kinds.rbegin()));
  const double sources = static_cast<double>(source.size()) * static_cast<double>(shards);
  const double rows = std::min(synapses, sources * static_cast<double>(kinds.size()));
  return synapses * (stores ? 4 : 2) + 4 * rows + 8 * sources;
}

}  // namespace

std::uint64_t clock_memory(const Network& network, std::size_t shards) {
  constexpr double kState = 32;  // of a neuron: potential, currents, sums, its place in a list
  double total = 0;
  std::int32_t greatest_delay = 1;
  for (const Population& population : network.populations)
    total += source_bytes(network, population, shards, greatest_delay) +
             kState * static_cast<double>(population.size());
  // Of every step of the longest delay, its spikes are known; those of one-to-one projections are
  // kept as lists.
  constexpr double kStep = 16;
  double step = kStep * static_cast<double>(network.populations.size());
  for (const Projection& projection : network.projections)
    if (std::holds_alternative<OneToOne>(projection.connectivity)) step += sizeof(SpikeList);
  total += static_cast<double>(greatest_delay) * step * static_cast<double>(shards);
  return static_cast<std::uint64_t>(std::min(total, 0x1p63));
}

std::uint64_t build_memory(const Network& network, std::size_t shards) {
  constexpr double kGathered = 6.3;  // of a synapse: its row, target and weight, and some room
  std::vector<std::pair<double, double>> parts;  // bytes gathered, bytes of the rows
  for (const Population& population : network.populations) {
    double synapses = 0;
    for (const Projection& projection : network.projections)
      if (projection.source == population.name &&
          !std::holds_alternative<OneToOne>(projection.connectivity))
        synapses += static_cast<double>(synapse_count(network, projection));
    std::int32_t ignored = 1;
    parts.emplace_back(kGathered * synapses, source_bytes(network, population, shards, ignored));
  }
  std::sort(parts.rbegin(), parts.rend());
  double rows = 0, most = 0;
  for (const auto& [gathered, bytes] : parts) most = std::max(most, gathered + (rows += bytes));
  return static_cast<std::uint64_t>(std::min(most, 0x1p63));
}

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

void require_clock_memory(const Network& network, std::size_t shards, Exchange* exchange) {
  std::uint64_t bytes = std::max(clock_memory(network, shards), build_memory(network, shards));
  if (exchange != nullptr) bytes = bytes / exchange->ranks() * exchange->ranks_on_machine();
  require_memory(bytes, "net", "neurons and synapses");
  // Nobody takes memory before all have looked.
  if (exchange != nullptr) sum_over_ranks(exchange, {});
}

}  // namespace synfire
