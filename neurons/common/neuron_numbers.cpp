#include "neurons/common/neuron_numbers.h"

#include <algorithm>
#include <cmath>

namespace synfire {
namespace {

constexpr double kAny = 3.4e38;

bool varies(const Population& population, std::string_view name) {
  const auto found = population.parameters.find(name);
  if (found == population.parameters.end()) return false;
  const auto* const tensor = std::get_if<Tensor>(&found->second);
  return tensor != nullptr && tensor->size() > 1;
}

bool is_initial(std::string_view name) { return name.starts_with("v_init"); }

}  // namespace

NeuronNumbers::NeuronNumbers(const Population& population, const GroupContext& context,
                             std::vector<ParameterInfo> parameters)
    : reader_(population, context), dt_ms_(context.dt_ms) {
  for (const ParameterInfo& parameter : parameters) {
    const auto* const fallback = std::get_if<double>(&parameter.fallback);
    if (fallback == nullptr) continue;
    if (parameter.name == "v_init") v_init_ = *fallback;
    const bool each = varies(population, parameter.name);
    uniform_ = uniform_ && (!each || is_initial(parameter.name));
    values_[parameter.name] = each ? reader_.reals(parameter.name, *fallback)
                                   : std::vector{reader_.number(parameter.name, *fallback)};
  }
}

std::vector<double> NeuronNumbers::initial_potential() const {
  return reader_.initial_potential_real(v_init_);
}

double NeuronNumbers::One::operator()(std::string_view name) const {
  const std::vector<double>& values = all_.values_.at(name);
  return values[values.size() == 1 ? 0 : neuron_];
}

std::int32_t NeuronNumbers::One::steps(std::string_view name) const {
  return static_cast<std::int32_t>(std::lround((*this)(name) / all_.dt_ms_));
}

std::int32_t NeuronNumbers::One::substeps() const {
  constexpr double kRounding = 1e-9, kMost = 1e6;
  const double parts = std::ceil(all_.dt_ms_ / (*this)("solver_step_ms") - kRounding);
  return static_cast<std::int32_t>(std::clamp(parts, 1.0, kMost));
}

ParameterInfo refractory_parameter(double fallback_ms) {
  return {"refractory_ms", "t_ref", "ms", fallback_ms, 0, 1e9, "refractory period"};
}

ParameterInfo solver_parameter(double fallback_ms) {
  return {"solver_step_ms",
          "h",
          "ms",
          fallback_ms,
          1e-6,
          1e3,
          "steps of dt are cut into equal parts that are not longer"};
}

ParameterInfo potential(std::string_view name, std::string_view symbol, double fallback_mv,
                        std::string_view meaning) {
  return {name, symbol, "mV", fallback_mv, -1e6, 1e6, meaning};
}

ParameterInfo time_constant(std::string_view name, std::string_view symbol, double fallback_ms,
                            std::string_view meaning) {
  return {name, symbol, "ms", fallback_ms, 1e-6, 1e12, meaning};
}

ParameterInfo free_number(std::string_view name, std::string_view symbol, std::string_view unit,
                          double fallback, std::string_view meaning) {
  return {name, symbol, unit, fallback, -kAny, kAny, meaning};
}

ParameterInfo positive_number(std::string_view name, std::string_view symbol, std::string_view unit,
                              double fallback, std::string_view meaning) {
  return {name, symbol, unit, fallback, 1e-12, 1e12, meaning};
}

std::vector<ParameterInfo> joined(std::initializer_list<std::vector<ParameterInfo>> lists) {
  std::vector<ParameterInfo> all;
  for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace synfire
