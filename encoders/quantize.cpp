// Quantize encoder: float32 samples to the int8 elements that a quantized network was made for.
// Source: QUANTIZE of TensorFlow Lite's reference kernels: division in float32, halves away from
// zero, then saturation.
#include <algorithm>
#include <cmath>

#include "encoders/common/element.h"
#include "encoders/stage.h"

namespace synfire {
namespace {

constexpr std::string_view kWhere = "encoders.quantize";

std::int8_t quantized(float value, float scale, std::int32_t zero_point) {
  // The bounds keep the conversion to an integer defined; they are beyond any int8 result.
  const float steps = std::clamp(std::round(value / scale), -1024.0F, 1024.0F);
  return static_cast<std::int8_t>(
      std::clamp(static_cast<std::int32_t>(steps) + zero_point, -128, 127));
}

Tensor quantize(const Tensor& value, const Parameters& parameters) {
  require_type(value, DataType::float32, kWhere);
  const float scale = scale_of(parameters, kWhere);
  const std::int32_t zero_point = zero_point_of(parameters, kWhere);
  Tensor result(DataType::int8, value.shape());
  const auto in = value.as<float>();
  const auto out = result.as<std::int8_t>();
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (std::isnan(in[i]))
      fail(Code::parameter_invalid, std::string(kWhere),
           "element " + std::to_string(i) + " of the sample is not a number");
    out[i] = quantized(in[i], scale, zero_point);
  }
  return result;
}

}  // namespace

extern const StageInfo quantize_encoder;
const StageInfo quantize_encoder{
    .name = "quantize",
    .summary = "float32 elements to int8 elements",
    .parameters = {{"scale", "s", "unit of the input", 1.0, 0, 3.4e38, "real value of one step"},
                   {"zero_point", "zp", "1", std::int64_t{0}, -128, 127,
                    "element that stands for the real value 0"}},
    .equations = "q = clamp(round(x / s) + zp, -128, 127)",
    .source = "TensorFlow Lite reference kernels, QUANTIZE",
    .apply = quantize};

}  // namespace synfire
