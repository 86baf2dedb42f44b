// CONV_2D and DEPTHWISE_CONV_2D.
#include <utility>

#include "converters/tflite/linear.h"
#include "converters/tflite/operators.h"
#include "converters/tflite/window.h"

namespace synfire::tflite {
namespace {

/// What the two convolutions' options have in common.
struct ConvOptions {
  Window window;
  format::Padding padding;
  format::Activation activation;
};

template <typename Options>
ConvOptions common_options(const Options& options, const Shape& weights) {
  return {{{static_cast<std::int32_t>(weights[1]), static_cast<std::int32_t>(weights[2])},
           {options.stride_h(), options.stride_w()},
           {options.dilation_h(), options.dilation_w()}},
          options.padding(),
          options.activation()};
}

/// {outer, rows, columns, inner} int8 to {outer, inner, rows, columns}, or with the two swapped.
Tensor kernel_tensor(const Operation& operation, const TensorView& weights, bool depthwise) {
  operation.builder().charge(operation, weights.elements);
  const auto in =
      std::span(reinterpret_cast<const std::int8_t*>(weights.data.data()), weights.data.size());
  const std::int64_t outer = weights.shape[0], inner = weights.shape[3];
  const std::int64_t taps = weights.shape[1] * weights.shape[2];
  const Shape shape{depthwise ? inner : outer, depthwise ? outer : inner, weights.shape[1],
                    weights.shape[2]};
  Tensor kernel(DataType::int8, shape);
  const auto out = kernel.as<std::int8_t>();
  std::size_t at = 0;
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t t = 0; t < taps; ++t)
      for (std::int64_t i = 0; i < inner; ++i) {
        const std::int64_t row = depthwise ? i * outer + o : o * inner + i;
        out[static_cast<std::size_t>(row * taps + t)] = in[at++];
      }
  return kernel;
}

/// The convolution's own padding and that of a PAD before it.
Padding sum(const Operation& operation, const Padding& a, const Padding& b) {
  Padding total{};
  for (std::size_t side = 0; side < total.size(); ++side) {
    const std::int64_t zeros = std::int64_t{a[side]} + b[side];
    if (zeros > 1 << 24) operation.refuse(Code::tflite_graph, "has a very large padding");
    total[side] = static_cast<std::int32_t>(zeros);
  }
  return total;
}

/// The projection and population of a convolution whose weights have been checked.
void build(const Operation& operation, const char* kind, const TensorView& weights,
           const ConvOptions& options, std::int32_t groups, Parameters parameters) {
  const bool depthwise = kind[0] == 'd';
  const Affine output = operation.target_affine();
  const Range range = operation.range(options.activation, output);
  const MapSize in = map_of(operation, operation.source_shape(0));
  const MapSize out = map_of(operation, operation.target_shape());
  Conv2d conv;
  conv.padding = window_padding(operation, options.window, options.padding, in, out);
  conv.weight = kernel_tensor(operation, weights, depthwise);
  conv.stride = options.window.stride;
  conv.dilation = options.window.dilation;
  conv.groups = groups;
  Builder& builder = operation.builder();
  const MapSource source = builder.map_source(operation, operation.input_index(0), true);
  conv.padding = sum(operation, conv.padding, source.padding);
  const std::size_t population = builder.add_population(
      operation, kind, map_shape(out, Layout::hwc), output, range, "linear", std::move(parameters));
  builder.connect(source.population, population, std::move(conv));
  operation.finish(population);
}

void expect_channels(const Operation& operation, bool fits, std::int64_t input,
                     const TensorView& weights) {
  if (!fits)
    operation.refuse(Code::tflite_graph, "weights of shape " + to_string(weights.shape) +
                                             " do not fit " + std::to_string(input) +
                                             " input channels and the output");
}

}  // namespace

void convert_conv(const Operation& operation) {
  operation.expect_operands(2, 3);
  operation.source_affine(0);
  const auto& options = operation.required(operation.table().builtin_options_as_Conv2D());
  const TensorView& weights = weights_of(operation, 4);
  const std::int64_t in = map_of(operation, operation.source_shape(0)).channels;
  const std::int64_t out = map_of(operation, operation.target_shape()).channels;
  const std::int64_t inner = weights.shape[3];
  expect_channels(operation, weights.shape[0] == out && in % inner == 0 && out % (in / inner) == 0,
                  in, weights);
  const auto scales = weight_scales(operation, weights, out, 0);
  build(operation, "conv", weights, common_options(options, weights.shape),
        static_cast<std::int32_t>(in / inner),
        linear_parameters(operation, scales, out, convolution_factor));
}

void convert_depthwise_conv(const Operation& operation) {
  operation.expect_operands(2, 3);
  operation.source_affine(0);
  const auto& options = operation.required(operation.table().builtin_options_as_DepthwiseConv2D());
  const TensorView& weights = weights_of(operation, 4);
  const std::int64_t in = map_of(operation, operation.source_shape(0)).channels;
  const std::int64_t out = map_of(operation, operation.target_shape()).channels;
  expect_channels(operation, weights.shape[0] == 1 && weights.shape[3] == out && out % in == 0, in,
                  weights);
  const auto scales = weight_scales(operation, weights, out, 3);
  build(operation, "depthwise", weights, common_options(options, weights.shape),
        static_cast<std::int32_t>(in),
        linear_parameters(operation, scales, out, convolution_factor));
}

}  // namespace synfire::tflite
