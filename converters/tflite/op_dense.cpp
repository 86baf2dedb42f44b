// FULLY_CONNECTED.
#include <cmath>

#include "converters/tflite/linear.h"
#include "converters/tflite/operators.h"

namespace synfire::tflite {
namespace {

/// The reference kernel refuses a bias whose scale is not nearly input * weight: bias and sum could
/// not be added as integers.
void check_bias_scale(const Operation& operation, float weight) {
  const TensorView* bias = operation.optional_input(2);
  if (bias == nullptr || bias->scales.empty()) return;
  const double product = static_cast<double>(operation.source_affine(0).scale) * weight;
  const double distance = std::abs(product - static_cast<double>(bias->scales[0]));
  if (!(distance / static_cast<double>(operation.target_affine().scale) <= 0.02))
    operation.refuse(Code::tflite_quantization,
                     "has a bias scale that is not input scale * weight scale");
}

format::Activation checked_activation(const Operation& operation) {
  const auto* options = operation.table().builtin_options_as_FullyConnected();
  if (options == nullptr) return format::Activation::NONE;
  if (options->weights_format() != format::WeightsFormat::DEFAULT)
    operation.refuse(Code::tflite_operator, "has shuffled weights");
  return options->activation();
}

}  // namespace

void convert_fully_connected(const Operation& operation) {
  operation.expect_operands(2, 3);
  operation.source_affine(0);
  const TensorView& weights = weights_of(operation, 2);
  const std::int64_t outputs = weights.shape[0], inputs = weights.shape[1];
  const std::int64_t given = element_count(operation.source_shape(0));
  const Shape target = operation.target_shape();
  if (given > inputs && given % inputs == 0)
    operation.refuse(Code::tflite_operator,
                     "works on " + std::to_string(given / inputs) + " rows; only 1 is supported");
  if (given != inputs || element_count(target) != outputs)
    operation.refuse(Code::tflite_graph, "weights of shape " + to_string(weights.shape) +
                                             " do not fit " + std::to_string(given) +
                                             " inputs and the output");
  const auto scales = weight_scales(operation, weights, outputs, 0);
  const bool per_channel = scales.size() > 1;
  if (!per_channel) check_bias_scale(operation, scales[0]);
  Parameters parameters = linear_parameters(operation, scales, outputs,
                                            per_channel ? convolution_factor : dense_factor);
  const Affine output = operation.target_affine();
  const Range range = operation.range(checked_activation(operation), output);
  Builder& builder = operation.builder();
  builder.charge(operation, weights.elements);
  Tensor weight = Tensor::of<std::int8_t>(
      {outputs, inputs},
      std::span(reinterpret_cast<const std::int8_t*>(weights.data.data()), weights.data.size()));
  const std::size_t source = builder.flat_source(operation, operation.input_index(0));
  const std::size_t population = builder.add_population(operation, "dense", {outputs}, output,
                                                        range, "linear", std::move(parameters));
  builder.connect(source, population, Dense{std::move(weight)});
  operation.finish(population);
}

}  // namespace synfire::tflite
