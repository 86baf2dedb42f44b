// Offset decoder: the values of graded readouts back to the quantized elements of the source model
// (its logits, where the model is a classifier).
// Source: affine quantization of TensorFlow Lite, real = scale * (q - zero_point).
#include <algorithm>

#include "encoders/common/element.h"
#include "encoders/stage.h"

namespace synfire {
namespace {

Tensor add_zero_point(const Tensor& value, const Parameters& parameters) {
  constexpr std::string_view where = "decoders.offset";
  require_type(value, DataType::int32, where);
  const std::int64_t zero_point = zero_point_of(parameters, where);
  Tensor result(DataType::int8, value.shape());
  const auto in = value.as<std::int32_t>();
  const auto out = result.as<std::int8_t>();
  for (std::size_t i = 0; i < in.size(); ++i)
    out[i] = static_cast<std::int8_t>(std::clamp<std::int64_t>(in[i] + zero_point, -128, 127));
  return result;
}

}  // namespace

extern const StageInfo offset_decoder;
const StageInfo offset_decoder{
    .name = "offset",
    .summary = "int32 values relative to the zero point to int8 elements",
    .parameters = {{"zero_point", "zp", "1", std::int64_t{0}, -128, 127,
                    "element that stands for the real value 0"}},
    .equations = "q = clamp(u + zp, -128, 127)",
    .source = "affine quantization of TensorFlow Lite",
    .apply = add_zero_point};

}  // namespace synfire
