// Builds small TFLite models in memory, for tests of what files should not do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "converters/tflite/tflite_generated.h"

namespace synfire::test {

namespace format = synfire::tflite_format;

struct TensorSpec {
  std::string name;
  std::vector<std::int32_t> shape;
  format::TensorType type = format::TensorType::INT8;
  std::vector<float> scales{0.5F};
  std::vector<std::int64_t> zero_points{0};
  std::vector<std::uint8_t> data{};  // of constants
  std::int32_t quantized_dimension = 0;
  std::vector<std::int32_t> signature{};
  std::uint32_t buffer_offset = 0;  // above 1: data outside the FlatBuffer
};

struct OperatorSpec {
  std::int32_t code = 0;
  std::vector<std::int32_t> inputs, outputs;
  std::int32_t stride = 1;
  std::int32_t filter = 1;
  format::Padding padding = format::Padding::SAME;
  format::Activation activation = format::Activation::NONE;
  bool options = true;
};

struct ModelSpec {
  std::vector<TensorSpec> tensors;
  std::vector<OperatorSpec> operators;
  std::vector<std::int32_t> inputs, outputs;
  std::uint32_t version = 3;
  std::size_t subgraphs = 1;
};

/// 4x4x2 -> CONV_2D 3x3 (RELU) -> MAX_POOL_2D 2x2 -> RESHAPE -> FULLY_CONNECTED -> SOFTMAX
ModelSpec small_model();

std::vector<std::byte> model_bytes(const ModelSpec& spec);

}  // namespace synfire::test
