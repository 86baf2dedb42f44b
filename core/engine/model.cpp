#include "core/engine/model.h"

#include <algorithm>
#include <cmath>

#include "core/engine/currents.h"
#include "core/engine/task.h"

namespace synfire {
namespace {

/// Checks the parameters of one thing against its descriptor.
template <typename Info>
class ParameterCheck {
 public:
  /// `where` is the thing's place, `kind` what it is; arrays of parameters repeat over `count`
  /// neurons.
  ParameterCheck(std::string where, std::string_view kind, const Info& info, std::int64_t count,
                 Diagnostics& diagnostics)
      : where_(std::move(where)),
        kind_(kind),
        info_(info),
        count_(count),
        diagnostics_(diagnostics) {}

  void run(const Parameters& parameters) {
    for (const auto& [name, value] : parameters) {
      const ParameterInfo* info = find(name);
      if (info == nullptr)
        unknown(name);
      else
        check(*info, value);
    }
  }

 private:
  const ParameterInfo* find(std::string_view name) const {
    const auto found = std::find_if(info_.parameters.begin(), info_.parameters.end(),
                                    [&](const ParameterInfo& p) { return p.name == name; });
    return found == info_.parameters.end() ? nullptr : &*found;
  }

  void fault(std::string_view name, std::string message, std::string hint = {}) {
    diagnostics_.error(Code::parameter_invalid, where_ + "." + std::string(name),
                       std::move(message), std::move(hint));
  }

  void unknown(const std::string& name) {
    std::vector<std::string> names;
    for (const ParameterInfo& parameter : info_.parameters) names.emplace_back(parameter.name);
    const std::string near = nearest_name(name, names);
    fault(name, std::string(kind_) + " " + std::string(info_.name) + " has no such parameter",
          near.empty() ? "" : "did you mean '" + near + "'?");
  }

  void check(const ParameterInfo& info, const Parameter& value) {
    const bool wants_text = std::holds_alternative<std::string>(info.fallback);
    if (wants_text != std::holds_alternative<std::string>(value))
      return fault(info.name, wants_text ? "expected a word" : "expected a number");
    if (const auto* integer = std::get_if<std::int64_t>(&value))
      check_number(info, static_cast<double>(*integer));
    if (const auto* real = std::get_if<double>(&value)) check_number(info, *real);
    if (const auto* tensor = std::get_if<Tensor>(&value)) check_tensor(info, *tensor);
  }

  bool check_number(const ParameterInfo& info, double number) {
    if (number >= info.low && number <= info.high) return true;  // false for NaN
    fault(info.name, std::to_string(number) + " is outside [" + std::to_string(info.low) + ", " +
                         std::to_string(info.high) + "]");
    return false;
  }

  void check_tensor(const ParameterInfo& info, const Tensor& tensor) {
    const auto size = static_cast<std::size_t>(count_);
    if (!info.list && (tensor.empty() || size % tensor.size() != 0))
      return fault(info.name, std::to_string(tensor.size()) + " values do not repeat over " +
                                  std::to_string(size) + " neurons");
    for (std::size_t i = 0; i < tensor.size(); ++i)
      if (!check_number(info, tensor.number(i))) return;
  }

  std::string where_;
  std::string_view kind_;
  const Info& info_;
  std::int64_t count_;
  Diagnostics& diagnostics_;
};

template <typename Info>
const Info* find_named(std::span<const Info* const> list, std::string_view name) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Info* info) { return info->name == name; });
  return found == list.end() ? nullptr : *found;
}

/// The descriptor of that name, or null and an error at `where`.
template <typename Info>
const Info* find_or_report(std::span<const Info* const> list, const std::string& name,
                           std::string_view kind, const std::string& where,
                           Diagnostics& diagnostics) {
  const Info* const found = find_named(list, name);
  if (found != nullptr) return found;
  std::vector<std::string> names;
  for (const Info* info : list) names.emplace_back(info->name);
  const std::string near = nearest_name(name, names);
  std::string message(kind);
  message.append(" \"").append(name).append("\"");
  diagnostics.error(Code::model_unknown, where, std::move(message),
                    near.empty() ? "" : "did you mean '" + near + "'?");
  return nullptr;
}

void check_receptors(const Network& network, const Population& population, const ModelInfo& model,
                     Diagnostics& diagnostics) {
  for (const Projection& projection : network.projections)
    if (projection.target == population.name && projection.receptor >= model.receptors)
      diagnostics.error(Code::network_invalid, "net.projections." + projection.name + ".receptor",
                        "there is no receptor " + std::to_string(projection.receptor) + ", model " +
                            std::string(model.name) + " has " + std::to_string(model.receptors));
}

}  // namespace

void NeuronGroup::inject(std::span<const std::int32_t>) {
  fail(Code::network_invalid, "net.inputs",
       "the input's neuron model does not take integer values");
}

void NeuronGroup::inject(std::span<const float>) {
  fail(Code::network_invalid, "net.inputs", "the input's neuron model does not take real values");
}

std::span<float> NeuronGroup::currents() {
  fail(Code::internal, "engine", "the neuron model takes no currents");
}

void NeuronGroup::send_currents(std::int64_t, std::span<float>) const {
  fail(Code::internal, "engine", "the neuron model sends no currents");
}

void NeuronGroup::set_rates(std::int64_t, std::span<const double>) {
  fail(Code::internal, "net.populations", "the model's rates cannot be set");
}

void NeuronGroup::send_spikes(std::int64_t, std::span<const double>,
                              std::span<const std::uint32_t>) {
  fail(Code::internal, "net.populations", "the model takes no spikes");
}

void NeuronGroup::attach(std::int32_t, std::span<std::int32_t>, float, std::span<float>) {
  fail(Code::internal, "engine", "the neuron model does not take attached sums");
}

const ModelInfo* ModelRegistry::find(std::string_view name) const {
  return find_named(models_, name);
}
const SynapseInfo* ModelRegistry::find_synapse(std::string_view name) const {
  return find_named(synapses_, name);
}
const PlasticityInfo* ModelRegistry::find_plasticity(std::string_view name) const {
  return find_named(plasticity_rules_, name);
}
const TaskInfo* ModelRegistry::find_task(std::string_view name) const {
  return find_named(tasks_, name);
}

static void check_population(const Network& network, const Population& population,
                             const ModelRegistry& registry, Diagnostics& diagnostics) {
  const std::string where = "net.populations." + population.name;
  const ModelInfo* const model =
      find_or_report(registry.all(), population.model, "neuron model", where, diagnostics);
  if (model == nullptr) return;
  if (model->format != population.format)
    diagnostics.error(Code::parameter_invalid, where,
                      "model " + population.model + " is " + std::string(to_string(model->format)) +
                          ", the population is " + std::string(to_string(population.format)));
  ParameterCheck(where, "model", *model, population.size(), diagnostics).run(population.parameters);
  check_receptors(network, population, *model, diagnostics);
}

/// One of the two stages of a projection.
template <typename Info>
static void check_stage(const Projection& projection, const Stage& stage, std::string_view field,
                        std::string_view kind, std::span<const Info* const> list,
                        Diagnostics& diagnostics) {
  const std::string where = "net.projections." + projection.name + "." + std::string(field);
  if (stage.name.empty()) {
    if (!stage.parameters.empty())
      diagnostics.error(Code::parameter_invalid, where,
                        "has parameters, but no name of a " + std::string(kind));
    return;
  }
  if (const Info* const info = find_or_report(list, stage.name, kind, where, diagnostics))
    ParameterCheck(where, kind, *info, 1, diagnostics).run(stage.parameters);
}

void validate_models(const Network& network, const ModelRegistry& registry,
                     Diagnostics& diagnostics) {
  for (const Population& population : network.populations)
    check_population(network, population, registry, diagnostics);
  for (const Projection& projection : network.projections) {
    check_stage(projection, projection.synapse, "synapse", "synapse model", registry.synapses(),
                diagnostics);
    check_stage(projection, projection.plasticity, "plasticity", "plasticity rule",
                registry.plasticity_rules(), diagnostics);
    if (!projection.is_static() &&
        network.population(projection.target).format == NumberFormat::integer)
      diagnostics.error(Code::network_invalid, "net.projections." + projection.name,
                        "only synapses onto float32 neurons change");
  }
  check_currents(network, registry, diagnostics);
}

}  // namespace synfire
