// Softmax decoder: logits to probabilities, for int8 logits in the fixed-point arithmetic of the
// source model (scale 1/256, zero point -128), for float32 logits in float32.
// Source: SOFTMAX of TensorFlow Lite's reference kernels.
#include <algorithm>
#include <cmath>

#include "encoders/common/exponent_scale.h"
#include "encoders/common/row.h"
#include "encoders/stage.h"

namespace synfire {
namespace {

constexpr std::string_view kWhere = "decoders.softmax";

void softmax_row(std::span<const float> in, std::span<float> out, float beta) {
  const float greatest = *std::max_element(in.begin(), in.end());
  float sum = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    out[i] = std::exp((in[i] - greatest) * beta);
    sum += out[i];
  }
  for (float& value : out) value /= sum;
}

Tensor softmax(const Tensor& value, const Parameters& parameters) {
  const std::size_t length = row_length(value, parameters, kWhere);
  if (value.type() == DataType::float32) {
    const auto beta = static_cast<float>(number_or(parameters, "beta", 1.0, kWhere));
    return each_row<float>(value, length, [&](auto in, auto out) { softmax_row(in, out, beta); });
  }
  require_type(value, DataType::int8, kWhere);
  const synfire_softmax_t constants = exponent_scale(parameters, kWhere);
  return each_row<std::int8_t>(value, length, [&](auto in, auto out) {
    synfire_softmax_row(&constants, in.data(), out.data(), static_cast<std::int32_t>(length));
  });
}

}  // namespace

extern const StageInfo softmax_decoder;
const StageInfo softmax_decoder{
    .name = "softmax",
    .summary = "logits to probabilities (int8: scale 1/256, zero point -128; or float32)",
    .parameters = {{"scale", "s", "1", 1.0, 0, 3.4e38, "real value of one step of int8 logits"},
                   {"beta", "beta", "1", 1.0, 0, 3.4e38, "inverse temperature"},
                   {"depth", "n", "1", std::int64_t{0}, 0, 2147483647.0,
                    "elements of a row; 0: the last dimension"},
                   {"rounding", "", "", std::string("double"), 0, 0,
                    "\"double\" or \"single\": rounding of the source model's arithmetic"}},
    .equations = "p_i = exp(beta x_i) / sum_j exp(beta x_j)",
    .source = "TensorFlow Lite reference kernels, SOFTMAX (gemmlowp fixed point)",
    .apply = softmax};

}  // namespace synfire
