// The parameters of fixed-point neurons, for the engine and for those that generate code from them.
#pragma once

#include <iterator>
#include <vector>

#include "core/engine/model.h"
#include "neurons/fixed_lif.h"

namespace synfire {

struct FixedConstants {
  std::vector<synfire_fixed_lif_t> neurons;  // one each
  synfire_fixed_rule_t rule{};
  std::vector<std::int32_t> rise, scale;  // of each step of a period

  std::int64_t period() const { return std::ssize(rise); }
};

/// d^-j of the steps of a period, 2^26 for j = 0; `growth`: 2^30 / d. Empty beyond 31 bits.
std::vector<std::int32_t> fixed_rise(std::int64_t period, std::int64_t growth);

FixedConstants fixed_constants(const Population& population);
/// The potentials before the first step.
std::vector<std::int32_t> fixed_start(const Population& population);

std::vector<ParameterInfo> fixed_parameters();

}  // namespace synfire
