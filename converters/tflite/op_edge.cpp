// Operators at the edges of a model, which become encoder and decoder stages: QUANTIZE of the
// float32 input, DEQUANTIZE, SOFTMAX and LOG_SOFTMAX; and QUANTIZE from int8 to int8.
#include <cmath>
#include <utility>

#include "converters/tflite/linear.h"
#include "converters/tflite/operators.h"

namespace synfire::tflite {
namespace {

Parameters affine_parameters(const Affine& affine) {
  return {{"scale", static_cast<double>(affine.scale)},
          {"zero_point", std::int64_t{affine.zero_point}}};
}

bool is_result(const Operation& operation) {
  return operation.builder().value(operation.input_index(0)).kind == Value::Kind::result;
}

/// The operand as the beginning or continuation of the output's decoders.
Value as_result(const Operation& operation) {
  Value value = operation.builder().value(operation.input_index(0));
  if (value.kind != Value::Kind::result) {
    const Affine affine = operation.source_affine(0);
    value.population = operation.builder().flat_source(operation, operation.input_index(0));
    value.padding = {0, 0, 0, 0};
    value.decoders = {{"offset", {{"zero_point", std::int64_t{affine.zero_point}}}}};
    value.kind = Value::Kind::result;
  }
  value.shape = operation.target_shape();
  if (element_count(value.shape) != operation.input(0).elements)
    operation.refuse(Code::tflite_graph, "changes the number of elements");
  return value;
}

/// Row length, and for int8 logits their scale. `factor` is scale * beta.
Parameters row_parameters(const Operation& operation, float beta) {
  Parameters parameters{{"depth", operation.target_shape().back()}};
  if (operation.input(0).type == format::TensorType::FLOAT32) return parameters;
  const Affine affine = affine_of(operation.input(0), operation.where());
  // Exponents are Q5.26: the kernel demands a factor above one.
  if (!(static_cast<double>(beta) * static_cast<double>(affine.scale) * 0x1p26 > 1))
    operation.refuse(Code::tflite_quantization, "has an input scale that is too small");
  parameters["scale"] = static_cast<double>(affine.scale);
  parameters["rounding"] = std::string(to_string(operation.builder().rounding()));
  return parameters;
}

/// The kernels' fixed output quantization.
void expect_output(const Operation& operation, const Affine& expected) {
  if (operation.output().type != operation.input(0).type)
    operation.refuse(Code::tflite_operator,
                     "changes the type to " + type_name(operation.output().type));
  if (operation.output().type != format::TensorType::FLOAT32 &&
      operation.target_affine() != expected)
    operation.refuse(Code::tflite_quantization,
                     "must have output scale " + std::to_string(expected.scale) +
                         " and zero point " + std::to_string(expected.zero_point));
}

/// float32 is fine behind a DEQUANTIZE only.
void expect_operand(const Operation& operation) {
  operation.expect_operands(1, 1);
  if (!is_result(operation)) operation.source(0);
}

void add_stage(const Operation& operation, const char* name, Parameters parameters) {
  Value value = as_result(operation);
  value.decoders.push_back({name, std::move(parameters)});
  operation.finish(std::move(value));
}

void quantize_input(const Operation& operation) {
  Builder& builder = operation.builder();
  const Affine affine = operation.target_affine();
  const Shape shape = operation.target_shape();
  if (element_count(shape) != operation.input(0).elements)
    operation.refuse(Code::tflite_graph, "changes the number of elements");
  operation.finish(builder.add_quantized_input(shape, affine));
}

}  // namespace

void convert_quantize(const Operation& operation) {
  operation.expect_operands(1, 1);
  Builder& builder = operation.builder();
  if (builder.value(operation.input_index(0)).kind == Value::Kind::float_input)
    return quantize_input(operation);
  const Affine input = operation.source_affine(0), output = operation.target_affine();
  const Shape shape = operation.target_shape();
  if (shape != operation.source_shape(0)) operation.refuse(Code::tflite_graph, "changes the shape");
  const FixedMultiplier multiplier =
      operation.multiplier(static_cast<double>(input.scale) / static_cast<double>(output.scale));
  const std::size_t source = builder.flat_source(operation, operation.input_index(0));
  const std::size_t population = builder.add_population(
      operation, "quantize", shape, output, {}, "linear", requantization_parameters(multiplier));
  builder.connect(source, population, OneToOne{unit_weight()});
  operation.finish(population);
}

void convert_dequantize(const Operation& operation) {
  expect_operand(operation);
  if (operation.output().type != format::TensorType::FLOAT32)
    operation.refuse(Code::tflite_operator, "gives " + type_name(operation.output().type));
  add_stage(operation, "dequantize",
            affine_parameters(affine_of(operation.input(0), operation.where())));
}

void convert_softmax(const Operation& operation) {
  expect_operand(operation);
  const float beta = operation.required(operation.table().builtin_options_as_Softmax()).beta();
  if (!(beta > 0) || !std::isfinite(beta))
    operation.refuse(Code::tflite_graph, "has beta " + std::to_string(beta));
  expect_output(operation, {1.0F / 256, -128});
  Parameters parameters = row_parameters(operation, beta);
  parameters["beta"] = static_cast<double>(beta);
  add_stage(operation, "softmax", std::move(parameters));
}

void convert_log_softmax(const Operation& operation) {
  expect_operand(operation);
  expect_output(operation, {16.0F / 256, 127});
  add_stage(operation, "log_softmax", row_parameters(operation, 1.0F));
}

}  // namespace synfire::tflite
