#include "targets/mcu/synapse_table.h"

#include <map>
#include <ranges>

namespace synfire::mcu {
namespace {

constexpr std::int32_t kMostDelay = 256;

std::size_t index(std::int64_t value) { return static_cast<std::size_t>(value); }

[[noreturn]] void refuse(const Projection& projection, const std::string& what,
                         const std::string& hint = "docs/mcu.md lists the kernels") {
  fail(Code::target_unsupported, "net.projections." + projection.name, what, hint);
}

struct Ends {
  const Network& network;
  const Projection& projection;
  std::int64_t sources, targets;
};

std::span<const std::int8_t> int8_of(const Ends& ends, const Tensor& weight) {
  if (weight.type() != DataType::int8)
    refuse(ends.projection, "weights are " + std::string(to_string(weight.type())) + ", not int8",
           "`synfire lower` makes networks that firmware runs");
  return weight.as<std::int8_t>();
}

std::int32_t delay_of(const Ends& ends, double delay_ms) {
  const std::int32_t steps = delay_steps(delay_ms, ends.network.dt_ms);
  if (steps > kMostDelay)
    refuse(ends.projection, "a delay of " + std::to_string(steps) + " steps, the limit is " +
                                std::to_string(kMostDelay) + " on microcontrollers");
  return steps;
}

Synapses synapses_of(const Ends& ends, double delay_ms, SynapseTable table) {
  const Projection& p = ends.projection;
  return {.projection = p.name,
          .source = p.source,
          .spikes = {},
          .places = {},
          .delay = delay_of(ends, delay_ms),
          .count = synapse_count(ends.network, p),
          .table = std::move(table)};
}

std::vector<Synapses> make(const Ends& ends, const Dense& dense) {
  const auto weight = int8_of(ends, dense.weight);
  return {synapses_of(ends, ends.projection.delay_ms,
                      DenseRows{{weight.begin(), weight.end()}, ends.sources})};
}

std::vector<Synapses> make(const Ends& ends, const Conv2d& conv) {
  if (conv.layout != Layout::chw) refuse(ends.projection, "a convolution with channels last");
  if (ends.network.population(ends.projection.target).shape.size() < 2)
    refuse(ends.projection, "a convolution to neurons that are no map");
  const auto weight = int8_of(ends, conv.weight);
  const Shape& shape = conv.weight.shape();
  Convolution table;
  table.weight.assign(weight.begin(), weight.end());
  table.source = map_size(ends.network.population(ends.projection.source).shape, conv.layout);
  table.target = map_size(ends.network.population(ends.projection.target).shape, conv.layout);
  table.group_channels = shape[1], table.group_outputs = shape[0] / conv.groups;
  table.kernel = {static_cast<std::int32_t>(shape[2]), static_cast<std::int32_t>(shape[3])};
  table.stride = conv.stride, table.dilation = conv.dilation;
  table.top = conv.padding[0], table.left = conv.padding[2];
  return {synapses_of(ends, ends.projection.delay_ms, std::move(table))};
}

std::vector<Synapses> make(const Ends& ends, const OneToOne& one) {
  const auto weight = int8_of(ends, one.weight);
  Pairs pairs{{weight.begin(), weight.end()}};
  if (pairs.weight.size() == 1) pairs.weight.resize(index(ends.sources), weight[0]);
  return {synapses_of(ends, ends.projection.delay_ms, std::move(pairs))};
}

/// The rows of those synapses that have one of the delays.
std::vector<Synapses> make(const Ends& ends, const Sparse& sparse) {
  const auto weight = int8_of(ends, sparse.weight);
  const auto offsets = sparse.offsets.as<std::int64_t>();
  const auto targets = sparse.targets.as<std::int32_t>();
  std::map<std::int32_t, SparseRows> by_delay;
  for (const auto k : std::views::iota(std::size_t{0}, targets.size())) {
    const double own = sparse.delay.empty() ? ends.projection.delay_ms : sparse.delay.number(k);
    by_delay[delay_of(ends, own)];
  }
  for (std::size_t source = 0; source < index(ends.sources); ++source) {
    for (auto& [delay, rows] : by_delay) rows.row.push_back(std::ssize(rows.target));
    for (auto k = index(offsets[source]); k < index(offsets[source + 1]); ++k) {
      const double own = sparse.delay.empty() ? ends.projection.delay_ms : sparse.delay.number(k);
      SparseRows& rows = by_delay[delay_of(ends, own)];
      rows.target.push_back(targets[k]);
      rows.weight.push_back(weight[weight.size() == 1 ? 0 : k]);
    }
  }
  std::vector<Synapses> result;
  for (auto& [delay, rows] : by_delay) {
    rows.row.push_back(std::ssize(rows.target));
    const std::int64_t count = std::ssize(rows.target);
    result.push_back(synapses_of(ends, ends.projection.delay_ms, std::move(rows)));
    result.back().delay = delay, result.back().count = count;
  }
  return result;
}

std::vector<Synapses> make(const Ends& ends, const auto&) {
  refuse(ends.projection, "a " + std::string(kind_of(ends.projection.connectivity)) +
                              " projection has no kernel on microcontrollers yet");
}

}  // namespace

std::vector<Synapses> make_synapses(const Network& network, const Projection& projection) {
  const Ends ends{network, projection, network.population(projection.source).size(),
                  network.population(projection.target).size()};
  if (!projection.is_static()) refuse(projection, "firmware knows static synapses only");
  return std::visit([&](const auto& each) { return make(ends, each); }, projection.connectivity);
}

}  // namespace synfire::mcu
