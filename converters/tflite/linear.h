// What convolutions and dense layers share: weights' scales, bias and requantization.
#pragma once

#include "converters/tflite/operation.h"

namespace synfire::tflite {

/// Constant int8 weights of rank `rank`, all zero points 0; throws otherwise.
const TensorView& weights_of(const Operation& operation, std::size_t rank);

/// One scale, or one for each of `channels` along `dimension`.
std::span<const float> weight_scales(const Operation& operation, const TensorView& weights,
                                     std::int64_t channels, std::int32_t dimension);

/// "bias" (int32, zeros when the operator has none), "multiplier" and "shift" of a linear
/// population: one factor per weight scale, computed by `factor`.
using Factor = double (*)(float input, float weight, float output);
Parameters linear_parameters(const Operation& operation, std::span<const float> scales,
                             std::int64_t channels, Factor factor);

/// The same for an operator without weights or bias.
Parameters requantization_parameters(FixedMultiplier multiplier);

}  // namespace synfire::tflite
