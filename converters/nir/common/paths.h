// Which stateless nodes lie between which neuron nodes.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "converters/nir/common/graph.h"

namespace synfire::nir {

/// Indices into Graph::nodes, from the node after the source to the node before the target.
struct Path {
  std::size_t source = 0;
  std::size_t target = 0;
  std::vector<std::size_t> nodes;
};

class Topology {
 public:
  explicit Topology(const Graph& graph);

  /// Every path of stateless nodes that ends at `target`. Throws network_invalid when it meets a
  /// loop of stateless nodes, and file_too_large.
  std::vector<Path> paths_to(std::size_t target) const;
  /// Breadth first from the Input nodes, names in natural order ("2" before "10"); then the rest.
  std::vector<std::size_t> natural_order() const;
  const std::vector<std::size_t>& before(std::size_t node) const { return before_[node]; }
  const std::vector<std::size_t>& after(std::size_t node) const { return after_[node]; }
  std::size_t index(const std::string& name) const { return index_.at(name); }

 private:
  void walk(std::size_t node, Path& path, std::vector<Path>& found) const;

  const Graph& graph_;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::vector<std::size_t>> before_, after_;
};

}  // namespace synfire::nir
