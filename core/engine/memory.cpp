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

/// What the synapses from one population take, in all shards.
struct SourceBytes {
  double rows = 0;      // with their heads
  double gathered = 0;  // of it while it is built: row, target and weight, and some room
  double plastic = 0;   // of synapses that change
  std::int32_t greatest_delay = 1;
};

std::int32_t greatest_delay(const Projection& projection, double dt_ms) {
  RowKinds kinds;
  add_kinds(projection, dt_ms, kinds);
  return kinds.empty() ? 1 : std::get<0>(*kinds.rbegin());
}

/// Target, weight and what most rules keep beside it; rows of each delay; neurons by epoch.
double plastic_bytes(const Network& network, const Projection& projection, std::size_t shards) {
  constexpr double kSynapse = 14, kRow = 36, kTarget = 160;
  RowKinds kinds;
  add_kinds(projection, network.dt_ms, kinds);
  return kSynapse * static_cast<double>(synapse_count(network, projection)) +
         kRow * static_cast<double>(network.population(projection.source).size()) *
             static_cast<double>(kinds.size() * shards) +
         kTarget * static_cast<double>(network.population(projection.target).size());
}

SourceBytes source_bytes(const Network& network, const Population& source, std::size_t shards) {
  SourceBytes bytes;
  RowKinds kinds;
  double synapses = 0;
  WeightBits bits = WeightBits::none;
  for (const Projection& projection : network.projections) {
    if (projection.source != source.name) continue;
    bytes.greatest_delay =
        std::max(bytes.greatest_delay, delay_steps(projection.delay_ms, network.dt_ms));
    if (!projection.is_static()) {
      bytes.plastic += plastic_bytes(network, projection, shards);
      bytes.greatest_delay =
          std::max(bytes.greatest_delay, greatest_delay(projection, network.dt_ms));
      continue;
    }
    if (std::holds_alternative<OneToOne>(projection.connectivity)) continue;
    add_kinds(projection, network.dt_ms, kinds);
    synapses += static_cast<double>(synapse_count(network, projection));
    bits = std::max(bits, weight_bits(projection));
  }
  if (!kinds.empty())
    bytes.greatest_delay = std::max(bytes.greatest_delay, std::get<0>(*kinds.rbegin()));
  const double synapse = bits == WeightBits::none ? 2 : bits == WeightBits::b16 ? 4 : 8;
  const double sources = static_cast<double>(source.size()) * static_cast<double>(shards);
  const double rows = std::min(synapses, sources * static_cast<double>(kinds.size()));
  bytes.rows = synapses * synapse + std::max(synapse, 4.0) * (rows + sources) + 4 * sources;
  bytes.gathered = synapses * (bits == WeightBits::b32 ? 8.4 : 6.3);
  return bytes;
}

}  // namespace

std::uint64_t clock_memory(const Network& network, std::size_t shards) {
  constexpr double kState = 32;  // of a neuron: potential, currents, sums, its place in a list
  double total = 0;
  std::int32_t greatest_delay = 1;
  for (const Population& population : network.populations) {
    const SourceBytes source = source_bytes(network, population, shards);
    total += source.rows + source.plastic + kState * static_cast<double>(population.size());
    greatest_delay = std::max(greatest_delay, source.greatest_delay);
  }
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
  std::vector<std::pair<double, double>> parts;  // bytes gathered, bytes of the rows
  for (const Population& population : network.populations) {
    const SourceBytes source = source_bytes(network, population, shards);
    parts.emplace_back(source.gathered, source.rows);
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
