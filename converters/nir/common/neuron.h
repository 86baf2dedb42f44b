// Populations as standard NIR neuron nodes (IF, LIF, LI, CubaLIF, CubaLI) and back.
//
// NIR's standard reset is v := v_reset; our reset "zero" and "value" say the same, "subtract" does
// not and has no standard node. NIR has seconds, Synfire milliseconds. A bias of the incoming
// Affine or Conv2d is the current i_offset of the target; while a node is worked on it travels as
// its value "i_offset", one per neuron.
#pragma once

#include <optional>
#include <string>

#include "converters/nir/common/graph.h"
#include "core/net/network.h"

namespace synfire::nir {

inline constexpr std::string_view kOffset = "i_offset";
/// The model of a population that only repeats what enters from outside.
inline constexpr std::string_view kInputModel = "input";

bool is_neuron_type(std::string_view type);

/// What `wanted` is called by the node's model: "" where there is nothing to choose, and "euler"
/// for "semi_implicit" where there is no current beside the potential.
std::string integrator_of(std::string_view type, const std::string& wanted);
/// Whether the neurons do anything before input reaches them.
bool is_active_alone(const Population& population);

/// Why a population cannot be a standard node, or "".
std::string why_not_standard(const Population& population);

/// The standard node's type and values, arrays of the population's full shape. i_offset is among
/// the values when it is not zero. The population must be standard.
Node encode_neuron(const Population& population);

/// What a standard node says: model and parameters (arrays of the full shape, reset "zero" or
/// "value"). Throws file_format when the values do not fit each other.
Population decode_neuron(const Node& node, const std::string& where);

/// What decoding `node` would lose of the population: "parameter.<name>", "absent".
Values neuron_metadata(const Population& population, const Node& node);

/// `decoded` with the exact parameters of the metadata, unless they contradict the node's values.
Population restore_neuron(Population decoded, const Node& node);

/// Arrays of one value become a number; for files of other tools.
void collapse_uniform(Parameters& parameters);

/// Every value times `factor` (1000 or 1/1000), rounded once, in the same type.
Tensor scaled(const Tensor& tensor, double factor);
/// A number or a period of values as a full array.
Tensor repeated(const Parameter& parameter, const Shape& shape);

}  // namespace synfire::nir
