// ADD of two activations of the same shape.
#include <utility>

#include "converters/tflite/operators.h"

namespace synfire::tflite {
namespace {

Parameters add_parameters(const AddMultipliers& multipliers) {
  const auto number = [](std::int32_t value) { return Parameter(std::int64_t{value}); };
  return {{"left_shift", number(AddMultipliers::left_shift)},
          {"multiplier_0", number(multipliers.operand[0].multiplier)},
          {"shift_0", number(multipliers.operand[0].shift)},
          {"multiplier_1", number(multipliers.operand[1].multiplier)},
          {"shift_1", number(multipliers.operand[1].shift)},
          {"multiplier", number(multipliers.output.multiplier)},
          {"shift", number(multipliers.output.shift)}};
}

void check_shapes(const Operation& operation) {
  const Shape first = operation.source_shape(0), second = operation.source_shape(1);
  const Shape target = operation.target_shape();
  if (first == second && first == target) return;
  operation.refuse(Code::tflite_operator, "adds shapes " + to_string(first) + " and " +
                                              to_string(second) +
                                              "; broadcasting is not supported");
}

}  // namespace

void convert_add(const Operation& operation) {
  operation.expect_operands(2, 2);
  const Affine first = operation.source_affine(0), second = operation.source_affine(1);
  const Affine output = operation.target_affine();
  check_shapes(operation);
  const auto* options = operation.table().builtin_options_as_Add();
  const Range range = operation.range(
      options == nullptr ? format::Activation::NONE : options->activation(), output);
  const AddMultipliers multipliers =
      add_multipliers(first.scale, second.scale, output.scale, operation.builder().rounding());
  // The kernel's factors are below one; a larger one means scales that do not belong together.
  if (multipliers.output.shift > 0)
    operation.refuse(Code::tflite_quantization, "has an output scale that is far too small");
  Builder& builder = operation.builder();
  const std::size_t sources[2] = {builder.flat_source(operation, operation.input_index(0)),
                                  builder.flat_source(operation, operation.input_index(1))};
  const std::size_t population =
      builder.add_population(operation, "add", operation.target_shape(), output, range, "add",
                             add_parameters(multipliers));
  for (std::int32_t operand = 0; operand < 2; ++operand)
    builder.connect(sources[operand], population, OneToOne{unit_weight()}, operand);
  operation.finish(population);
}

}  // namespace synfire::tflite
