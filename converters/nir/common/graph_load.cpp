// Reading the nodes of a NIR file, nested graphs flattened.
#include <algorithm>
#include <set>

#include "converters/nir/common/graph.h"
#include "core/io/hdf5.h"

namespace synfire::nir {
namespace {

constexpr int kMaxDepth = 16;  // nested graphs; hard links can make cycles
constexpr std::size_t kMaxNodes = 100'000;
constexpr std::size_t kMaxEdges = 1'000'000;
constexpr std::size_t kMaxValues = 1'000'000;

Value load_value(const Hdf5Group& group, const std::string& name) {
  if (group.is_text(name)) {
    Shape shape;
    std::vector<std::string> texts = group.read_texts(name, &shape);
    if (shape.empty() && texts.size() == 1) return std::move(texts.front());
    return texts;
  }
  Tensor tensor = group.read(name);
  // An array of no dimensions is told from a number by an attribute that only Synfire writes.
  if (!tensor.shape().empty() || tensor.empty() || group.has_attribute(name, "tensor"))
    return tensor;
  if (tensor.type() == DataType::float32 || tensor.type() == DataType::float64)
    return tensor.number(0);
  return tensor.type() == DataType::int64 ? tensor.as<std::int64_t>()[0]
                                          : static_cast<std::int64_t>(tensor.number(0));
}

class Loader {
 public:
  explicit Loader(Detail detail) : detail_(detail) {}

  Graph load(const std::filesystem::path& path) {
    const Hdf5Group root = Hdf5Group::open(path);
    graph_.file = path.string();
    if (root.kind("node") != Hdf5Kind::group)
      fail(Code::file_format, graph_.file, "an HDF5 file without /node is not a NIR file");
    if (root.kind("version") == Hdf5Kind::dataset && root.is_text("version"))
      graph_.version = root.read_text("version");
    load_root(root.group("node"));
    std::set<std::string> names;
    for (const Node& node : graph_.nodes)
      if (!names.insert(node.name).second)
        fail(Code::network_invalid, graph_.where(node.name), "two nodes have this name");
    return std::move(graph_);
  }

 private:
  void load_root(const Hdf5Group& group) {
    const std::string type = type_of(group);
    if (type == "NIRGraph") {
      graph_.metadata = load_metadata(group);
      return load_graph_group(group, "", 0);
    }
    graph_.nodes.push_back(load_node(group, "node", type));  // a file of one node
  }

  // A member node of a nested graph is "outer.inner"; edges to the outer name lead to its Input
  // nodes, edges from it leave its Output nodes.
  void load_graph_group(const Hdf5Group& group, const std::string& prefix, int depth) {
    if (depth > kMaxDepth) fail(Code::file_corrupt, group.where(), "graphs are nested too deeply");
    const Hdf5Group nodes = group.group("nodes");
    std::set<std::string> members;
    for (const std::string& name : nodes.children()) {
      members.insert(name);
      const Hdf5Group node = nodes.group(name);
      const std::string type = type_of(node);
      if (type == "NIRGraph")
        load_graph_group(node, prefix + name + ".", depth + 1);
      else
        add(load_node(node, prefix + name, type), depth);
    }
    load_edges(group, members, prefix);
    if (depth > 0) name_ports(prefix);
    if (depth == 0) connect_ports();
  }

  void add(Node node, int depth) {
    if (graph_.nodes.size() >= kMaxNodes)
      fail(Code::file_too_large, graph_.file, "more than 100000 nodes");
    // The ends of a nested graph are wires, not inputs and outputs of the network.
    if (depth > 0 && (node.type == "Input" || node.type == "Output"))
      node.type = "port." + node.type;
    graph_.nodes.push_back(std::move(node));
  }

  static std::string type_of(const Hdf5Group& group) {
    if (group.kind("type") != Hdf5Kind::dataset)
      fail(Code::file_format, group.where(), "the node has no type");
    return group.read_text("type");
  }

  Node load_node(const Hdf5Group& group, std::string name, std::string type) {
    Node node{std::move(name), std::move(type), {}, {}};
    const bool all = detail_ == Detail::all || node.type.starts_with("synfire.");
    if (all) load_values(group, "", node.values, 0);
    node.metadata = load_metadata(group);
    return node;
  }

  void load_values(const Hdf5Group& group, const std::string& prefix, Values& values, int depth) {
    for (const std::string& name : group.children()) {
      if (++value_count_ > kMaxValues)
        fail(Code::file_too_large, group.where(), "the nodes have more than 1000000 values");
      const Hdf5Kind kind = group.kind(name);
      if (prefix.empty() && (name == "type" || name == "metadata")) continue;
      const bool large = detail_ == Detail::types_only && name != "reason";
      if (kind == Hdf5Kind::dataset && !large) values[prefix + name] = load_value(group, name);
      if (kind == Hdf5Kind::group && !large && depth < 4)
        load_values(group.group(name), prefix + name + "/", values, depth + 1);
    }
  }

  // Metadata of other tools is free in form: what is not a number or a string is passed over.
  Values load_metadata(const Hdf5Group& group) {
    Values values;
    if (group.kind("metadata") != Hdf5Kind::group) return values;
    const Hdf5Group metadata = group.group("metadata");
    const bool ours = metadata.has("synfire") || metadata_is_ours_;
    if (!ours) return values;
    metadata_is_ours_ = true;
    for (const std::string& name : metadata.children())
      if (metadata.kind(name) == Hdf5Kind::dataset) values[name] = load_value(metadata, name);
    return values;
  }

  void load_edges(const Hdf5Group& group, const std::set<std::string>& members,
                  const std::string& prefix) {
    if (group.kind("edges") != Hdf5Kind::dataset)
      fail(Code::file_format, group.where("edges"), "the graph has no edges");
    Shape shape;
    if (element_count(group.shape("edges")) == 0) return;  // h5py gives it a number type
    const std::vector<std::string> ends = group.read_texts("edges", &shape);
    if (shape.size() != 2 || shape[1] != 2)
      fail(Code::file_format, group.where("edges"), "edges are not pairs: " + to_string(shape));
    for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
      for (const std::string& end : {ends[i], ends[i + 1]})
        if (!members.contains(end)) missing_.push_back({prefix + end, prefix});
      add_edge({prefix + ends[i], prefix + ends[i + 1]});
    }
    report_missing(members, group);
  }

  void report_missing(const std::set<std::string>& members, const Hdf5Group& group) {
    if (missing_.empty()) return;
    const std::vector<std::string> names(members.begin(), members.end());
    Diagnostics diagnostics;
    std::set<std::string> seen;
    for (const auto& [full, prefix] : missing_) {
      const std::string name = full.substr(prefix.size());
      if (!seen.insert(name).second) continue;
      const std::string near = nearest_name(name, names);
      diagnostics.error(Code::network_invalid, group.where("edges"),
                        "an edge names \"" + name + "\", which is not a node of the graph",
                        near.empty() ? "" : "the nearest node is \"" + near + "\"");
    }
    diagnostics.throw_if_error();
  }

  void add_edge(Edge edge) {
    if (graph_.edges.size() >= kMaxEdges)
      fail(Code::file_too_large, graph_.file, "more than 1000000 edges");
    if (seen_.insert(edge).second) graph_.edges.push_back(std::move(edge));
  }

  void name_ports(const std::string& prefix) {
    Ports ports;
    for (const Node& node : graph_.nodes) {
      if (!node.name.starts_with(prefix)) continue;
      if (node.name.find('.', prefix.size()) != std::string::npos && nested_deeper(node, prefix))
        continue;
      if (node.type == "port.Input") ports.inputs.push_back(node.name);
      if (node.type == "port.Output") ports.outputs.push_back(node.name);
    }
    ports_[prefix.substr(0, prefix.size() - 1)] = std::move(ports);
  }

  // Whether a graph inside `prefix` already owns the node; names may have dots of their own.
  bool nested_deeper(const Node& node, const std::string& prefix) const {
    return std::any_of(ports_.begin(), ports_.end(), [&](const auto& entry) {
      return entry.first.starts_with(prefix) && node.name.starts_with(entry.first + ".");
    });
  }

  void connect_ports() {
    std::vector<Edge> edges;
    edges.swap(graph_.edges);
    seen_.clear();
    for (const Edge& edge : edges)
      for (const std::string& source : ends(edge.first, &Ports::outputs))
        for (const std::string& target : ends(edge.second, &Ports::inputs))
          add_edge({source, target});
  }

  struct Ports {
    std::vector<std::string> inputs, outputs;
  };

  std::vector<std::string> ends(const std::string& name,
                                std::vector<std::string> Ports::*side) const {
    const auto found = ports_.find(name);
    if (found == ports_.end()) return {name};
    const std::vector<std::string>& list = found->second.*side;
    if (list.size() != 1)
      fail(Code::nir_node, graph_.where(name),
           "a nested graph with " + std::to_string(list.size()) +
               " inputs or outputs at this end of an edge",
           "give the nested graph one Input and one Output");
    return list;
  }

  Detail detail_;
  Graph graph_;
  bool metadata_is_ours_ = false;
  std::size_t value_count_ = 0;
  std::set<Edge> seen_;
  std::vector<std::pair<std::string, std::string>> missing_;
  std::map<std::string, Ports> ports_;
};

}  // namespace

Graph load_graph(const std::filesystem::path& path, Detail detail) {
  return Loader(detail).load(path);
}

}  // namespace synfire::nir
