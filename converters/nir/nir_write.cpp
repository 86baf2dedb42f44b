// A network as a NIR graph: standard nodes where they say what is meant, extension nodes elsewhere.
#include <algorithm>
#include <set>

#include "converters/nir/common/extension.h"
#include "converters/nir/common/graph.h"
#include "converters/nir/common/neuron.h"
#include "converters/nir/nir.h"

namespace synfire {
namespace nir {
namespace {

bool is_float(const Tensor& tensor) {
  return (tensor.type() == DataType::float32 || tensor.type() == DataType::float64) &&
         !tensor.empty();
}

bool is_symmetric(const Padding& padding) {
  return padding[0] == padding[1] && padding[2] == padding[3];
}

Tensor pair_tensor(std::int32_t a, std::int32_t b) {
  return Tensor::of<std::int64_t>({2}, std::vector<std::int64_t>{a, b});
}

/// Why a connectivity cannot be a standard node, or "".
struct ConnectivityReason {
  const Population& source;
  const Population& target;

  bool joins_maps(Layout layout) const {
    return layout == Layout::chw && source.shape.size() == 3 && target.shape.size() == 3;
  }
  std::string operator()(const Dense& c) const {
    if (!is_float(c.weight)) return "weights are not floats";
    return target.shape.size() == 1 ? "" : "Linear gives one dimension, the target has more";
  }
  std::string operator()(const Conv2d& c) const {
    if (!is_float(c.weight)) return "weights are not floats";
    if (!joins_maps(c.layout)) return "layout is not channels, height, width";
    return is_symmetric(c.padding) ? "" : "padding is not symmetric";
  }
  std::string operator()(const Pool2d& c) const {
    if (c.kind != PoolKind::sum) return "NIR has no max pool";
    if (!joins_maps(c.layout)) return "layout is not channels, height, width";
    return is_symmetric(c.padding) ? "" : "padding is not symmetric";
  }
  std::string operator()(const OneToOne& c) const {
    if (!is_float(c.weight)) return "weights are not floats";
    return source.shape == target.shape ? "" : "source and target differ in shape";
  }
  std::string operator()(const Sparse&) const { return "NIR has no sparse rows"; }
  std::string operator()(const RandomRule&) const { return "NIR has no random connectivity"; }
};

/// One per output channel, when the values of each channel are equal.
std::optional<Tensor> channel_bias(const Tensor& offset, std::int64_t channels) {
  const std::size_t area = offset.size() / static_cast<std::size_t>(channels);
  Tensor bias(offset.type(), {channels});
  for (std::size_t i = 0; i < offset.size(); ++i) {
    if (offset.number(i) != offset.number(i / area * area)) return {};
    if (offset.type() == DataType::float32)
      bias.as<float>()[i / area] = offset.as<float>()[i];
    else
      bias.as<double>()[i / area] = offset.as<double>()[i];
  }
  return bias;
}

class GraphWriter {
 public:
  explicit GraphWriter(const Network& network) : network_(network) {}

  Graph write() {
    graph_.version = "1.0";
    for (const Population& population : network_.populations) add_population(population);
    for (const Projection& projection : network_.projections) add_projection(projection);
    for (const Input& input : network_.inputs) add_input(input);
    for (const Output& output : network_.outputs) add_output(output);
    add_graph_metadata();
    return std::move(graph_);
  }

 private:
  std::string unique(const std::string& name, const std::string& suffix) {
    std::string candidate = to_link_name(name);
    if (!names_.insert(candidate).second) {
      candidate += suffix;
      const std::string base = candidate;
      for (int i = 2; !names_.insert(candidate).second; ++i)
        candidate = base + "_" + std::to_string(i);
    }
    return candidate;
  }

  void add(Node node, const std::string& real_name) {
    if (node.name != real_name) node.metadata["name"] = real_name;
    graph_.nodes.push_back(std::move(node));
  }

  static bool is_standard(const Input& input, const Population& population) {
    return input.encoders.empty() && input.element == DataType::float32 &&
           input.shape == population.shape;
  }

  // The one Input whose node also stands for its population, or nothing.
  const Input* merged_input(const Population& population) const {
    if (population.model != kInputModel || population.format != NumberFormat::float32 ||
        !population.parameters.empty() || population.phase != -1)
      return nullptr;
    for (const Projection& projection : network_.projections)
      if (projection.target == population.name) return nullptr;
    const Input* found = nullptr;
    for (const Input& input : network_.inputs) {
      if (input.population != population.name) continue;
      if (found != nullptr || !is_standard(input, population)) return nullptr;
      found = &input;
    }
    return found;
  }

  void add_population(const Population& population) {
    const std::string name = unique(population.name, "_population");
    node_of_[population.name] = name;
    population_nodes_.push_back(name);
    Node node = population_node(population);
    node.name = name;
    if (!population.origin.empty()) node.metadata["origin"] = population.origin;
    add(std::move(node), population.name);
  }

  Node population_node(const Population& population) {
    if (const Input* input = merged_input(population)) {
      Node node{{}, "Input", {{"shape", shape_tensor(input->shape)}}, {}};
      if (input->name != population.name) node.metadata["input_name"] = input->name;
      return node;
    }
    const std::string reason = why_not_standard(population);
    if (!reason.empty()) return encode_population(population, reason);
    Node node = encode_neuron(population);
    node.metadata = neuron_metadata(population, node);
    const auto offset = node.values.find(kOffset);
    if (offset == node.values.end()) return node;
    if (!assign_bias(population, std::get<Tensor>(offset->second)))
      return encode_population(population, "i_offset is not the bias of an Affine or Conv2d");
    node.values.erase(offset);
    return node;
  }

  // The bias goes into the first Affine or Conv2d that can carry it: it is added once.
  bool assign_bias(const Population& population, const Tensor& offset) {
    for (const Projection& projection : network_.projections) {
      if (projection.target != population.name || !why_not_standard_projection(projection).empty())
        continue;
      std::optional<Tensor> bias;
      if (const auto* conv = std::get_if<Conv2d>(&projection.connectivity))
        bias = channel_bias(offset, conv->weight.shape()[0]);
      if (std::holds_alternative<Dense>(projection.connectivity)) bias = offset;
      if (bias) return bias_.emplace(&projection, std::move(*bias)).second;
    }
    return false;
  }

  std::string why_not_standard_projection(const Projection& projection) const {
    const Population& source = network_.population(projection.source);
    const Population& target = network_.population(projection.target);
    if (target.format == NumberFormat::integer || source.format == NumberFormat::integer)
      return "integer arithmetic";
    if (!projection.is_static()) return "its synapses change";
    if (projection.receptor != 0) return "receptor " + std::to_string(projection.receptor);
    if (projection.delay_ms < network_.dt_ms) return "the delay is shorter than dt";
    return std::visit(ConnectivityReason{source, target}, projection.connectivity);
  }

  void add_projection(const Projection& projection) {
    const std::string reason = why_not_standard_projection(projection);
    Node node = reason.empty() ? standard_node(projection) : encode_projection(projection, reason);
    node.name = unique(projection.name, "_projection");
    projection_nodes_.push_back(node.name);
    std::string last = node_of_.at(projection.source);
    if (reason.empty()) last = add_helpers(projection, node.name, last);
    graph_.edges.push_back({last, node.name});
    graph_.edges.push_back({node.name, node_of_.at(projection.target)});
    add(std::move(node), projection.name);
  }

  // Delay and Flatten before the weights; returns the last node's name.
  std::string add_helpers(const Projection& projection, const std::string& name, std::string last) {
    const Population& source = network_.population(projection.source);
    if (projection.delay_ms > network_.dt_ms) {
      Node delay{unique(name + ".delay", "_node"), "Delay", {}, {}};
      delay.values["delay"] = repeated(Parameter(projection.delay_ms / 1000), source.shape);
      if (projection.delay_ms / 1000 * 1000 != projection.delay_ms)
        delay.metadata["delay_ms"] = projection.delay_ms;
      graph_.edges.push_back({last, delay.name});
      last = delay.name;
      graph_.nodes.push_back(std::move(delay));
    }
    if (std::holds_alternative<Dense>(projection.connectivity) && source.shape.size() != 1) {
      Node flatten{unique(name + ".flatten", "_node"), "Flatten", {}, {}};
      flatten.values["start_dim"] = std::int64_t{0};
      flatten.values["end_dim"] = std::int64_t{-1};
      flatten.values["input_type"] = shape_tensor(source.shape);
      graph_.edges.push_back({last, flatten.name});
      last = flatten.name;
      graph_.nodes.push_back(std::move(flatten));
    }
    return last;
  }

  Node standard_node(const Projection& projection) const {
    const Population& source = network_.population(projection.source);
    const auto bias = bias_.find(&projection);
    const Tensor* offset = bias == bias_.end() ? nullptr : &bias->second;
    if (const auto* c = std::get_if<Dense>(&projection.connectivity)) return dense_node(*c, offset);
    if (const auto* c = std::get_if<Conv2d>(&projection.connectivity))
      return conv_node(*c, source, offset);
    if (const auto* c = std::get_if<Pool2d>(&projection.connectivity)) return pool_node(*c);
    return scale_node(std::get<OneToOne>(projection.connectivity), source);
  }

  static Node dense_node(const Dense& dense, const Tensor* bias) {
    Node node{{}, bias == nullptr ? "Linear" : "Affine", {{"weight", dense.weight}}, {}};
    if (bias != nullptr) node.values["bias"] = *bias;
    return node;
  }

  static Node conv_node(const Conv2d& conv, const Population& source, const Tensor* bias) {
    Node node{{}, "Conv2d", {{"weight", conv.weight}}, {}};
    const MapSize input = map_size(source.shape, Layout::chw);
    node.values["input_shape"] =
        Tensor::of<std::int64_t>({2}, std::vector{input.height, input.width});
    node.values["stride"] = pair_tensor(conv.stride[0], conv.stride[1]);
    node.values["dilation"] = pair_tensor(conv.dilation[0], conv.dilation[1]);
    node.values["padding"] = pair_tensor(conv.padding[0], conv.padding[2]);
    node.values["groups"] = std::int64_t{conv.groups};
    node.values["bias"] =
        bias == nullptr ? Tensor(conv.weight.type(), {conv.weight.shape()[0]}) : *bias;
    return node;
  }

  static Node pool_node(const Pool2d& pool) {
    Node node{{}, "SumPool2d", {}, {}};
    node.values["kernel_size"] = pair_tensor(pool.kernel[0], pool.kernel[1]);
    node.values["stride"] = pair_tensor(pool.stride[0], pool.stride[1]);
    node.values["padding"] = pair_tensor(pool.padding[0], pool.padding[2]);
    return node;
  }

  static Node scale_node(const OneToOne& one, const Population& source) {
    const Tensor scale = repeated(Parameter(one.weight), source.shape);
    Node node{{}, "Scale", {{"scale", scale}}, {}};
    if (scale != one.weight) node.metadata["weight"] = one.weight;
    return node;
  }

  void add_input(const Input& input) {
    const Population& population = network_.population(input.population);
    const std::string& target = node_of_.at(input.population);
    if (merged_input(population) == &input) return input_nodes_.push_back(target);
    Node node = is_standard(input, population)
                    ? Node{{}, "Input", {{"shape", shape_tensor(input.shape)}}, {}}
                    : encode_input(input,
                                   "samples are not float32 of the population's shape, or "
                                   "pass encoders");
    node.metadata["population"] = target;  // the samples enter there without neurons between
    node.name = unique(input.name, "_input");
    input_nodes_.push_back(node.name);
    graph_.edges.push_back({node.name, target});
    add(std::move(node), input.name);
  }

  void add_output(const Output& output) {
    const Population& population = network_.population(output.population);
    const bool standard = output.decoders.empty() && output.element == DataType::float32 &&
                          output.shape == population.shape;
    Node node = standard ? Node{{}, "Output", {{"shape", shape_tensor(output.shape)}}, {}}
                         : encode_output(output,
                                         "results are not float32 of the population's "
                                         "shape, or pass decoders");
    node.name = unique(output.name, "_output");
    output_nodes_.push_back(node.name);
    graph_.edges.push_back({node_of_.at(output.population), node.name});
    add(std::move(node), output.name);
  }

  void add_graph_metadata() {
    Values& values = graph_.metadata;
    values["synfire"] = std::string("1");
    values["name"] = network_.name;
    values["dt_ms"] = network_.dt_ms;
    values["seed"] = std::to_string(network_.seed);
    values["schedule_window"] = std::int64_t{network_.schedule.window};
    values["schedule_steps"] = std::int64_t{network_.schedule.steps};
    values["populations"] = population_nodes_;
    values["projections"] = projection_nodes_;
    values["inputs"] = input_nodes_;
    values["outputs"] = output_nodes_;
    std::vector<std::string> keys, texts;
    for (const auto& [key, text] : network_.metadata) keys.push_back(key), texts.push_back(text);
    values["metadata_keys"] = keys;
    values["metadata_values"] = texts;
  }

  const Network& network_;
  Graph graph_;
  std::set<std::string> names_;
  std::map<std::string, std::string> node_of_;  // population to node name
  std::map<const Projection*, Tensor> bias_;
  std::vector<std::string> population_nodes_, projection_nodes_, input_nodes_, output_nodes_;
};

}  // namespace
}  // namespace nir

void write_nir(const Network& network, const std::filesystem::path& path) {
  Diagnostics diagnostics;
  validate(network, diagnostics);
  diagnostics.throw_if_error();
  nir::save_graph(nir::GraphWriter(network).write(), path);
}

}  // namespace synfire
