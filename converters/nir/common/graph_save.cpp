// Writing a graph in the layout of the NIR package.
#include "converters/nir/common/graph.h"
#include "core/io/atomic_file.h"
#include "core/io/hdf5.h"

namespace synfire::nir {
namespace {

struct ValueWriter {
  Hdf5Writer& group;
  const std::string& name;

  void operator()(std::int64_t value) const {
    group.write(name, Tensor::of<std::int64_t>({}, std::vector{value}));
  }
  void operator()(double value) const {
    group.write(name, Tensor::of<double>({}, std::vector{value}));
  }
  void operator()(const std::string& value) const { group.write_text(name, value); }
  void operator()(const Tensor& value) const {
    group.write(name, value);
    if (value.shape().empty() && !value.empty())
      group.set_attribute(name, "tensor", std::int64_t{1});
  }
  void operator()(const std::vector<std::string>& value) const {
    group.write_texts(name, {static_cast<std::int64_t>(value.size())}, value);
  }
};

// Values are ordered by name, so that a subgroup's members follow each other.
void save_values(Hdf5Writer group, const Values& values) {
  std::map<std::string, Values> subgroups;
  for (const auto& [name, value] : values) {
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos)
      std::visit(ValueWriter{group, name}, value);
    else
      subgroups[name.substr(0, slash)][name.substr(slash + 1)] = value;
  }
  for (const auto& [name, members] : subgroups) save_values(group.make_group(name), members);
}

void save_node(Hdf5Writer group, const Node& node) {
  group.write_text("type", node.type);
  save_values(group, node.values);
  if (!node.metadata.empty()) save_values(group.make_group("metadata"), node.metadata);
}

void save_edges(Hdf5Writer& group, const std::vector<Edge>& edges) {
  std::vector<std::string> ends;
  for (const auto& [source, target] : edges) ends.push_back(source), ends.push_back(target);
  group.write_texts("edges", {static_cast<std::int64_t>(edges.size()), 2}, ends);
}

void save_root(Hdf5Writer& root, const Graph& graph) {
  root.write_text("version", graph.version);
  Hdf5Writer group = root.make_group("node");
  group.write_text("type", "NIRGraph");
  if (!graph.metadata.empty()) save_values(group.make_group("metadata"), graph.metadata);
  Hdf5Writer nodes = group.make_group("nodes");
  for (const Node& node : graph.nodes) save_node(nodes.make_group(node.name), node);
  save_edges(group, graph.edges);
}

}  // namespace

void save_graph(const Graph& graph, const std::filesystem::path& path) {
  AtomicFile output(path);
  Hdf5Writer root = Hdf5Writer::create(output.temporary());
  save_root(root, graph);
  root.close();
  output.commit();
}

}  // namespace synfire::nir
