// Log-softmax decoder: logits to log probabilities, for int8 logits in the fixed-point arithmetic
// of the source model (scale 16/256, zero point 127), for float32 logits in float32.
// Source: LOG_SOFTMAX of TensorFlow Lite's reference kernels.
#include <algorithm>
#include <cmath>

#include "encoders/common/exponent_scale.h"
#include "encoders/common/row.h"
#include "encoders/stage.h"

namespace synfire {
namespace {

constexpr std::string_view kWhere = "decoders.log_softmax";

void log_softmax_row(std::span<const float> in, std::span<float> out) {
  const float greatest = *std::max_element(in.begin(), in.end());
  float sum = 0;
  for (const float value : in) sum += std::exp(value - greatest);
  const float log_sum = std::log(sum);
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = in[i] - greatest - log_sum;
}

Tensor log_softmax(const Tensor& value, const Parameters& parameters) {
  const std::size_t length = row_length(value, parameters, kWhere);
  if (value.type() == DataType::float32)
    return each_row<float>(value, length, [](auto in, auto out) { log_softmax_row(in, out); });
  require_type(value, DataType::int8, kWhere);
  const synfire_softmax_t constants = exponent_scale(parameters, kWhere);
  return each_row<std::int8_t>(value, length, [&](auto in, auto out) {
    synfire_log_softmax_row(&constants, in.data(), out.data(), static_cast<std::int32_t>(length));
  });
}

}  // namespace

extern const StageInfo log_softmax_decoder;
const StageInfo log_softmax_decoder{
    .name = "log_softmax",
    .summary = "logits to log probabilities (int8: scale 1/16, zero point 127; or float32)",
    .parameters = {{"scale", "s", "1", 1.0, 0, 3.4e38, "real value of one step of int8 logits"},
                   {"depth", "n", "1", std::int64_t{0}, 0, 2147483647.0,
                    "elements of a row; 0: the last dimension"},
                   {"rounding", "", "", std::string("double"), 0, 0,
                    "\"double\" or \"single\": rounding of the source model's arithmetic"}},
    .equations = "y_i = x_i - log sum_j exp(x_j)",
    .source = "TensorFlow Lite reference kernels, LOG_SOFTMAX (gemmlowp fixed point)",
    .apply = log_softmax};

}  // namespace synfire
