#include "converters/tflite/linear.h"

#include <cmath>
#include <cstring>

namespace synfire::tflite {
namespace {

Tensor bias_tensor(const Operation& operation, std::int64_t channels) {
  Tensor bias(DataType::int32, {channels});
  if (operation.optional_input(2) == nullptr) return bias;
  const TensorView& view = operation.constant(2, format::TensorType::INT32, "biases");
  if (view.elements != channels)
    operation.refuse(Code::tflite_graph, "has " + std::to_string(view.elements) + " biases for " +
                                             std::to_string(channels) + " channels");
  std::memcpy(bias.bytes().data(), view.data.data(), view.data.size());
  return bias;
}

Tensor int32_tensor(const std::vector<std::int32_t>& values) {
  return Tensor::of(Shape{static_cast<std::int64_t>(values.size())}, values);
}

}  // namespace

const TensorView& weights_of(const Operation& operation, std::size_t rank) {
  const TensorView& weights = operation.constant(1, format::TensorType::INT8, "weights");
  if (weights.shape.size() != rank)
    operation.refuse(Code::tflite_graph, "has weights of shape " + to_string(weights.shape) +
                                             ", expected " + std::to_string(rank) + " dimensions");
  return weights;
}

std::span<const float> weight_scales(const Operation& operation, const TensorView& weights,
                                     std::int64_t channels, std::int32_t dimension) {
  const std::size_t count = weights.scales.size();
  const bool per_channel = count > 1;
  if (weights.custom_quantized || count == 0 || weights.zero_point_count() != count ||
      (per_channel &&
       (static_cast<std::int64_t>(count) != channels || weights.quantized_dimension != dimension)))
    operation.refuse(Code::tflite_quantization,
                     "has weights with " + std::to_string(count) + " scales and " +
                         std::to_string(weights.zero_point_count()) + " zero points for " +
                         std::to_string(channels) + " channels");
  for (std::size_t i = 0; i < count; ++i) {
    if (!(weights.scales[i] > 0) || !std::isfinite(weights.scales[i]))
      operation.refuse(Code::tflite_quantization,
                       "has weight scale " + std::to_string(weights.scales[i]));
    if (weights.zero_point(i) != 0)
      operation.refuse(Code::tflite_quantization, "has weights with a zero point other than 0");
  }
  return weights.scales;
}

Parameters linear_parameters(const Operation& operation, std::span<const float> scales,
                             std::int64_t channels, Factor factor) {
  const float input = operation.source_affine(0).scale;
  const float output = operation.target_affine().scale;
  operation.builder().charge(operation, channels * 12);
  std::vector<std::int32_t> multipliers, shifts;
  for (const float weight : scales) {
    const FixedMultiplier multiplier = operation.multiplier(factor(input, weight, output));
    multipliers.push_back(multiplier.multiplier);
    shifts.push_back(multiplier.shift);
  }
  return {{"bias", bias_tensor(operation, channels)},
          {"multiplier", int32_tensor(multipliers)},
          {"shift", int32_tensor(shifts)}};
}

Parameters requantization_parameters(FixedMultiplier multiplier) {
  return {{"bias", int32_tensor({0})},
          {"multiplier", int32_tensor({multiplier.multiplier})},
          {"shift", int32_tensor({multiplier.shift})}};
}

}  // namespace synfire::tflite
