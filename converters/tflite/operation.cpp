#include "converters/tflite/operation.h"

#include <cmath>
#include <cstring>
#include <utility>

#include "converters/tflite/operators.h"

namespace synfire::tflite {
namespace {

constexpr std::int64_t kMaxIntegers = 64;
constexpr std::int32_t kMaxShift = 30;

std::string tensor_text(const TensorView& tensor) { return "tensor \"" + tensor.name + "\""; }

/// "CONV_2D #3 (name of the first output)"
std::string place_of(const ModelFile& file, const OperatorView& view) {
  std::string text = operator_name(view) + " #" + std::to_string(view.index);
  if (!view.outputs.empty())
    text += " (" + file.tensors[static_cast<std::size_t>(view.outputs[0])].name + ")";
  return text;
}

}  // namespace

std::string float_advice() {
  return "export with post-training full-integer quantization: a representative_dataset, "
         "target_spec.supported_ops = [TFLITE_BUILTINS_INT8]";
}

Shape shape_without_batch(const TensorView& tensor, const std::string& where) {
  if (tensor.dynamic)
    fail(Code::tflite_operator, where, tensor_text(tensor) + " has a dynamic shape",
         "export the model with fixed input dimensions");
  if (tensor.elements == 0) fail(Code::tflite_graph, where, tensor_text(tensor) + " is empty");
  if (tensor.shape.empty()) return {1};
  if (tensor.shape.size() == 1) return tensor.shape;
  if (tensor.shape[0] != 1)
    fail(Code::tflite_operator, where,
         tensor_text(tensor) + " has shape " + to_string(tensor.shape) +
             "; the first dimension (batch) must be 1");
  return {tensor.shape.begin() + 1, tensor.shape.end()};
}

Affine affine_of(const TensorView& tensor, const std::string& where) {
  using enum format::TensorType;
  if (tensor.type == FLOAT32 || tensor.type == FLOAT16)
    fail(Code::tflite_float, where, tensor_text(tensor) + " is " + type_name(tensor.type),
         float_advice());
  if (tensor.type != INT8)
    fail(Code::tflite_operator, where,
         tensor_text(tensor) + " is " + type_name(tensor.type) + "; activations must be INT8");
  if (tensor.custom_quantized || tensor.scales.size() != 1 || tensor.zero_point_count() != 1)
    fail(Code::tflite_quantization, where,
         tensor_text(tensor) + " must have one scale and one zero point, it has " +
             std::to_string(tensor.scales.size()) + " and " +
             std::to_string(tensor.zero_point_count()));
  const float scale = tensor.scales[0];
  const std::int64_t zero_point = tensor.zero_point(0);
  if (!(scale > 0) || !std::isfinite(scale))
    fail(Code::tflite_quantization, where,
         tensor_text(tensor) + " has scale " + std::to_string(scale));
  if (zero_point < -128 || zero_point > 127)
    fail(Code::tflite_quantization, where,
         tensor_text(tensor) + " has zero point " + std::to_string(zero_point));
  return {scale, static_cast<std::int32_t>(zero_point)};
}

Operation::Operation(Builder& builder, const OperatorView& view)
    : builder_(builder), view_(&view), where_(place_of(builder.file(), view)) {
  for (const std::int32_t index : view.inputs)
    dry_ = dry_ || (index >= 0 && builder.value(index).kind == Value::Kind::refused);
}

Operation::Operation(Builder& builder, std::string where)
    : builder_(builder), where_(std::move(where)) {}

void Operation::refuse(Code code, std::string message, std::string hint) const {
  fail(code, where_, std::move(message), std::move(hint));
}

void Operation::expect_operands(std::size_t least, std::size_t most) const {
  const std::size_t count = view_->inputs.size();
  if (count < least || count > most || view_->outputs.size() != 1)
    refuse(Code::tflite_graph, "has " + std::to_string(count) + " inputs and " +
                                   std::to_string(view_->outputs.size()) + " outputs");
}

std::int32_t Operation::input_index(std::size_t position) const {
  const std::int32_t index = position < view_->inputs.size() ? view_->inputs[position] : -1;
  if (index < 0) refuse(Code::tflite_graph, "lacks input " + std::to_string(position));
  return index;
}

std::int32_t Operation::output_index() const { return view_->outputs.at(0); }

const TensorView& Operation::input(std::size_t position) const {
  return builder_.file().tensors[static_cast<std::size_t>(input_index(position))];
}

const TensorView* Operation::optional_input(std::size_t position) const {
  if (position >= view_->inputs.size() || view_->inputs[position] < 0) return nullptr;
  return &input(position);
}

const TensorView& Operation::output() const {
  return builder_.file().tensors[static_cast<std::size_t>(output_index())];
}

const TensorView& Operation::constant(std::size_t position, format::TensorType type,
                                      const char* what) const {
  const TensorView& tensor = input(position);
  if (tensor.type == format::TensorType::FLOAT32)
    refuse(Code::tflite_float, std::string(what) + " are FLOAT32", float_advice());
  if (tensor.type != type)
    refuse(Code::tflite_operator, std::string(what) + " are " + type_name(tensor.type) + ", only " +
                                      type_name(type) + " is supported");
  if (tensor.sparse) refuse(Code::tflite_operator, std::string(what) + " are stored sparsely");
  if (!tensor.constant || builder_.value(view_->inputs[position]).kind != Value::Kind::missing)
    refuse(Code::tflite_operator, std::string(what) + " are not constant");
  return tensor;
}

std::vector<std::int64_t> Operation::integers(std::size_t position, const char* what) const {
  const bool wide = input(position).type == format::TensorType::INT64;
  const TensorView& tensor =
      constant(position, wide ? format::TensorType::INT64 : format::TensorType::INT32, what);
  if (tensor.elements > kMaxIntegers)
    refuse(Code::tflite_graph, std::string(what) + " are too many numbers");
  std::vector<std::int64_t> values(static_cast<std::size_t>(tensor.elements));
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::int32_t narrow = 0;
    if (wide) std::memcpy(&values[i], tensor.data.data() + i * sizeof values[i], sizeof values[i]);
    if (!wide) {
      std::memcpy(&narrow, tensor.data.data() + i * sizeof narrow, sizeof narrow);
      values[i] = narrow;
    }
  }
  return values;
}

Affine Operation::source_affine(std::size_t position) const {
  const TensorView& tensor = input(position);
  source(position);
  return affine_of(tensor, where_);
}

Affine Operation::target_affine() const { return affine_of(output(), where_); }

const Value& Operation::source(std::size_t position) const {
  const TensorView& tensor = input(position);
  const Value& value = builder_.value(input_index(position));
  using enum Value::Kind;
  if (value.kind == missing && tensor.constant)
    refuse(Code::tflite_operator, tensor_text(tensor) + " is a constant, not an activation");
  if (value.kind == missing)
    refuse(Code::tflite_graph, tensor_text(tensor) + " is used before it is made");
  if (value.kind == float_input)
    refuse(Code::tflite_float, "works on the float32 input", float_advice());
  if (value.kind == result)
    refuse(tensor.type == format::TensorType::FLOAT32 ? Code::tflite_float : Code::tflite_operator,
           "follows a stage that is only supported at the model's end (" +
               value.decoders.back().name + ")");
  return value;
}

Shape Operation::source_shape(std::size_t position) const {
  source(position);
  return shape_without_batch(input(position), where_);
}

Shape Operation::target_shape() const { return shape_without_batch(output(), where_); }

Range Operation::range(format::Activation activation, const Affine& output) const {
  using enum format::Activation;
  if (activation < NONE || activation > RELU6)
    refuse(Code::tflite_operator, std::string("the fused activation ") +
                                      format::EnumNameActivation(activation) + " is not supported");
  const Range range = activation_range(activation, output);
  if (range.low > range.high)
    refuse(Code::tflite_quantization, "the fused activation leaves no output value");
  return range;
}

FixedMultiplier Operation::multiplier(double factor) const {
  if (!std::isfinite(factor) || factor >= std::ldexp(1.0, kMaxShift))
    refuse(Code::tflite_quantization,
           "the ratio of its scales, " + std::to_string(factor) + ", is too large");
  return fixed_multiplier(factor, builder_.rounding());
}

void Operation::finish(std::size_t population) const {
  Value value;
  value.kind = Value::Kind::population;
  value.population = population;
  value.shape = target_shape();
  finish(std::move(value));
}

void Operation::finish(Value value) const {
  Value& target = builder_.value(output_index());
  if (target.kind != Value::Kind::missing || output().constant)
    refuse(Code::tflite_graph, tensor_text(output()) + " is made twice");
  if (dry_) value.kind = Value::Kind::refused;
  target = std::move(value);
}

}  // namespace synfire::tflite
