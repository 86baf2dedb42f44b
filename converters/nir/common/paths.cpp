#include "converters/nir/common/paths.h"

#include <algorithm>
#include <numeric>

#include "converters/nir/common/chain.h"
#include "core/base/diagnostics.h"
#include "core/base/natural_order.h"

namespace synfire::nir {
namespace {

constexpr std::size_t kMaxStateless = 64;  // on one path
constexpr std::size_t kMaxPaths = 100'000;

}  // namespace

Topology::Topology(const Graph& graph)
    : graph_(graph), before_(graph.nodes.size()), after_(graph.nodes.size()) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) index_.emplace(graph.nodes[i].name, i);
  for (const auto& [source, target] : graph.edges) {
    before_[index_.at(target)].push_back(index_.at(source));
    after_[index_.at(source)].push_back(index_.at(target));
  }
  const auto by_name = [&](std::size_t a, std::size_t b) {
    return synfire::natural_order(graph.nodes[a].name, graph.nodes[b].name) < 0;
  };
  for (auto* lists : {&before_, &after_})
    for (std::vector<std::size_t>& list : *lists) std::sort(list.begin(), list.end(), by_name);
}

std::vector<Path> Topology::paths_to(std::size_t target) const {
  std::vector<Path> found;
  Path path{0, target, {}};
  for (const std::size_t node : before_[target]) walk(node, path, found);
  return found;
}

void Topology::walk(std::size_t node, Path& path, std::vector<Path>& found) const {
  if (!is_stateless_type(graph_.nodes[node].type)) {
    if (found.size() >= kMaxPaths)
      fail(Code::file_too_large, graph_.where(graph_.nodes[path.target].name),
           "more than 100000 paths lead here");
    found.push_back({node, path.target, {path.nodes.rbegin(), path.nodes.rend()}});
    return;
  }
  const std::string where = graph_.where(graph_.nodes[node].name);
  if (std::find(path.nodes.begin(), path.nodes.end(), node) != path.nodes.end())
    fail(Code::network_invalid, where, "a loop of nodes without a neuron node");
  if (path.nodes.size() >= kMaxStateless)
    fail(Code::network_invalid, where, "more than 64 stateless nodes in a row");
  path.nodes.push_back(node);
  for (const std::size_t source : before_[node]) walk(source, path, found);
  path.nodes.pop_back();
}

std::vector<std::size_t> Topology::natural_order() const {
  std::vector<std::size_t> all(graph_.nodes.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::sort(all.begin(), all.end(), [&](std::size_t a, std::size_t b) {
    return synfire::natural_order(graph_.nodes[a].name, graph_.nodes[b].name) < 0;
  });
  std::vector<std::size_t> order;
  std::vector<bool> seen(all.size());
  const auto visit = [&](std::size_t node) {
    if (!seen[node]) order.push_back(node);
    seen[node] = true;
  };
  for (const std::size_t node : all)
    if (graph_.nodes[node].type == "Input") visit(node);
  for (std::size_t next = 0, rest = 0; rest <= all.size();) {
    if (next < order.size()) {
      for (const std::size_t target : after_[order[next]]) visit(target);
      ++next;
    } else if (rest < all.size()) {
      visit(all[rest++]);
    } else {
      break;
    }
  }
  return order;
}

}  // namespace synfire::nir
