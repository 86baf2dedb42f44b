// Values of NIR's stateless nodes, checked, in the terms of core/net.
#pragma once

#include "converters/nir/common/graph.h"
#include "core/net/connectivity.h"

namespace synfire::nir {

/// Arrays of integers as float64; float32 and float64 as they are.
Tensor float_tensor(const Values& values, std::string_view name, const std::string& where);
/// {out, in}; leading dimensions of 1 are dropped.
Tensor matrix_of(const Node& node, const std::string& where);
/// A Conv2d node for an input map; "same" and "valid" paddings resolved.
Conv2d conv_of(const Node& node, const MapSize& input, const std::string& where);
/// A SumPool2d or AvgPool2d node; the divisor of the mean is left to the caller.
Pool2d pool_of(const Node& node, const std::string& where);
/// `shape` after a Flatten node.
Shape flattened(const Node& node, const Shape& shape, const std::string& where);

}  // namespace synfire::nir
