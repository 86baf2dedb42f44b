// Codings: how a graded (quantized) network's values are carried by spikes. One file a coding.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/network.h"

namespace synfire {

struct CodingOptions {
  std::int32_t steps = 0;     // T of rate coding; 0: the coding's default
  bool pipelined = false;     // rate: all layers at once instead of layer after layer
  bool signed_spikes = true;  // rate: negative spikes for negative values
};

enum class Fidelity : std::uint8_t { exact, approximate, unsupported };
std::string_view to_string(Fidelity fidelity);

/// One row of the report that `convert` prints.
struct LayerReport {
  std::string layer;   // population name
  std::string origin;  // operator it was made from
  std::string model;
  std::string format;  // "int8 x int8 -> int32"
  Fidelity fidelity = Fidelity::exact;
  std::string reason;  // when not exact
  std::int64_t neurons = 0;
  std::int64_t synapses = 0;
  std::int32_t accumulator_bits = 0;  // two's complement bits of the worst possible sum
};

struct CodingInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view guarantee;  // what is exact and what is not
  std::string_view source;
  /// Rewrites a graded network in place; appends a report row per population.
  void (*apply)(Network& network, const CodingOptions& options, Diagnostics& diagnostics);
  Fidelity (*fidelity)(const Network& network, const Population& population,
                       const CodingOptions& options);
};

std::span<const CodingInfo* const> codings();

}  // namespace synfire
