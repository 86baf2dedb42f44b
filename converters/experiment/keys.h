// Every key of an experiment: what reads the file, `synfire list keys` and docs/experiments.md
// follow this table. The keys of models, rules and synapses come from their own descriptors.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/engine/model.h"

namespace synfire {

enum class KeyKind : std::uint8_t {
  quantity,      // "20 ms"
  distribution,  // a quantity, or {distribution = "normal", mean = ..., std = ...}
  real,          // a number without a unit
  integer,
  boolean,
  word,      // one of some, or a name
  words,     // one or a list of them
  integers,  // a list, or a range "0:100" or "0:100:5"
  moments,   // a list of quantities
  table,     // with keys of its own
  values     // of a sweep
};
std::string_view to_string(KeyKind kind);

struct KeyInfo {
  std::string_view section;  // "run"; "population" for [population.NAME]; "" for the top
  std::string_view name;
  KeyKind kind;
  std::string_view unit;      // of quantities
  std::string_view fallback;  // as words of the file; kRequired or kOptional
  std::string_view meaning;
  double low = -3.4e38, high = 3.4e38;
};
inline constexpr std::string_view kRequired = "required", kOptional = "-";

std::span<const KeyInfo> experiment_keys();
/// Must be there.
const KeyInfo& key_info(std::string_view section, std::string_view name);

/// The key under which a file gives a parameter: its name without the unit, "tau_mem" for
/// tau_mem_ms.
std::string key_of(const ParameterInfo& parameter);

/// How projections connect neurons.
struct RuleName {
  std::string_view name;
  std::string_view number;  // the key of its number, or ""
  std::string_view meaning;
};
std::span<const RuleName> rule_names();

}  // namespace synfire
