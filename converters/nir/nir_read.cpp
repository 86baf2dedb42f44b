// A NIR graph as a network.
#include <algorithm>
#include <charconv>
#include <set>

#include "converters/nir/common/chain.h"
#include "converters/nir/common/extension.h"
#include "converters/nir/common/graph.h"
#include "converters/nir/common/neuron.h"
#include "converters/nir/common/paths.h"
#include "converters/nir/nir.h"

namespace synfire {
namespace nir {
namespace {

bool is_population_type(std::string_view type) {
  return type == "Input" || is_neuron_type(type) || type == kPopulationType;
}

bool is_known_type(std::string_view type) {
  return is_population_type(type) || is_stateless_type(type) || type == "Output" ||
         type == kProjectionType || type == kInputType || type == kOutputType;
}

bool carries_weights(std::string_view type) {
  return type != "Flatten" && type != "Delay" && !type.starts_with("port.");
}

class NetworkReader {
 public:
  NetworkReader(Graph graph, const NirOptions& options)
      : graph_(std::move(graph)),
        ours_(find(graph_.metadata, "synfire") != nullptr),
        topology_(graph_),
        order_(topology_.natural_order()),
        options_(options) {
    network_.dt_ms = options.dt_ms.value_or(1.0);
  }

  Network read() {
    check_types();
    if (ours_ && options_.says_anything())
      fail(Code::bad_option_value, graph_.file,
           "was written by Synfire and says its dt, integrators and resets itself",
           "leave the options for foreign files out");
    if (ours_) read_graph_metadata();
    for (const std::size_t node : order_) guarded([&] { read_population(node); });
    diagnostics_.throw_if_error();
    for (const std::size_t node : order_) guarded([&] { read_connections(node); });
    diagnostics_.throw_if_error();
    for (const std::size_t node : order_) guarded([&] { finish_population(node); });
    diagnostics_.throw_if_error();
    if (ours_) restore_order();
    if (!ours_ && options_.staggered_start) stagger();
    check_network();
    return std::move(network_);
  }

 private:
  // Every fault of the file is reported, not only the first.
  template <typename Action>
  void guarded(Action action) {
    try {
      action();
    } catch (const Failure& failure) {
      for (const Diagnostic& d : failure.diagnostics())
        diagnostics_.error(d.code, d.where, d.message, d.hint);
    }
  }

  const Node& node(std::size_t index) const { return graph_.nodes[index]; }
  std::string where(std::size_t index) const { return graph_.where(node(index).name); }

  void check_types() {
    for (const std::size_t index : order_)
      if (!is_known_type(node(index).type))
        diagnostics_.error(Code::nir_node, where(index),
                           "node type " + node(index).type + " is not run by this version");
    diagnostics_.throw_if_error();
  }

  void read_graph_metadata() {
    const Values& values = graph_.metadata;
    const std::string place = graph_.file + ": metadata";
    network_.name = text_of(values, "name", place);
    network_.dt_ms = number_of(values, "dt_ms", place);
    const std::string seed = text_of(values, "seed", place);
    const auto end = seed.data() + seed.size();
    if (std::from_chars(seed.data(), end, network_.seed).ptr != end || seed.empty())
      fail(Code::file_format, place, "seed \"" + seed + "\" is not a number");
    network_.schedule.window = small(integer_of(values, "schedule_window", place));
    network_.schedule.steps = small(integer_of(values, "schedule_steps", place));
    const std::vector<std::string> keys = texts_of(values, "metadata_keys");
    const std::vector<std::string> texts = texts_of(values, "metadata_values");
    if (keys.size() != texts.size())
      fail(Code::file_format, place, "metadata_keys and metadata_values differ in length");
    for (std::size_t i = 0; i < keys.size(); ++i) network_.metadata[keys[i]] = texts[i];
  }

  std::int32_t small(std::int64_t value) const {
    if (value < 0 || value > INT32_MAX)
      fail(Code::file_format, graph_.file + ": metadata", "the schedule is out of range");
    return static_cast<std::int32_t>(value);
  }

  std::string name_of(std::size_t index) const {
    return text_or(node(index).metadata, "name", node(index).name);
  }

  // An Input whose samples enter a population directly, as our own files can say.
  bool is_direct(std::size_t index) const {
    return node(index).type == "Input" && find(node(index).metadata, "population") != nullptr;
  }

  bool is_population(std::size_t index) const {
    return is_population_type(node(index).type) && !is_direct(index);
  }

  void read_population(std::size_t index) {
    if (!is_population(index)) return;
    const Node& source = node(index);
    Population population;
    if (source.type == "Input")
      population = input_population(index);
    else if (source.type == kPopulationType)
      population = decode_population(source, where(index));
    else
      population = decode_neuron(source, where(index));
    population.name = name_of(index);
    population.origin = text_or(source.metadata, "origin", "");
    population_of_[index] = network_.populations.size();
    nodes_of_.populations.push_back(source.name);
    network_.populations.push_back(std::move(population));
  }

  Population input_population(std::size_t index) {
    if (!topology_.before(index).empty())
      fail(Code::network_invalid, where(index), "an edge leads into an Input");
    Population population;
    population.model = kInputModel;
    population.shape = shape_of(node(index).values, "shape", where(index));
    add_input(index, {text_or(node(index).metadata, "input_name", name_of(index)),
                      name_of(index),
                      DataType::float32,
                      population.shape,
                      {}});
    return population;
  }

  void add_input(std::size_t index, Input input) {
    network_.inputs.push_back(std::move(input));
    nodes_of_.inputs.push_back(node(index).name);
  }

  const Population& population(std::size_t index) const {
    return network_.populations[population_of_.at(index)];
  }

  void read_connections(std::size_t index) {
    const std::string& type = node(index).type;
    if (type == kInputType || is_direct(index)) return read_port_input(index);
    if (type == kOutputType || type == "Output") return read_output(index);
    if (type == kProjectionType) return read_extension_projection(index);
    if (!is_population(index) || type == "Input") return;
    for (const Path& path : topology_.paths_to(index)) guarded([&] { read_path(path); });
  }

  // The only neighbour of an extension node on one side, which must be a population.
  std::size_t only(const std::vector<std::size_t>& nodes, std::size_t index) const {
    if (nodes.size() != 1 || !population_of_.contains(nodes.front()))
      fail(Code::network_invalid, where(index),
           node(index).type + " needs one population at the other end of its edge");
    return nodes.front();
  }

  void read_port_input(std::size_t index) {
    const Population& target = population(only(topology_.after(index), index));
    Input input;
    if (node(index).type == kInputType)
      input = decode_input(node(index), where(index));
    else
      input.shape = shape_of(node(index).values, "shape", where(index));
    input.name = name_of(index);
    input.population = target.name;
    add_input(index, std::move(input));
  }

  void read_output(std::size_t index) {
    Output output;
    std::size_t source = 0;
    if (node(index).type == kOutputType) {
      source = only(topology_.before(index), index);
      output = decode_output(node(index), where(index));
    } else {
      source = output_source(index);
      output.shape = output_shape(index, source);
    }
    output.name = name_of(index);
    output.population = population(source).name;
    network_.outputs.push_back(std::move(output));
    nodes_of_.outputs.push_back(node(index).name);
  }

  // Some tools write a shape that has nothing to do with what they connect to it.
  Shape output_shape(std::size_t index, std::size_t source) const {
    if (ours_) return shape_of(node(index).values, "shape", where(index));
    Chain chain(population(source).shape, where(source));
    const Path path = topology_.paths_to(index).front();
    for (const std::size_t step : path.nodes) chain.apply(node(step), false, where(step));
    return chain.shape();
  }

  std::size_t output_source(std::size_t index) {
    const std::vector<Path> paths = topology_.paths_to(index);
    if (paths.size() != 1 || !population_of_.contains(paths.front().source))
      fail(Code::nir_node, where(index),
           std::to_string(paths.size()) + " signals lead to this Output, one population is needed");
    for (const std::size_t step : paths.front().nodes)
      if (carries_weights(node(step).type) || node(step).type == "Delay")
        fail(
            Code::nir_node, where(step),
            node(step).type + " leads to Output \"" + node(index).name + "\" without a neuron node",
            "an Output must follow an IF, LIF or LI node");
    return paths.front().source;
  }

  void read_extension_projection(std::size_t index) {
    Projection projection = decode_projection(node(index), where(index));
    projection.source = population(only(topology_.before(index), index)).name;
    projection.target = population(only(topology_.after(index), index)).name;
    add_projection(index, name_of(index), std::move(projection));
  }

  void add_projection(std::size_t index, std::string name, Projection projection) {
    projection.name = std::move(name);
    if (!ours_) {
      const std::string base = projection.name;
      for (int i = 2; !projection_names_.insert(projection.name).second; ++i)
        projection.name = base + "_" + std::to_string(i);
    }
    network_.projections.push_back(std::move(projection));
    nodes_of_.projections.push_back(node(index).name);
  }

  void read_path(const Path& path) {
    const std::string& type = node(path.source).type;
    if (type == kInputType || type == kProjectionType || is_direct(path.source)) {
      if (!path.nodes.empty())
        fail(Code::network_invalid, where(path.source), type + " must lead to a population itself");
      return;
    }
    if (!population_of_.contains(path.source))
      fail(Code::network_invalid, where(path.source), "an edge leaves a node of type " + type);
    Chain chain(population(path.source).shape, where(path.source));
    std::size_t named = path.target;
    for (std::size_t i = 0; i < path.nodes.size(); ++i) {
      const std::size_t step = path.nodes[i];
      // A node that several signals reach adds its bias once.
      const std::vector<std::size_t> rest(path.nodes.begin() + static_cast<std::ptrdiff_t>(i),
                                          path.nodes.end());
      chain.apply(node(step), biases_[path.target].insert(rest).second, where(step));
      if (carries_weights(node(step).type)) named = step;
    }
    check_fit(path, chain);
    add_offset(path.target, chain);
    Projection projection;
    projection.source = population(path.source).name;
    projection.target = population(path.target).name;
    projection.delay_ms = std::max(network_.dt_ms, chain.delay_ms());
    projection.connectivity = chain.connectivity(network_.dt_ms, where(named));
    const bool direct = named == path.target;
    add_projection(named, direct ? projection.source + "_to_" + projection.target : name_of(named),
                   std::move(projection));
  }

  // A window's target must be a map; tools flatten maps after a convolution too.
  void check_fit(const Path& path, const Chain& chain) {
    Population& target = network_.populations[population_of_.at(path.target)];
    if (element_count(chain.shape()) != target.size())
      fail(Code::network_invalid, where(path.target),
           "a signal of " + to_string(chain.shape()) + " reaches neurons of " +
               to_string(target.shape));
    const Shape map = chain.map_shape();
    if (map.empty() || map == target.shape) return;
    if (ours_ || target.shape.size() == 3)
      fail(Code::network_invalid, where(path.target),
           "a map of " + to_string(map) + " reaches neurons of " + to_string(target.shape));
    target.shape = map;
  }

  void add_offset(std::size_t target, const Chain& chain) {
    if (chain.offset().empty()) return;
    Offset& sum = offsets_[target];
    sum.values.resize(chain.offset().size());
    for (std::size_t i = 0; i < sum.values.size(); ++i) sum.values[i] += chain.offset()[i];
    sum.is_float64 = sum.is_float64 || chain.offset_is_float64();
  }

  Tensor offset_tensor(std::size_t index, const Shape& shape) const {
    const Offset& sum = offsets_.at(index);
    if (sum.is_float64) return Tensor::of<double>(shape, sum.values);
    std::vector<float> values;
    for (const double value : sum.values) values.push_back(static_cast<float>(value));
    return Tensor::of<float>(shape, values);
  }

  // Biases are known only after all paths; then the exact parameters can be restored.
  void finish_population(std::size_t index) {
    if (!population_of_.contains(index)) return;
    Population& target = network_.populations[population_of_.at(index)];
    const bool offset = offsets_.contains(index);
    if (!is_neuron_type(node(index).type)) {
      if (offset)
        fail(Code::nir_node, where(index), "a bias that leads to a " + node(index).type + " node");
      return;
    }
    if (offset) target.parameters["i_offset"] = offset_tensor(index, target.shape);
    if (!ours_) {
      apply_options(target.parameters, node(index).type);
      return collapse_uniform(target.parameters);
    }
    Node complete = node(index);
    if (offset) complete.values["i_offset"] = offset_tensor(index, target.shape);
    target = restore_neuron(std::move(target), complete);
  }

  void apply_options(Parameters& parameters, const std::string& type) const {
    if (!options_.reset.empty() && parameters.contains("reset")) {
      parameters["reset"] = options_.reset;
      if (options_.reset != "value") parameters.erase("v_reset");
    }
    const std::string integrator = integrator_of(type, options_.integrator);
    if (!integrator.empty()) parameters["integrator"] = integrator;
  }

  static constexpr std::int32_t kNever = 100'000;

  /// The first step in which a signal can reach each population, by the shortest way.
  std::vector<std::int32_t> first_steps() const {
    std::vector<std::int32_t> first(network_.populations.size(), kNever);
    for (const Input& input : network_.inputs) first[network_.index_of(input.population)] = 0;
    for (bool changed = true; changed;) {
      changed = false;
      for (const Projection& projection : network_.projections) {
        std::int32_t& target = first[network_.index_of(projection.target)];
        const std::int32_t arrival = first[network_.index_of(projection.source)] +
                                     delay_steps(projection.delay_ms, network_.dt_ms);
        if (arrival < target) target = arrival, changed = true;
      }
    }
    return first;
  }

  void stagger() {
    const std::vector<std::int32_t> first = first_steps();
    for (std::size_t i = 0; i < first.size(); ++i)
      if (first[i] < kNever && is_active_alone(network_.populations[i]))
        network_.populations[i].phase = first[i];
  }

  struct NodeNames {
    std::vector<std::string> populations, projections, inputs, outputs;
  };

  // The order of the lists in the network that was written.
  void restore_order() {
    sort_like(network_.populations, nodes_of_.populations, "populations");
    sort_like(network_.projections, nodes_of_.projections, "projections");
    sort_like(network_.inputs, nodes_of_.inputs, "inputs");
    sort_like(network_.outputs, nodes_of_.outputs, "outputs");
  }

  template <typename Item>
  void sort_like(std::vector<Item>& items, const std::vector<std::string>& nodes,
                 std::string_view list) const {
    std::map<std::string, std::size_t> rank;
    for (const std::string& name : texts_of(graph_.metadata, list)) rank.emplace(name, rank.size());
    std::vector<std::pair<std::size_t, std::size_t>> keys;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto found = rank.find(nodes[i]);
      keys.emplace_back(found == rank.end() ? rank.size() : found->second, i);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<Item> sorted;
    for (const auto& [key, i] : keys) sorted.push_back(std::move(items[i]));
    items = std::move(sorted);
  }

  void check_network() {
    Diagnostics faults;
    validate(network_, faults);
    for (const Diagnostic& d : faults.list())
      diagnostics_.error(d.code, graph_.file + ": " + d.where, d.message, d.hint);
    diagnostics_.throw_if_error();
  }

  struct Offset {
    std::vector<double> values;
    bool is_float64 = false;
  };

  Graph graph_;
  bool ours_;
  Topology topology_;
  std::vector<std::size_t> order_;
  NirOptions options_;
  Network network_;
  Diagnostics diagnostics_;
  std::map<std::size_t, std::size_t> population_of_;  // node to population
  std::map<std::size_t, Offset> offsets_;
  std::map<std::size_t, std::set<std::vector<std::size_t>>> biases_;
  std::set<std::string> projection_names_;
  NodeNames nodes_of_;
};

}  // namespace
}  // namespace nir

Network read_nir(const std::filesystem::path& path, const NirOptions& options) {
  return nir::NetworkReader(nir::load_graph(path), options).read();
}

}  // namespace synfire
