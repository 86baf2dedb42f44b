#include "neurons/common/plasticity.h"

#include <algorithm>
#include <string>

namespace synfire {

std::size_t one_of(const PlasticContext& context, std::string_view parameter,
                   std::initializer_list<std::string_view> choices) {
  const std::string word = context.word(parameter, *choices.begin());
  const auto* const found = std::find(choices.begin(), choices.end(), word);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  const std::vector<std::string> names(choices.begin(), choices.end());
  const std::string near = nearest_name(word, names);
  fail(Code::parameter_invalid,
       "net.projections." + context.projection.name + ".plasticity." + std::string(parameter),
       "\"" + word + "\" is none of its words", near.empty() ? "" : "did you mean '" + near + "'?");
}

ParameterInfo reference_parameter() {
  return {
      "w_reference", "w0", "weight", 0.0, 0, 1e30, "unit of change; 0: the typical initial weight"};
}

double reference_weight(const PlasticContext& context) {
  const double reference = context.number("w_reference", 0);
  return reference > 0 ? reference : typical_weight(context.projection);
}

std::vector<ParameterInfo> with_common_parameters(std::vector<ParameterInfo> parameters) {
  const Homeostasis::Options options;
  parameters.insert(
      parameters.end(),
      {{"w_max", "w_max", "weight", 0.0, 0, 1e30,
        "greatest weight, without its sign; 0: twice the greatest initial one"},
       {"dendritic_delay_ms", "d_d", "ms", 0.0, 0, 1e4,
        "part of the delay that is dendritic: from the synapse to the soma, and back"},
       {"homeostasis_every_ms", "", "ms", options.interval_ms, 0, 1e9,
        "interval of what follows; 0: never"},
       {"weight_sum", "", "weight", options.weight_sum, 0, 1e30,
        "the weights onto a neuron are scaled to this sum; 0: they are not"},
       {"target_rate_hz", "r0", "Hz", options.rate_hz, 0, 1e4,
        "w' = w (1 - r / r0) / tau_scaling, r the target's mean rate; 0: no such scaling"},
       {"tau_scaling_ms", "tau_s", "ms", options.tau_scaling_ms, 1e-3, 1e12, "of it"},
       {"tau_rate_ms", "tau_r", "ms", options.tau_rate_ms, 1e-3, 1e12,
        "over which r is the mean"}});
  return parameters;
}

}  // namespace synfire
