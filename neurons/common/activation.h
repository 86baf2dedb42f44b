// What a quantized neuron makes of its summed input: the integer function between the membrane and
// the value that the chosen coding sends. One activation serves every coding.
#pragma once

#include <memory>
#include <span>

#include "core/engine/model.h"
#include "neurons/graded.h"

namespace synfire {

/// Values are u = q - zero_point. Immutable once made.
class Activation {
 public:
  virtual ~Activation() = default;
  /// value[i] from sum0[i] (and sum1[i] where there are two receptors).
  virtual void apply(std::span<const std::int32_t> sum0, std::span<const std::int32_t> sum1,
                     std::span<std::int32_t> value) const = 0;
  /// Whether apply_to_map does the same for one receptor, as values of 16 bits, in one pass.
  virtual bool has_map_kernel() const { return false; }
  /// Of the map's values.
  virtual kernel::ValueRange range() const { return {}; }
  /// Clears the sums; returns how many values are not 0.
  virtual std::size_t apply_to_map(std::span<std::int32_t>, std::span<std::int16_t>) const {
    return 0;
  }
};

/// Valid values of the parameter "activation".
inline constexpr std::string_view kActivations[] = {"none",    "linear",  "add",
                                                    "average", "maximum", "relay"};

/// Throws parameter_invalid when the population's parameters do not define an activation.
std::unique_ptr<const Activation> make_activation(const Population& population,
                                                  const GroupContext& context);

/// The parameters of every quantized model ("activation", "zero_point", "multiplier", ...),
/// followed by `own`.
std::vector<ParameterInfo> quantized_parameters(std::vector<ParameterInfo> own = {});

/// The constants of a population whose activation is "add".
synfire_add_t add_constants(const Population& population);

/// How many of neuron `index`'s pool taps lie inside the map.
std::int32_t valid_taps(const GroupContext& context, std::size_t index);

}  // namespace synfire
