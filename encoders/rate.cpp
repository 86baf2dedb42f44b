// Rate encoder: brightness becomes the rate of a Poisson spike train.
#include <cmath>

#include "core/base/short_text.h"
#include "encoders/common/element.h"
#include "encoders/stage.h"

namespace synfire {
namespace {

constexpr std::string_view kWhere = "encoders.rate";
constexpr double kMaxRate = 63.75;

Tensor rates(const Tensor& value, const Parameters& parameters) {
  require_type(value, DataType::float32, kWhere);
  const double max_rate = number_or(parameters, "max_rate_hz", kMaxRate, kWhere);
  Tensor result(DataType::float32, value.shape());
  const auto in = value.as<float>();
  const auto out = result.as<float>();
  double sum = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (!(in[i] >= 0) || std::isinf(in[i]))
      fail(Code::parameter_invalid, std::string(kWhere),
           "element " + std::to_string(i) + " of the sample is " + short_text(double{in[i]}) +
               ", a rate is 0 or more");
    sum += double{in[i]};
    out[i] = static_cast<float>(double{in[i]} * max_rate);
  }
  const double total = number_or(parameters, "total_rate_hz", 0, kWhere);
  if (total == 0 || sum == 0) return result;
  for (std::size_t i = 0; i < in.size(); ++i)
    out[i] = static_cast<float>(double{in[i]} / sum * total);
  return result;
}

}  // namespace

extern const StageInfo rate_encoder;
const StageInfo rate_encoder{
    .name = "rate",
    .summary = "float32 elements to rates of Poisson spike trains",
    .parameters = {{"max_rate_hz", "r", "Hz", kMaxRate, 0, 1e6, "rate of an element of 1"},
                   {"total_rate_hz", "R", "Hz", 0.0, 0, 1e12,
                    "sum of the rates of every sample, whatever r; 0: as r makes it"}},
    .equations = "rate = r x, or R x / sum(x) where R is given",
    .source = "Diehl and Cook, Front. Comput. Neurosci. 9:99, 2015 (r = 63.75 Hz)",
    .apply = rates,
    .gives = StageResult::rates};

}  // namespace synfire
