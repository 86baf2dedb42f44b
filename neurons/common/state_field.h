// State variables by name.
#pragma once

#include <string_view>
#include <vector>

#include "core/engine/model.h"

namespace synfire {

/// A variable of a struct that holds a neuron's state.
template <typename State, typename Real>
struct StateField {
  std::string_view name;
  Real State::*member;
  std::string_view unit = {};
};

/// For a descriptor: those of `Law::kStates`.
template <typename Law>
std::vector<StateInfo> states_of() {
  std::vector<StateInfo> states;
  for (const auto& each : Law::kStates) states.push_back({each.name, each.unit});
  return states;
}

}  // namespace synfire
