#include "support/tflite_model_maker.h"

#include <cstring>
#include <span>
#include <utility>

namespace synfire::test {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

enum Builtin : std::int32_t {
  kAdd = 0,
  kConv = 3,
  kDepthwise = 4,
  kDense = 9,
  kMaxPool = 17,
  kReshape = 22,
  kSoftmax = 25,
  kAveragePool = 1
};

std::vector<std::uint8_t> ramp(std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + 11);
  return bytes;
}

std::vector<std::uint8_t> int32_bytes(const std::vector<std::int32_t>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(std::int32_t));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::pair<format::BuiltinOptions, Offset<void>> options_of(FlatBufferBuilder& builder,
                                                           const OperatorSpec& spec) {
  using enum format::BuiltinOptions;
  const std::int32_t s = spec.stride, f = spec.filter;
  if (!spec.options) return {NONE, 0};
  switch (spec.code) {
    case kConv:
      return {Conv2D,
              format::CreateConv2DOptions(builder, spec.padding, s, s, spec.activation).Union()};
    case kDepthwise:
      return {DepthwiseConv2D,
              format::CreateDepthwiseConv2DOptions(builder, spec.padding, s, s, 1, spec.activation)
                  .Union()};
    case kMaxPool:
    case kAveragePool:
      return {
          Pool2D,
          format::CreatePool2DOptions(builder, spec.padding, s, s, f, f, spec.activation).Union()};
    case kDense:
      return {FullyConnected,
              format::CreateFullyConnectedOptions(builder, spec.activation).Union()};
    case kSoftmax:
      return {Softmax, format::CreateSoftmaxOptions(builder, 1.0F).Union()};
    case kAdd:
      return {Add, format::CreateAddOptions(builder, spec.activation).Union()};
    default:
      return {NONE, 0};
  }
}

Offset<format::Tensor> make_tensor(FlatBufferBuilder& builder, const TensorSpec& spec,
                                   std::uint32_t buffer) {
  const auto quantization = format::CreateQuantizationDirect(
      builder, nullptr, nullptr, &spec.scales, &spec.zero_points, format::QuantizationDetails::NONE,
      0, spec.quantized_dimension);
  return format::CreateTensorDirect(builder, &spec.shape, spec.type, buffer, spec.name.c_str(),
                                    quantization, false, 0,
                                    spec.signature.empty() ? nullptr : &spec.signature);
}

}  // namespace

ModelSpec small_model() {
  ModelSpec model;
  const auto tensor = [&](const char* name, std::vector<std::int32_t> shape) -> TensorSpec& {
    model.tensors.push_back({name, std::move(shape)});
    return model.tensors.back();
  };
  tensor("image", {1, 4, 4, 2});
  tensor("kernel", {3, 3, 3, 2}).data = ramp(54);
  model.tensors.back().scales = {0.01F, 0.02F, 0.03F};
  model.tensors.back().zero_points = {0, 0, 0};
  TensorSpec& bias = tensor("bias", {3});
  bias.type = format::TensorType::INT32;
  bias.data = int32_bytes({5, -7, 100});
  tensor("map", {1, 4, 4, 3}).zero_points = {-128};
  tensor("pooled", {1, 2, 2, 3}).zero_points = {-128};
  TensorSpec& shape = tensor("shape", {2});
  shape.type = format::TensorType::INT32;
  shape.data = int32_bytes({1, 12});
  tensor("flat", {1, 12}).zero_points = {-128};
  tensor("weights", {4, 12}).data = ramp(48);
  tensor("logits", {1, 4}).scales = {4.0F};
  TensorSpec& probabilities = tensor("probabilities", {1, 4});
  probabilities.scales = {1.0F / 256};
  probabilities.zero_points = {-128};
  model.operators = {{kConv, {0, 1, 2}, {3}, 1, 1, format::Padding::SAME, format::Activation::RELU},
                     {kMaxPool, {3}, {4}, 2, 2},
                     {kReshape, {4, 5}, {6}},
                     {kDense, {6, 7, -1}, {8}},
                     {kSoftmax, {8}, {9}}};
  model.inputs = {0};
  model.outputs = {9};
  return model;
}

std::vector<std::byte> model_bytes(const ModelSpec& spec) {
  FlatBufferBuilder builder;
  std::vector<Offset<format::Buffer>> buffers{format::CreateBuffer(builder)};
  std::vector<Offset<format::Tensor>> tensors;
  for (const TensorSpec& tensor : spec.tensors) {
    std::uint32_t buffer = 0;
    if (!tensor.data.empty() || tensor.buffer_offset > 0) {
      buffer = static_cast<std::uint32_t>(buffers.size());
      buffers.push_back(format::CreateBufferDirect(builder, &tensor.data, tensor.buffer_offset));
    }
    tensors.push_back(make_tensor(builder, tensor, buffer));
  }
  std::vector<Offset<format::OperatorCode>> codes;
  std::vector<Offset<format::Operator>> operators;
  for (const OperatorSpec& op : spec.operators) {
    codes.push_back(format::CreateOperatorCode(builder, 0, 0, 1, op.code));
    const auto [type, options] = options_of(builder, op);
    operators.push_back(format::CreateOperatorDirect(builder,
                                                     static_cast<std::uint32_t>(codes.size() - 1),
                                                     &op.inputs, &op.outputs, type, options));
  }
  std::vector<Offset<format::SubGraph>> graphs;
  for (std::size_t i = 0; i < spec.subgraphs; ++i)
    graphs.push_back(
        format::CreateSubGraphDirect(builder, &tensors, &spec.inputs, &spec.outputs, &operators));
  format::FinishModelBuffer(
      builder, format::CreateModelDirect(builder, spec.version, &codes, &graphs, "made for a test",
                                         &buffers));
  const auto bytes = std::as_bytes(std::span(builder.GetBufferPointer(), builder.GetSize()));
  return {bytes.begin(), bytes.end()};
}

}  // namespace synfire::test
