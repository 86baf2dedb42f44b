#include "converters/nir/common/neuron.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "core/engine/model.h"
#include "neurons/models.h"

namespace synfire::nir {
namespace {

struct Field {
  std::string_view nir;
  std::string_view parameter;
  double factor = 1;  // node value * factor = parameter
};

struct Standard {
  std::string_view type;
  std::string_view model;
  std::span<const Field> fields;
  bool resets;
};

constexpr std::array kIf{Field{"r", "r"}, Field{"v_threshold", "v_threshold"}};
constexpr std::array kLi{Field{"tau", "tau_mem_ms", 1000}, Field{"r", "r"},
                         Field{"v_leak", "v_leak"}};
constexpr std::array kLif{Field{"tau", "tau_mem_ms", 1000}, Field{"r", "r"},
                          Field{"v_leak", "v_leak"}, Field{"v_threshold", "v_threshold"}};
constexpr std::array kCubaLi{Field{"tau_syn", "tau_syn_ms", 1000},
                             Field{"tau_mem", "tau_mem_ms", 1000}, Field{"r", "r"},
                             Field{"v_leak", "v_leak"}, Field{"w_in", "w_in"}};
constexpr std::array kCubaLif{Field{"tau_syn", "tau_syn_ms", 1000},
                              Field{"tau_mem", "tau_mem_ms", 1000},
                              Field{"r", "r"},
                              Field{"v_leak", "v_leak"},
                              Field{"w_in", "w_in"},
                              Field{"v_threshold", "v_threshold"}};
constexpr std::array kStandards{Standard{"IF", "if", kIf, true}, Standard{"LIF", "lif", kLif, true},
                                Standard{"LI", "li", kLi, false},
                                Standard{"CubaLI", "cuba_li", kCubaLi, false},
                                Standard{"CubaLIF", "cuba_lif", kCubaLif, true}};

// Parameters of ours that change nothing of what the node means: how it is computed, where it
// starts. Everything else must have the value that NIR implies.
constexpr std::array<std::string_view, 3> kFree{"integrator", "v_init", "v_init_spread"};

const Standard* standard_of_model(std::string_view model) {
  const auto* found = std::find_if(kStandards.begin(), kStandards.end(),
                                   [&](const Standard& s) { return s.model == model; });
  return found == kStandards.end() ? nullptr : found;
}

const Standard* standard_of_type(std::string_view type) {
  const auto* found = std::find_if(kStandards.begin(), kStandards.end(),
                                   [&](const Standard& s) { return s.type == type; });
  return found == kStandards.end() ? nullptr : found;
}

const ModelInfo* model_info(std::string_view model) {
  for (const ModelInfo* info : neuron_models())
    if (info->name == model) return info;
  return nullptr;
}

// What the population says, or else the model's default.
std::optional<Parameter> effective(const Population& population, std::string_view name) {
  const auto found = population.parameters.find(name);
  if (found != population.parameters.end()) return found->second;
  const ModelInfo* info = model_info(population.model);
  if (info == nullptr) return {};
  for (const ParameterInfo& parameter : info->parameters)
    if (parameter.name == name) return parameter.fallback;
  return {};
}

bool all_zero(const Parameter& parameter) {
  if (const auto* integer = std::get_if<std::int64_t>(&parameter)) return *integer == 0;
  if (const auto* real = std::get_if<double>(&parameter)) return *real == 0;
  const auto* tensor = std::get_if<Tensor>(&parameter);
  if (tensor == nullptr) return false;
  for (std::size_t i = 0; i < tensor->size(); ++i)
    if (tensor->number(i) != 0) return false;
  return true;
}

bool is_text(const std::optional<Parameter>& parameter, std::string_view text) {
  const auto* value = parameter ? std::get_if<std::string>(&*parameter) : nullptr;
  return value != nullptr && *value == text;
}

// Numbers, or float arrays that repeat over the population.
bool fits(const std::optional<Parameter>& parameter, std::int64_t neurons) {
  if (!parameter || std::holds_alternative<std::string>(*parameter)) return false;
  const auto* tensor = std::get_if<Tensor>(&*parameter);
  if (tensor == nullptr) return true;
  const bool real = tensor->type() == DataType::float32 || tensor->type() == DataType::float64;
  return real && !tensor->empty() && neurons % static_cast<std::int64_t>(tensor->size()) == 0;
}

std::string why_not_field(const Population& population, const Standard& standard) {
  for (const Field& field : standard.fields)
    if (!fits(effective(population, field.parameter), population.size()))
      return std::string(field.parameter) + " is not a number or an array of floats";
  const auto offset = effective(population, kOffset);
  if (offset && !fits(offset, population.size())) return "i_offset is not an array of floats";
  return {};
}

std::string why_not_reset(const Population& population) {
  const auto reset = effective(population, "reset");
  if (is_text(reset, "zero")) return {};
  if (!is_text(reset, "value"))
    return "reset \"" + (reset ? to_string(*reset) : std::string("?")) + "\" is not NIR's reset";
  return fits(effective(population, "v_reset"), population.size()) ? std::string()
                                                                   : "v_reset is not a number";
}

bool is_field(const Standard& standard, std::string_view name) {
  if (standard.resets && (name == "reset" || name == "v_reset")) return true;
  return name == kOffset || std::any_of(standard.fields.begin(), standard.fields.end(),
                                        [&](const Field& f) { return f.parameter == name; });
}

std::string why_not_rest(const Population& population, const Standard& standard) {
  std::vector<std::string> names;
  for (const auto& [name, value] : population.parameters) names.push_back(name);
  if (const ModelInfo* info = model_info(population.model))
    for (const ParameterInfo& parameter : info->parameters) names.emplace_back(parameter.name);
  for (const std::string& name : names) {
    if (is_field(standard, name) || std::find(kFree.begin(), kFree.end(), name) != kFree.end())
      continue;
    const auto value = effective(population, name);
    if (name == "input" && is_text(value, "current")) continue;
    if (name == "spike_at" && is_text(value, "above")) continue;
    if (!value || !all_zero(*value)) return name + " has no place in a NIR node";
  }
  return {};
}

Tensor reset_values(const Population& population, DataType type) {
  if (is_text(effective(population, "reset"), "zero")) return Tensor(type, population.shape);
  return repeated(*effective(population, "v_reset"), population.shape);
}

Tensor broadcast(const Tensor& tensor, const Shape& shape, const std::string& where,
                 std::string_view name) {
  if (tensor.shape() == shape) return tensor;
  if (tensor.size() == 1) return repeated(Parameter(tensor.reshaped({1})), shape);
  fail(Code::file_format, where,
       "\"" + std::string(name) + "\" is " + to_string(tensor.shape()) + ", the neurons are " +
           to_string(shape));
}

Shape shape_of(const Node& node, const Standard& standard, const std::string& where) {
  Shape shape{1};
  for (const Field& field : standard.fields) {
    const Tensor tensor = tensor_of(node.values, field.nir, where);
    if (tensor.empty())
      fail(Code::file_format, where, "\"" + std::string(field.nir) + "\" is empty");
    if (element_count(tensor.shape()) > element_count(shape) ||
        (tensor.size() == 1 && element_count(shape) == 1 && tensor.shape().size() > shape.size()))
      shape = tensor.shape();
  }
  return shape;
}

Tensor as_float(const Tensor& tensor) {
  if (tensor.type() == DataType::float32 || tensor.type() == DataType::float64) return tensor;
  Tensor result(DataType::float64, tensor.shape());
  for (std::size_t i = 0; i < tensor.size(); ++i) result.as<double>()[i] = tensor.number(i);
  return result;
}

void decode_reset(const Node& node, const std::string& where, Population& population) {
  population.parameters["reset"] = "zero";
  if (find(node.values, "v_reset") == nullptr) return;  // files before 2025: zero
  const Tensor reset = as_float(tensor_of(node.values, "v_reset", where));
  const Tensor values = broadcast(reset, population.shape, where, "v_reset");
  if (all_zero(values)) return;
  population.parameters["reset"] = "value";
  population.parameters["v_reset"] = values;
}

}  // namespace

bool is_neuron_type(std::string_view type) { return standard_of_type(type) != nullptr; }

std::string integrator_of(std::string_view type, const std::string& wanted) {
  const Standard* standard = standard_of_type(type);
  const ModelInfo* info = standard == nullptr ? nullptr : model_info(standard->model);
  const auto has = [&](std::string_view name) {
    return info != nullptr && std::ranges::find(info->parameters, name, &ParameterInfo::name) !=
                                  info->parameters.end();
  };
  if (!has("integrator")) return {};
  return wanted == "semi_implicit" && !has("tau_syn_ms") ? "euler" : wanted;
}

bool is_active_alone(const Population& population) {
  return std::ranges::any_of(std::array{kOffset, std::string_view("v_leak")},
                             [&](std::string_view name) {
                               const auto value = effective(population, name);
                               return value && !all_zero(*value);
                             });
}

std::string why_not_standard(const Population& population) {
  if (population.format == NumberFormat::integer) return "integer arithmetic";
  if (population.phase != -1) return "has a phase";
  const Standard* standard = standard_of_model(population.model);
  if (standard == nullptr) return "NIR has no node for model \"" + population.model + "\"";
  std::string reason = why_not_field(population, *standard);
  if (reason.empty() && standard->resets) reason = why_not_reset(population);
  if (reason.empty()) reason = why_not_rest(population, *standard);
  return reason;
}

Node encode_neuron(const Population& population) {
  const Standard& standard = *standard_of_model(population.model);
  Node node{population.name, std::string(standard.type), {}, {}};
  for (const Field& field : standard.fields)
    node.values.emplace(field.nir,
                        scaled(repeated(*effective(population, field.parameter), population.shape),
                               1 / field.factor));
  if (standard.resets)
    node.values.emplace(
        "v_reset",
        reset_values(population, std::get<Tensor>(node.values.at("v_threshold")).type()));
  const auto offset = effective(population, kOffset);
  if (offset && !all_zero(*offset))
    node.values.emplace(kOffset, repeated(*offset, population.shape));
  return node;
}

Population decode_neuron(const Node& node, const std::string& where) {
  const Standard& standard = *standard_of_type(node.type);
  Population population;
  population.name = node.name;
  population.model = standard.model;
  population.shape = shape_of(node, standard, where);
  for (const Field& field : standard.fields) {
    const Tensor values = broadcast(as_float(tensor_of(node.values, field.nir, where)),
                                    population.shape, where, field.nir);
    population.parameters.emplace(field.parameter, scaled(values, field.factor));
  }
  if (standard.resets) decode_reset(node, where, population);
  if (const Value* offset = find(node.values, kOffset))
    population.parameters.emplace(kOffset, std::get<Tensor>(*offset));
  return population;
}

Values neuron_metadata(const Population& population, const Node& node) {
  const Population decoded = decode_neuron(node, population.name);
  Values metadata;
  for (const auto& [name, value] : population.parameters) {
    const auto found = decoded.parameters.find(name);
    if (found != decoded.parameters.end() && found->second == value) continue;
    std::visit([&, &key = name](const auto& v) { metadata["parameter." + key] = v; }, value);
  }
  std::vector<std::string> absent;
  for (const auto& [name, value] : decoded.parameters)
    if (!population.parameters.contains(name)) absent.push_back(name);
  if (!absent.empty()) metadata["absent"] = absent;
  return metadata;
}

Population restore_neuron(Population decoded, const Node& node) {
  Population restored = decoded;
  for (const std::string& name : texts_of(node.metadata, "absent")) restored.parameters.erase(name);
  for (const auto& [key, value] : node.metadata) {
    if (!key.starts_with("parameter.")) continue;
    const std::string name = key.substr(10);
    if (const auto* integer = std::get_if<std::int64_t>(&value))
      restored.parameters[name] = *integer;
    if (const auto* real = std::get_if<double>(&value)) restored.parameters[name] = *real;
    if (const auto* text = std::get_if<std::string>(&value)) restored.parameters[name] = *text;
    if (const auto* tensor = std::get_if<Tensor>(&value)) restored.parameters[name] = *tensor;
  }
  // Whoever edited the node meant it: its own values win over a stale copy of the exact ones.
  if (!why_not_standard(restored).empty()) return decoded;
  return encode_neuron(restored).values == node.values ? restored : decoded;
}

void collapse_uniform(Parameters& parameters) {
  for (auto& [name, value] : parameters) {
    const auto* tensor = std::get_if<Tensor>(&value);
    if (tensor == nullptr || tensor->empty()) continue;
    const double first = tensor->number(0);
    bool uniform = true;
    for (std::size_t i = 1; i < tensor->size(); ++i)
      uniform = uniform && tensor->number(i) == first;
    if (uniform) value = first;
  }
}

Tensor scaled(const Tensor& tensor, double factor) {
  if (factor == 1) return tensor;
  Tensor result(tensor.type(), tensor.shape());
  // Dividing by 1000 is exact to one rounding; multiplying by 0.001 is not.
  const double divisor = factor < 1 ? std::nearbyint(1 / factor) : 1;
  const double multiplier = factor < 1 ? 1 : factor;
  for (std::size_t i = 0; i < tensor.size(); ++i) {
    const double value = tensor.number(i) * multiplier / divisor;
    if (tensor.type() == DataType::float32)
      result.as<float>()[i] = static_cast<float>(value);
    else
      result.as<double>()[i] = value;
  }
  return result;
}

Tensor repeated(const Parameter& parameter, const Shape& shape) {
  const auto* tensor = std::get_if<Tensor>(&parameter);
  if (tensor == nullptr) {
    const auto* integer = std::get_if<std::int64_t>(&parameter);
    const double value = integer ? static_cast<double>(*integer) : std::get<double>(parameter);
    return repeated(Parameter(Tensor::of<double>({1}, std::vector{value})), shape);
  }
  Tensor result(tensor->type(), shape);
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (tensor->type() == DataType::float32)
      result.as<float>()[i] = tensor->as<float>()[i % tensor->size()];
    else
      result.as<double>()[i] = tensor->as<double>()[i % tensor->size()];
  }
  return result;
}

}  // namespace synfire::nir
