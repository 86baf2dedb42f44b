#include "converters/nir/common/extension.h"

#include <array>
#include <charconv>
#include <limits>

#include "core/base/diagnostics.h"

namespace synfire::nir {
namespace {

constexpr std::array kTypes{DataType::int8,  DataType::uint8,   DataType::int16,  DataType::int32,
                            DataType::int64, DataType::float32, DataType::float64};

DataType data_type_of_name(const std::string& name, const std::string& where) {
  for (const DataType type : kTypes)
    if (to_string(type) == name) return type;
  fail(Code::file_format, where, "element type \"" + name + "\" is unknown");
}

std::int32_t small(std::int64_t value, const std::string& where) {
  if (value < std::numeric_limits<std::int32_t>::min() ||
      value > std::numeric_limits<std::int32_t>::max())
    fail(Code::file_format, where, std::to_string(value) + " does not fit 32 bits");
  return static_cast<std::int32_t>(value);
}

template <std::size_t n>
Tensor integers(const std::array<std::int32_t, n>& values) {
  return Tensor::of<std::int32_t>({n}, std::span<const std::int32_t>(values));
}

template <std::size_t n>
std::array<std::int32_t, n> integers_of(const Node& node, std::string_view name,
                                        const std::string& where) {
  const Tensor tensor = tensor_of(node.values, name, where);
  if (tensor.size() != n || tensor.type() != DataType::int32)
    fail(Code::file_format, where, "\"" + std::string(name) + "\" is not the right list of int32");
  std::array<std::int32_t, n> values{};
  std::copy_n(tensor.as<std::int32_t>().begin(), n, values.begin());
  return values;
}

Layout layout_of(const Node& node, const std::string& where) {
  const std::string text = text_of(node.values, "layout", where);
  if (text != "chw" && text != "hwc")
    fail(Code::file_format, where, "layout \"" + text + "\" is neither chw nor hwc");
  return text == "chw" ? Layout::chw : Layout::hwc;
}

std::string text_of_layout(Layout layout) { return layout == Layout::chw ? "chw" : "hwc"; }

void encode_parameters(const Parameters& parameters, const std::string& prefix, Values& values) {
  for (const auto& [name, parameter] : parameters)
    std::visit([&, key = prefix + to_link_name(name)](const auto& v) { values[key] = v; },
               parameter);
}

Parameters decode_parameters(const Values& values, const std::string& prefix,
                             const std::string& where) {
  Parameters parameters;
  for (const auto& [key, value] : values) {
    if (!key.starts_with(prefix)) continue;
    const std::string name = from_link_name(key.substr(prefix.size()));
    if (const auto* integer = std::get_if<std::int64_t>(&value)) parameters[name] = *integer;
    if (const auto* real = std::get_if<double>(&value)) parameters[name] = *real;
    if (const auto* text = std::get_if<std::string>(&value)) parameters[name] = *text;
    if (const auto* tensor = std::get_if<Tensor>(&value)) parameters[name] = *tensor;
    if (std::holds_alternative<std::vector<std::string>>(value))
      fail(Code::file_format, where, "parameter \"" + name + "\" is a list of strings");
  }
  return parameters;
}

struct ConnectivityWriter {
  Values& values;

  void kind(std::string_view name) const { values["connectivity"] = std::string(name); }
  void operator()(const Dense& c) const {
    kind("dense");
    values["weight"] = c.weight;
  }
  void operator()(const Conv2d& c) const {
    kind("conv2d");
    values["weight"] = c.weight;
    values["stride"] = integers(c.stride);
    values["dilation"] = integers(c.dilation);
    values["padding"] = integers(c.padding);
    values["groups"] = std::int64_t{c.groups};
    values["layout"] = text_of_layout(c.layout);
  }
  void operator()(const Pool2d& c) const {
    kind(c.kind == PoolKind::sum ? "sum_pool2d" : "max_pool2d");
    values["kernel_size"] = integers(c.kernel);
    values["stride"] = integers(c.stride);
    values["padding"] = integers(c.padding);
    values["layout"] = text_of_layout(c.layout);
  }
  void operator()(const OneToOne& c) const {
    kind("one_to_one");
    values["weight"] = c.weight;
  }
  void operator()(const Sparse& c) const {
    kind("sparse");
    values["offsets"] = c.offsets;
    values["targets"] = c.targets;
    values["weight"] = c.weight;
    values["synapse_delay_ms"] = c.delay;
  }
  void operator()(const RandomRule& c) const {
    kind(to_string(c.kind));
    values["number"] = c.number;
    write(c.weight, "weight");
    if (c.delay_ms) write(*c.delay_ms, "random_delay_ms");
    values["autapses"] = std::int64_t{c.autapses};
    values["multapses"] = std::int64_t{c.multapses};
  }
  void write(const Distribution& d, const std::string& name) const {
    values[name + "/distribution"] = std::string(to_string(d.kind));
    values[name + "/values"] =
        Tensor::of({4}, std::vector<double>{d.first, d.second, d.low, d.high});
    if (d.clipped) values[name + "/clipped"] = std::int64_t{1};
  }
};

// An array as it is, of whatever rank; a number is not one.
Tensor exact_tensor(const Node& node, std::string_view name, const std::string& where) {
  const Value* value = find(node.values, name);
  const auto* tensor = value == nullptr ? nullptr : std::get_if<Tensor>(value);
  if (tensor == nullptr)
    fail(Code::file_format, where, "\"" + std::string(name) + "\" is missing or not an array");
  return *tensor;
}

Conv2d decode_conv(const Node& node, const std::string& where) {
  return {exact_tensor(node, "weight", where),
          integers_of<2>(node, "stride", where),
          integers_of<2>(node, "dilation", where),
          integers_of<4>(node, "padding", where),
          small(integer_of(node.values, "groups", where), where),
          layout_of(node, where)};
}

Pool2d decode_pool(const Node& node, PoolKind kind, const std::string& where) {
  return {kind, integers_of<2>(node, "kernel_size", where), integers_of<2>(node, "stride", where),
          integers_of<4>(node, "padding", where), layout_of(node, where)};
}

constexpr RuleKind kRules[] = {RuleKind::fixed_in_degree, RuleKind::fixed_out_degree,
                               RuleKind::fixed_total_number, RuleKind::pairwise_bernoulli,
                               RuleKind::all_to_all};
constexpr DistributionKind kDistributions[] = {DistributionKind::constant, DistributionKind::normal,
                                               DistributionKind::lognormal,
                                               DistributionKind::uniform};

Distribution decode_distribution(const Node& node, const std::string& name,
                                 const std::string& where) {
  const std::string kind = text_of(node.values, name + "/distribution", where);
  const auto* const found =
      std::find_if(std::begin(kDistributions), std::end(kDistributions),
                   [&](DistributionKind each) { return kind == to_string(each); });
  const Tensor values = exact_tensor(node, name + "/values", where);
  if (found == std::end(kDistributions) || values.size() != 4)
    fail(Code::file_format, where, "\"" + name + "\" is not a distribution");
  const std::string clipped = name + "/clipped";
  return {*found,
          values.number(0),
          values.number(1),
          values.number(2),
          values.number(3),
          find(node.values, clipped) != nullptr && integer_of(node.values, clipped, where) != 0};
}

RandomRule decode_rule(RuleKind kind, const Node& node, const std::string& where) {
  RandomRule rule;
  rule.kind = kind;
  rule.number = number_of(node.values, "number", where);
  rule.weight = decode_distribution(node, "weight", where);
  if (find(node.values, "random_delay_ms/distribution") != nullptr)
    rule.delay_ms = decode_distribution(node, "random_delay_ms", where);
  rule.autapses = integer_of(node.values, "autapses", where) != 0;
  rule.multapses = integer_of(node.values, "multapses", where) != 0;
  return rule;
}

Connectivity decode_connectivity(const Node& node, const std::string& where) {
  const std::string kind = text_of(node.values, "connectivity", where);
  const auto array = [&](std::string_view name) { return exact_tensor(node, name, where); };
  if (kind == "dense") return Dense{array("weight")};
  if (kind == "conv2d") return decode_conv(node, where);
  if (kind == "sum_pool2d") return decode_pool(node, PoolKind::sum, where);
  if (kind == "max_pool2d") return decode_pool(node, PoolKind::max, where);
  if (kind == "one_to_one") return OneToOne{array("weight")};
  if (kind == "sparse")
    return Sparse{array("offsets"), array("targets"), array("weight"), array("synapse_delay_ms")};
  for (const RuleKind rule : kRules)
    if (kind == to_string(rule)) return decode_rule(rule, node, where);
  fail(Code::file_format, where, "connectivity \"" + kind + "\" is unknown");
}

// Stage i of a list: "<list>/<i>/name", "<list>/<i>/parameters/<parameter>"; i has 4 digits, so
// that the order of names is the order of stages.
std::string stage_prefix(const std::string& list, std::size_t index) {
  std::string digits = std::to_string(index);
  digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');
  return list + "/" + digits + "/";
}

void encode_stages(const std::vector<Stage>& stages, const std::string& list, Values& values) {
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const std::string prefix = stage_prefix(list, i);
    values[prefix + "name"] = stages[i].name;
    encode_parameters(stages[i].parameters, prefix + "parameters/", values);
  }
}

std::vector<Stage> decode_stages(const Values& values, const std::string& list,
                                 const std::string& where) {
  std::vector<Stage> stages;
  for (std::size_t i = 0;; ++i) {
    const std::string prefix = stage_prefix(list, i);
    if (find(values, prefix + "name") == nullptr) return stages;
    stages.push_back({text_of(values, prefix + "name", where),
                      decode_parameters(values, prefix + "parameters/", where)});
  }
}

Node extension(std::string_view type, const std::string& reason) {
  Node node{{}, std::string(type), {}, {}};
  node.values["reason"] = reason;
  return node;
}

}  // namespace

Tensor shape_tensor(const Shape& shape) {
  return Tensor::of<std::int64_t>({static_cast<std::int64_t>(shape.size())}, shape);
}

Shape shape_of(const Values& values, std::string_view name, const std::string& where) {
  const Tensor tensor = tensor_of(values, name, where);
  Shape shape;
  for (std::size_t i = 0; i < tensor.size(); ++i) {
    const double dimension = tensor.number(i);
    if (!(dimension >= 0 && dimension <= 0x1p31) || shape.size() > 32)
      fail(Code::file_format, where, "\"" + std::string(name) + "\" is not a shape");
    shape.push_back(static_cast<std::int64_t>(dimension));
  }
  return shape;
}

Node encode_population(const Population& population, const std::string& reason) {
  Node node = extension(kPopulationType, reason);
  node.values["shape"] = shape_tensor(population.shape);
  node.values["model"] = population.model;
  node.values["format"] = std::string(to_string(population.format));
  node.values["phase"] = std::int64_t{population.phase};
  encode_parameters(population.parameters, "parameters/", node.values);
  return node;
}

Population decode_population(const Node& node, const std::string& where) {
  Population population;
  population.shape = shape_of(node.values, "shape", where);
  population.model = text_of(node.values, "model", where);
  const std::string format = text_of(node.values, "format", where);
  if (format != "integer" && format != "float32")
    fail(Code::file_format, where, "number format \"" + format + "\" is unknown");
  population.format = format == "integer" ? NumberFormat::integer : NumberFormat::float32;
  population.phase = small(integer_of(node.values, "phase", where), where);
  population.parameters = decode_parameters(node.values, "parameters/", where);
  return population;
}

Node encode_projection(const Projection& projection, const std::string& reason) {
  Node node = extension(kProjectionType, reason);
  node.values["delay_ms"] = projection.delay_ms;
  node.values["receptor"] = std::int64_t{projection.receptor};
  std::visit(ConnectivityWriter{node.values}, projection.connectivity);
  if (!projection.synapse.name.empty()) encode_stages({projection.synapse}, "synapse", node.values);
  if (!projection.plasticity.name.empty())
    encode_stages({projection.plasticity}, "plasticity", node.values);
  return node;
}

Projection decode_projection(const Node& node, const std::string& where) {
  Projection projection;
  projection.connectivity = decode_connectivity(node, where);
  projection.delay_ms = number_of(node.values, "delay_ms", where);
  projection.receptor = small(integer_of(node.values, "receptor", where), where);
  for (Stage& stage : decode_stages(node.values, "synapse", where))
    projection.synapse = std::move(stage);
  for (Stage& stage : decode_stages(node.values, "plasticity", where))
    projection.plasticity = std::move(stage);
  return projection;
}

Node encode_input(const Input& input, const std::string& reason) {
  Node node = extension(kInputType, reason);
  node.values["element"] = std::string(to_string(input.element));
  node.values["shape"] = shape_tensor(input.shape);
  encode_stages(input.encoders, "encoders", node.values);
  return node;
}

Input decode_input(const Node& node, const std::string& where) {
  Input input;
  input.element = data_type_of_name(text_of(node.values, "element", where), where);
  input.shape = shape_of(node.values, "shape", where);
  input.encoders = decode_stages(node.values, "encoders", where);
  return input;
}

Node encode_output(const Output& output, const std::string& reason) {
  Node node = extension(kOutputType, reason);
  node.values["element"] = std::string(to_string(output.element));
  node.values["shape"] = shape_tensor(output.shape);
  encode_stages(output.decoders, "decoders", node.values);
  return node;
}

Output decode_output(const Node& node, const std::string& where) {
  Output output;
  output.element = data_type_of_name(text_of(node.values, "element", where), where);
  output.shape = shape_of(node.values, "shape", where);
  output.decoders = decode_stages(node.values, "decoders", where);
  return output;
}

}  // namespace synfire::nir
