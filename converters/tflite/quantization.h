// The quantization arithmetic of TensorFlow Lite's reference kernels: which real factor each
// operator applies, in which precision it is computed, and how activations bound the outputs.
// Source: kernel_util (PopulateConvolutionQuantizationParams, GetQuantizedConvolutionMultipler,
// CalculateActivationRangeQuantized), reduce and add of the reference kernels.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "converters/tflite/model_file.h"
#include "core/base/fixed_point.h"

namespace synfire::tflite {

/// real = scale * (q - zero_point) for int8 q.
struct Affine {
  float scale = 1;
  std::int32_t zero_point = 0;
  bool operator==(const Affine&) const = default;
};

struct Range {
  std::int32_t low = -128;
  std::int32_t high = 127;
};

/// The int8 bounds of a fused activation. TANH and SIGN_BIT are refused before.
Range activation_range(format::Activation activation, const Affine& output);

/// Per channel (and all convolutions): the product in double precision.
double convolution_factor(float input, float weight, float output);
/// FULLY_CONNECTED with one weight scale: the product in single precision.
double dense_factor(float input, float weight, float output);

/// MEAN: the factor input / output with 1 / count folded into the multiplier, truncated.
FixedMultiplier mean_multiplier(double factor, std::int64_t count, Rounding rounding);

/// ADD: operands are shifted left by 20 bits and scaled to twice the larger scale.
struct AddMultipliers {
  static constexpr std::int32_t left_shift = 20;
  FixedMultiplier operand[2];
  FixedMultiplier output;
};
AddMultipliers add_multipliers(float first, float second, float output, Rounding rounding);

}  // namespace synfire::tflite
