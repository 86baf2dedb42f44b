// Offset encoder: a quantized element becomes the value that a graded neuron sends.
// Source: affine quantization of TensorFlow Lite, real = scale * (q - zero_point).
#include "encoders/common/element.h"
#include "encoders/stage.h"

namespace synfire {
namespace {

Tensor subtract_zero_point(const Tensor& value, const Parameters& parameters) {
  constexpr std::string_view where = "encoders.offset";
  require_type(value, DataType::int8, where);
  const std::int32_t zero_point = zero_point_of(parameters, where);
  Tensor result(DataType::int32, value.shape());
  const auto in = value.as<std::int8_t>();
  const auto out = result.as<std::int32_t>();
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = in[i] - zero_point;
  return result;
}

}  // namespace

extern const StageInfo offset_encoder;
const StageInfo offset_encoder{
    .name = "offset",
    .summary = "int8 elements to int32 values relative to the zero point",
    .parameters = {{"zero_point", "zp", "1", std::int64_t{0}, -128, 127,
                    "element that stands for the real value 0"}},
    .equations = "u = q - zp",
    .source = "affine quantization of TensorFlow Lite",
    .apply = subtract_zero_point};

}  // namespace synfire
