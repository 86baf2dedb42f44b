// The parameters of fixed-point neurons, for the engine and for those that generate code from them.
#pragma once

#include <vector>

#include "core/engine/model.h"
#include "neurons/fixed_lif.h"

namespace synfire {

struct FixedConstants {
  std::vector<synfire_fixed_lif_t> neurons;  // one each
  synfire_fixed_rule_t rule{};
};

FixedConstants fixed_constants(const Population& population);
/// The potentials before the first step.
std::vector<std::int32_t> fixed_start(const Population& population);

std::vector<ParameterInfo> fixed_parameters();

}  // namespace synfire
