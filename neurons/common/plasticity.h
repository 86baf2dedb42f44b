// What plasticity rules share: parameters that all have, and arithmetic.
#pragma once

#include <cmath>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "core/engine/plastic_block.h"
#include "core/engine/weight_scale.h"

namespace synfire {

/// exp(-p): by its series where p is as small as in one step of learning.
inline float decay_by(float p) {
  if (std::abs(p) > 0.125F) return std::exp(-p);
  return 1 - p * (1 - p / 2 * (1 - p / 3 * (1 - p / 4 * (1 - p / 5))));
}

/// The place of a word parameter's value among its choices; the first is the default. Throws
/// parameter_invalid with the nearest one.
std::size_t one_of(const PlasticContext& context, std::string_view parameter,
                   std::initializer_list<std::string_view> choices);

/// `w_reference`, in units of which some rules change weights; the typical initial weight where it
/// is 0.
ParameterInfo reference_parameter();
double reference_weight(const PlasticContext& context);

/// The rule's parameters and those of all rules.
std::vector<ParameterInfo> with_common_parameters(std::vector<ParameterInfo> parameters);

}  // namespace synfire
