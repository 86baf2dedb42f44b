// Operators that move values without changing them: RESHAPE, SQUEEZE, EXPAND_DIMS, PAD, TRANSPOSE.
#include <algorithm>
#include <cstring>
#include <utility>

#include "converters/tflite/operators.h"

namespace synfire::tflite {
namespace {

void check_same_quantization(const Operation& operation) {
  const Affine input = operation.source_affine(0), output = operation.target_affine();
  if (input != output)
    operation.refuse(Code::tflite_quantization,
                     "must have the same scale and zero point before and after it");
}

/// The value of input 0 under the output's shape.
Value renamed(const Operation& operation) {
  Value value = operation.builder().value(operation.input_index(0));
  value.shape = operation.target_shape();
  if (element_count(value.shape) != operation.input(0).elements)
    operation.refuse(Code::tflite_graph, "changes the number of elements");
  return value;
}

/// Rows {before, after} of the padding operand, without the batch.
struct Pads {
  std::vector<std::int64_t> before, after;
};

Pads pads_of(const Operation& operation) {
  const std::vector<std::int64_t> values = operation.integers(1, "paddings");
  const std::size_t rank = operation.input(0).shape.size();
  if (values.size() != 2 * rank) operation.refuse(Code::tflite_graph, "lacks some paddings");
  Pads pads;
  for (std::size_t d = 0; d < rank; ++d) {
    const std::int64_t before = values[2 * d], after = values[2 * d + 1];
    if (before < 0 || after < 0 || before >= 1 << 24 || after >= 1 << 24)
      operation.refuse(Code::tflite_graph, "has a padding that is negative or very large");
    if (d == 0 && rank > 1 && before + after > 0)
      operation.refuse(Code::tflite_operator, "pads the batch dimension");
    if (d == 0 && rank > 1) continue;
    pads.before.push_back(before);
    pads.after.push_back(after);
  }
  return pads;
}

void check_padded_shape(const Operation& operation, const Shape& in, const Pads& pads) {
  const Shape out = operation.target_shape();
  bool fits = out.size() == in.size();
  for (std::size_t d = 0; fits && d < in.size(); ++d)
    fits = out[d] == in[d] + pads.before[d] + pads.after[d];
  if (!fits) operation.refuse(Code::tflite_graph, "its output does not have the padded shape");
}

/// The same neurons with zeros around the map, which a convolution takes over.
Value with_padding(const Operation& operation, const Pads& pads) {
  Value value = operation.source(0);
  value.shape = operation.target_shape();
  for (std::size_t axis = 0; axis < 2; ++axis) {
    value.padding[2 * axis] += static_cast<std::int32_t>(pads.before[axis]);
    value.padding[2 * axis + 1] += static_cast<std::int32_t>(pads.after[axis]);
  }
  return value;
}

/// PADV2 names the value; only the one that stands for zero leaves padded neurons silent.
void check_pad_value(const Operation& operation, const Affine& affine) {
  if (operation.optional_input(2) == nullptr) return;
  const TensorView& view = operation.constant(2, format::TensorType::INT8, "padding values");
  if (view.elements != 1) operation.refuse(Code::tflite_graph, "has several padding values");
  if (static_cast<std::int8_t>(view.data[0]) != affine.zero_point)
    operation.refuse(Code::tflite_operator, "pads with a value other than zero");
}

std::vector<std::size_t> permutation_of(const Operation& operation) {
  const std::size_t rank = operation.input(0).shape.size();
  const std::vector<std::int64_t> values = operation.integers(1, "axes");
  std::vector<std::size_t> axes;
  for (const std::int64_t axis : values)
    axes.push_back(
        static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis));
  std::vector<std::size_t> sorted = axes;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t d = 0; d < sorted.size(); ++d)
    if (sorted[d] != d) sorted.clear();
  if (sorted.size() != rank) operation.refuse(Code::tflite_graph, "its axes are not a permutation");
  return axes;
}

/// Moving dimensions of size one does not change the order of the elements.
bool keeps_order(const Shape& shape, const std::vector<std::size_t>& axes) {
  std::size_t last = 0;
  for (const std::size_t axis : axes) {
    if (shape[axis] == 1) continue;
    if (axis < last) return false;
    last = axis;
  }
  return true;
}

}  // namespace

void convert_reshape(const Operation& operation) {
  operation.expect_operands(1, 2);
  const Value::Kind kind = operation.builder().value(operation.input_index(0)).kind;
  Value value = renamed(operation);
  if (kind == Value::Kind::missing) operation.source(0);  // says what is wrong
  if (kind == Value::Kind::population) {
    check_same_quantization(operation);
    value.population = operation.builder().flat_source(operation, operation.input_index(0));
    value.padding = {0, 0, 0, 0};
  }
  operation.finish(std::move(value));
}

void convert_pad(const Operation& operation) {
  operation.expect_operands(2, 3);
  check_same_quantization(operation);
  check_pad_value(operation, operation.source_affine(0));
  const Shape in = operation.source_shape(0);
  const Pads pads = pads_of(operation);
  check_padded_shape(operation, in, pads);
  Builder& builder = operation.builder();
  if (in.size() == 3 && pads.before[2] + pads.after[2] == 0)
    return operation.finish(with_padding(operation, pads));
  const Shape out = operation.target_shape();
  builder.charge(operation, element_count(out) * 24);
  const std::size_t source = builder.flat_source(operation, operation.input_index(0));
  std::vector<std::size_t> axes(in.size());
  for (std::size_t d = 0; d < axes.size(); ++d) axes[d] = d;
  operation.finish(builder.add_relay(operation, "pad", source, out,
                                     element_origins(out, in, axes, pads.before)));
}

void convert_transpose(const Operation& operation) {
  operation.expect_operands(2, 2);
  check_same_quantization(operation);
  const Shape& in = operation.input(0).shape;
  operation.source_shape(0);
  const std::vector<std::size_t> axes = permutation_of(operation);
  const Shape& out = operation.output().shape;
  for (std::size_t d = 0; d < axes.size(); ++d)
    if (out.size() != axes.size() || out[d] != in[axes[d]])
      operation.refuse(Code::tflite_graph, "its output does not have the transposed shape");
  Builder& builder = operation.builder();
  const std::size_t source = builder.flat_source(operation, operation.input_index(0));
  if (keeps_order(in, axes)) return operation.finish(source);
  const Shape target = operation.target_shape();
  builder.charge(operation, element_count(target) * 24);
  const std::vector<std::int64_t> before(axes.size(), 0);
  operation.finish(builder.add_relay(operation, "transpose", source, target,
                                     element_origins(out, in, axes, before)));
}

}  // namespace synfire::tflite
