// Codings: how the values of a quantized network are carried by spikes. One file a coding.
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

struct Verdict {
  Fidelity fidelity = Fidelity::exact;
  std::string reason;
};

struct CodingInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view guarantee;  // what is exact and what is not
  std::string_view source;
  /// Rewrites a quantized network (every population graded, no schedule) in place.
  void (*apply)(Network& network, const CodingOptions& options);
  Verdict (*verdict)(const Population& population, const CodingOptions& options);
};

std::span<const CodingInfo* const> codings();
/// Throws unknown_name with the nearest one.
const CodingInfo& find_coding(std::string_view name);

/// Applies a coding and records it in the metadata ("coding", "coding.steps" ...). Layers that the
/// coding cannot reproduce exactly give a warning each; options that the coding does not have, and
/// cycles, throw.
void apply_coding(Network& network, std::string_view coding, const CodingOptions& options,
                  Diagnostics& diagnostics);

/// A row per population.
std::vector<LayerReport> layer_report(const Network& network, std::string_view coding,
                                      const CodingOptions& options);

}  // namespace synfire
