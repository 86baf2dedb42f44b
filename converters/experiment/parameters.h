// Parameters from a table, by the descriptor of what they are parameters of.
#pragma once

#include <algorithm>
#include <span>

#include "converters/experiment/section.h"
#include "core/engine/model.h"
#include "core/net/connectivity.h"

namespace synfire {

/// What parameters in units of weights, as plasticity rules have them, may be in.
struct WeightUnits {
  std::vector<std::string_view> names;
  bool plain = false;  // or plain numbers
};

/// Takes the key of every parameter of the descriptor: a quantity or a list of them, one or a
/// period of them for all neurons; an integer; a word. `part` is "net.populations.e", for places.
Parameters read_parameters(Section& section, const std::vector<ParameterInfo>& descriptor,
                           const std::string& part, Reading& reading,
                           const WeightUnits& weights = {{""}, true});

/// The table `key` of a section: its name, under the key `name`, which is one of the descriptors',
/// and parameters.
template <typename Info>
Stage read_stage(Section& section, std::string_view key, std::string_view name,
                 std::span<const Info* const> list, Reading& reading,
                 const WeightUnits& weights = {{""}, true}) {
  const TomlNode* const node = section.member(key);
  if (node == nullptr) return {};
  Section table(node, section.path() + "." + std::string(key), key, reading);
  std::vector<std::string> names;
  for (const Info* const info : list) names.emplace_back(info->name);
  const auto chosen = table.choice(name, names);
  if (!chosen) return {};
  const Info& info = **std::ranges::find(list, *chosen, &Info::name);
  Stage stage{*chosen, read_parameters(table, info.parameters, table.path(), reading, weights)};
  table.refuse_rest(name);
  return stage;
}

/// Units of a model's weights: its own, or any that there are.
WeightUnits weight_units(const ModelInfo& model);
/// Of a model that is not known.
WeightUnits any_weight_units();

/// A quantity in one of the units, or a table {distribution = "normal", mean = ..., ...}.
std::optional<Distribution> read_distribution(Section& section, std::string_view key,
                                              const WeightUnits& units);

}  // namespace synfire
