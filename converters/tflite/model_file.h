// A verified view of a model file: after reading, every index is in range, every shape's product
// fits 31 bits, and every constant's size is that of its shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "converters/tflite/tflite_generated.h"
#include "core/base/diagnostics.h"
#include "core/base/tensor.h"

namespace synfire::tflite {

namespace format = synfire::tflite_format;

struct TensorView {
  std::string name;
  format::TensorType type = format::TensorType::FLOAT32;
  Shape shape;
  std::int64_t elements = 0;
  std::span<const std::byte> data;  // of constants
  std::span<const float> scales;
  std::span<const std::byte> zero_points;  // int64 each, not aligned
  std::int32_t quantized_dimension = 0;
  bool constant = false;
  bool sparse = false;
  bool dynamic = false;           // a dimension other than the first is unknown until run time
  bool custom_quantized = false;  // quantization parameters of a kind not described here

  std::size_t zero_point_count() const { return zero_points.size() / sizeof(std::int64_t); }
  std::int64_t zero_point(std::size_t index) const;
};

struct OperatorView {
  std::int32_t index = 0;
  std::int32_t code = 0;
  std::int32_t version = 1;
  std::string custom_name;
  std::vector<std::int32_t> inputs;  // tensor indices; -1: left out
  std::vector<std::int32_t> outputs;
  const format::Operator* table = nullptr;
};

struct ModelFile {
  std::vector<std::byte> bytes;  // owns what the views look at
  std::string description;
  std::size_t subgraphs = 0;
  std::vector<TensorView> tensors;  // of the first subgraph
  std::vector<OperatorView> operators;
  std::vector<std::int32_t> inputs;
  std::vector<std::int32_t> outputs;
};

/// "INT8" for messages.
std::string type_name(format::TensorType type);
/// Bytes of an element; 0 where elements have no fixed size in whole bytes.
std::size_t element_size(format::TensorType type);

/// Throws Failure (`file_format`, `file_truncated`, `file_corrupt`, `tflite_graph`) located at
/// `where` with every fault of the structure.
ModelFile read_model_file(std::vector<std::byte> bytes, const std::string& where);

}  // namespace synfire::tflite
