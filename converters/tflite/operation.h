// One operator while it is being converted: checked access to its operands and options. Every check
// that fails throws a Failure located at the operator ("CONV_2D #3 (tensor name)").
#pragma once

#include <span>
#include <string>
#include <vector>

#include "converters/tflite/builder.h"

namespace synfire::tflite {

/// What to do about a float model; the hint of every `tflite_float`.
std::string float_advice();

/// Dimensions without the batch, which must be 1. A single dimension is no batch. Throws
/// `tflite_operator` for dynamic shapes and batches, `tflite_graph` for empty tensors.
Shape shape_without_batch(const TensorView& tensor, const std::string& where);

/// Scale and zero point of an int8 activation; throws `tflite_float`, `tflite_operator` (other
/// types) or `tflite_quantization`.
Affine affine_of(const TensorView& tensor, const std::string& where);

class Operation {
 public:
  Operation(Builder& builder, const OperatorView& view);
  /// A place that is no operator (the model's output), for messages.
  Operation(Builder& builder, std::string where);

  Builder& builder() const { return builder_; }
  const std::string& where() const { return where_; }
  [[noreturn]] void refuse(Code code, std::string message, std::string hint = {}) const;

  /// Throws `tflite_graph` unless it has as many operands.
  void expect_operands(std::size_t least, std::size_t most) const;
  std::int32_t input_index(std::size_t position) const;
  std::int32_t output_index() const;
  const TensorView& input(std::size_t position) const;
  const TensorView* optional_input(std::size_t position) const;
  const TensorView& output() const;

  /// An operand that is a constant of `type`; `what` names it in messages.
  const TensorView& constant(std::size_t position, format::TensorType type, const char* what) const;
  /// The numbers of a constant int32 or int64 operand (axes, paddings), at most 64 of them.
  std::vector<std::int64_t> integers(std::size_t position, const char* what) const;

  /// Checks that an operand is an int8 activation that exists, and gives its quantization.
  Affine source_affine(std::size_t position) const;
  /// The same of the output, which must not exist yet.
  Affine target_affine() const;
  /// An operand's value; throws when it was not made yet or is behind a decoder stage.
  const Value& source(std::size_t position) const;
  Shape source_shape(std::size_t position) const;
  Shape target_shape() const;

  /// The fused activation's bounds; refuses TANH and SIGN_BIT.
  Range range(format::Activation activation, const Affine& output) const;
  /// A requantization factor as multiplier and shift; refuses factors of 2^30 and above.
  FixedMultiplier multiplier(double factor) const;
  const format::Operator& table() const { return *view_->table; }
  /// The options table; throws when the operator has none of its kind.
  template <typename Options>
  const Options& required(const Options* options) const {
    if (options == nullptr) refuse(Code::tflite_graph, "has no options of its kind");
    return *options;
  }

  /// An operand is the result of a refused operator: everything is checked, nothing is built.
  bool is_dry() const { return dry_; }

  /// Declares that `population` holds the output.
  void finish(std::size_t population) const;
  void finish(Value value) const;

 private:
  Builder& builder_;
  const OperatorView* view_ = nullptr;
  std::string where_;
  bool dry_ = false;
};

}  // namespace synfire::tflite
