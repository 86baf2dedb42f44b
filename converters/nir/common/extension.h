// Extension nodes "synfire.*": every field of an item as a value of its own, for what no standard
// NIR node says. Other tools see an unknown node type and stop, which is right: they would compute
// something else.
#pragma once

#include <string>

#include "converters/nir/common/graph.h"
#include "core/net/network.h"

namespace synfire::nir {

inline constexpr std::string_view kPopulationType = "synfire.Population";
inline constexpr std::string_view kProjectionType = "synfire.Projection";
inline constexpr std::string_view kInputType = "synfire.Input";
inline constexpr std::string_view kOutputType = "synfire.Output";

/// Values of an item; `reason` says why no standard node would do. Names and edges are the
/// caller's.
Node encode_population(const Population& population, const std::string& reason);
Node encode_projection(const Projection& projection, const std::string& reason);
Node encode_input(const Input& input, const std::string& reason);
Node encode_output(const Output& output, const std::string& reason);

/// The inverse; name, source, target and population are left to the caller. Throw file_format
/// located at `where`.
Population decode_population(const Node& node, const std::string& where);
Projection decode_projection(const Node& node, const std::string& where);
Input decode_input(const Node& node, const std::string& where);
Output decode_output(const Node& node, const std::string& where);

Tensor shape_tensor(const Shape& shape);
/// Dimensions between 0 and 2^31; throws file_format.
Shape shape_of(const Values& values, std::string_view name, const std::string& where);

}  // namespace synfire::nir
