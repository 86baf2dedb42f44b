#include "core/engine/model.h"

#include <algorithm>
#include <cmath>

#include "core/engine/currents.h"

namespace synfire {
namespace {

class ParameterCheck {
 public:
  ParameterCheck(const Population& population, const ModelInfo& model, Diagnostics& diagnostics)
      : population_(population), model_(model), diagnostics_(diagnostics) {}

  void run() {
    for (const auto& [name, value] : population_.parameters) {
      const ParameterInfo* info = find(name);
      if (info == nullptr)
        unknown(name);
      else
        check(*info, value);
    }
  }

 private:
  const ParameterInfo* find(std::string_view name) const {
    const auto found = std::find_if(model_.parameters.begin(), model_.parameters.end(),
                                    [&](const ParameterInfo& p) { return p.name == name; });
    return found == model_.parameters.end() ? nullptr : &*found;
  }

  void fault(std::string_view name, std::string message, std::string hint = {}) {
    diagnostics_.error(Code::parameter_invalid,
                       "net.populations." + population_.name + "." + std::string(name),
                       std::move(message), std::move(hint));
  }

  void unknown(const std::string& name) {
    std::vector<std::string> names;
    for (const ParameterInfo& parameter : model_.parameters) names.emplace_back(parameter.name);
    const std::string near = nearest_name(name, names);
    fault(name, "model " + std::string(model_.name) + " has no such parameter",
          near.empty() ? "" : "did you mean '" + near + "'?");
  }

  void check(const ParameterInfo& info, const Parameter& value) {
    if (info.list) return check_list(info, value);
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

  void check_list(const ParameterInfo& info, const Parameter& value) {
    if (std::holds_alternative<std::string>(value)) return fault(info.name, "expected numbers");
    const auto* const tensor = std::get_if<Tensor>(&value);
    if (tensor == nullptr) {
      check_number(info, number_or(population_.parameters, info.name, 0, population_.name));
      return;
    }
    for (std::size_t i = 0; i < tensor->size(); ++i)
      if (!check_number(info, tensor->number(i))) return;
  }

  void check_tensor(const ParameterInfo& info, const Tensor& tensor) {
    const auto size = static_cast<std::size_t>(population_.size());
    if (tensor.empty() || size % tensor.size() != 0)
      return fault(info.name, std::to_string(tensor.size()) + " values do not repeat over " +
                                  std::to_string(size) + " neurons");
    for (std::size_t i = 0; i < tensor.size(); ++i)
      if (!check_number(info, tensor.number(i))) return;
  }

  const Population& population_;
  const ModelInfo& model_;
  Diagnostics& diagnostics_;
};

void check_receptors(const Network& network, const Population& population, const ModelInfo& model,
                     Diagnostics& diagnostics) {
  for (const Projection& projection : network.projections)
    if (projection.target == population.name && projection.receptor >= model.receptors)
      diagnostics.error(Code::network_invalid, "net.projections." + projection.name,
                        "receptor " + std::to_string(projection.receptor) + ", model " +
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

void NeuronGroup::attach(std::int32_t, std::span<std::int32_t>, float, std::span<float>) {
  fail(Code::internal, "engine", "the neuron model does not take attached sums");
}

const ModelInfo* ModelRegistry::find(std::string_view name) const {
  const auto found = std::find_if(models_.begin(), models_.end(),
                                  [&](const ModelInfo* model) { return model->name == name; });
  return found == models_.end() ? nullptr : *found;
}

void validate_models(const Network& network, const ModelRegistry& registry,
                     Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const ModelInfo* model : registry.all()) names.emplace_back(model->name);
  for (const Population& population : network.populations) {
    const std::string where = "net.populations." + population.name;
    const ModelInfo* model = registry.find(population.model);
    if (model == nullptr) {
      const std::string near = nearest_name(population.model, names);
      diagnostics.error(Code::model_unknown, where, "neuron model \"" + population.model + "\"",
                        near.empty() ? "" : "did you mean '" + near + "'?");
      continue;
    }
    if (model->format != population.format)
      diagnostics.error(Code::parameter_invalid, where,
                        "model " + population.model + " is " +
                            std::string(to_string(model->format)) + ", the population is " +
                            std::string(to_string(population.format)));
    ParameterCheck(population, *model, diagnostics).run();
    check_receptors(network, population, *model, diagnostics);
  }
  check_currents(network, registry, diagnostics);
}

}  // namespace synfire
