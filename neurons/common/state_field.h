// State variables by name.
#pragma once

#include <string_view>
#include <vector>

namespace synfire {

/// A variable of a struct that holds a neuron's state.
template <typename State, typename Real>
struct StateField {
  std::string_view name;
  Real State::*member;
};

/// For a descriptor: those of `Law::kStates`.
template <typename Law>
std::vector<std::string_view> state_names() {
  std::vector<std::string_view> names;
  for (const auto& each : Law::kStates) names.push_back(each.name);
  return names;
}

}  // namespace synfire
