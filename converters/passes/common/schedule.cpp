#include "converters/passes/common/schedule.h"

#include <algorithm>
#include <map>

namespace synfire {
namespace {

using Index = std::map<std::string_view, std::size_t>;

Index index_of(const Network& network) {
  Index index;
  for (std::size_t i = 0; i < network.populations.size(); ++i)
    index.emplace(network.populations[i].name, i);
  return index;
}

}  // namespace

std::vector<std::int32_t> depths(const Network& network) {
  const auto order = topological_order(network);
  if (!order)
    fail(Code::network_cycle, "net", "layer-sequential codings need a network without cycles");
  const Index index = index_of(network);
  std::vector<std::int32_t> depth(network.populations.size(), 0);
  for (const std::size_t at : *order)
    for (const Projection& projection : network.projections)
      if (index.at(projection.source) == at) {
        std::int32_t& target = depth[index.at(projection.target)];
        target = std::max(target, depth[at] + 1);
      }
  return depth;
}

void schedule(Network& network, std::int32_t window) {
  const std::vector<std::int32_t> depth = depths(network);
  const Index index = index_of(network);
  for (std::size_t i = 0; i < depth.size(); ++i) network.populations[i].phase = depth[i];
  for (Projection& projection : network.projections) {
    const std::int32_t skipped =
        depth[index.at(projection.target)] - 1 - depth[index.at(projection.source)];
    projection.delay_ms = network.dt_ms * (1 + static_cast<double>(skipped) * window);
  }
  network.schedule = {window, *std::max_element(depth.begin(), depth.end()) * window + 1};
}

std::vector<std::int32_t> pipeline(Network& network, std::int32_t steps) {
  schedule(network, 1);
  std::vector<std::int32_t> depth;
  for (Population& population : network.populations) {
    depth.push_back(population.phase);
    population.phase = -1;
  }
  network.schedule = {0, steps + *std::max_element(depth.begin(), depth.end())};
  return depth;
}

void apply_fixed_window(Network& network, const CodingOptions& options, std::string_view model,
                        std::int32_t window) {
  if (options.steps != 0 && options.steps != window)
    fail(Code::bad_option_value, "--steps",
         "coding " + std::string(model) + " has windows of " + std::to_string(window) + " steps",
         "only --coding rate takes --steps");
  for (Population& population : network.populations) population.model = model;
  schedule(network, window);
}

Verdict exact_everywhere(const Population&, const CodingOptions&) { return {}; }

}  // namespace synfire
