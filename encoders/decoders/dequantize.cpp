// Dequantize decoder: int8 elements to the real values that they stand for.
// Source: DEQUANTIZE of TensorFlow Lite's reference kernels.
#include "encoders/common/element.h"
#include "encoders/stage.h"

namespace synfire {
namespace {

Tensor dequantize(const Tensor& value, const Parameters& parameters) {
  constexpr std::string_view where = "decoders.dequantize";
  require_type(value, DataType::int8, where);
  const float scale = scale_of(parameters, where);
  const std::int32_t zero_point = zero_point_of(parameters, where);
  Tensor result(DataType::float32, value.shape());
  const auto in = value.as<std::int8_t>();
  const auto out = result.as<float>();
  for (std::size_t i = 0; i < in.size(); ++i)
    out[i] = scale * static_cast<float>(in[i] - zero_point);
  return result;
}

}  // namespace

extern const StageInfo dequantize_decoder;
const StageInfo dequantize_decoder{
    .name = "dequantize",
    .summary = "int8 elements to float32 elements",
    .parameters = {{"scale", "s", "unit of the output", 1.0, 0, 3.4e38, "real value of one step"},
                   {"zero_point", "zp", "1", std::int64_t{0}, -128, 127,
                    "element that stands for the real value 0"}},
    .equations = "x = s * (q - zp)",
    .source = "TensorFlow Lite reference kernels, DEQUANTIZE",
    .apply = dequantize};

}  // namespace synfire
