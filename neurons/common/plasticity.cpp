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

std::vector<ParameterInfo> with_common_parameters(std::vector<ParameterInfo> parameters) {
  parameters.insert(
      parameters.end(),
      {{"w_max", "w_max", "weight", 0.0, 0, 1e30,
        "greatest weight, without its sign; 0: twice the greatest initial one"},
       {"dendritic_delay_ms", "d_d", "ms", 0.0, 0, 1e4,
        "part of the delay that is dendritic: from the synapse to the soma, and back"}});
  return parameters;
}

}  // namespace synfire
