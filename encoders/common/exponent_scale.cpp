#include "encoders/common/exponent_scale.h"

#include <string>

#include "core/base/diagnostics.h"
#include "core/base/fixed_point.h"
#include "encoders/common/element.h"

namespace synfire {
namespace {

/// The factor from Q5 back to steps of int8 logits.
FixedMultiplier inverse_of(const FixedMultiplier& factor, Rounding rounding) {
  return fixed_multiplier(static_cast<double>(std::int64_t{1} << (31 - factor.shift)) /
                              static_cast<double>(factor.multiplier),
                          rounding);
}

}  // namespace

synfire_softmax_t exponent_scale(const Parameters& parameters, std::string_view where) {
  const double scale = scale_of(parameters, where);
  const double beta = number_or(parameters, "beta", 1.0, where);
  const Rounding rounding = rounding_of(text_or(parameters, "rounding", "double", where));
  const double limit = rounding == Rounding::single_step ? 0x1p30 - 1 : 0x1p31 - 1;
  const double real = std::min(beta * scale * 0x1p26, limit);
  if (!(real > 1))
    fail(Code::parameter_invalid, std::string(where) + ".scale",
         "scale * beta = " + std::to_string(beta * scale) + " is too small for Q5.26 exponents");
  const FixedMultiplier factor = fixed_multiplier(real, rounding);
  const FixedMultiplier inverse = inverse_of(factor, rounding);
  const auto least = -static_cast<std::int32_t>(
      std::floor(31.0 * 0x1p26 / static_cast<double>(std::int64_t{1} << factor.shift)));
  return {factor.multiplier,  factor.shift,  rounding == Rounding::single_step ? 1 : 0,
          inverse.multiplier, inverse.shift, least};
}

}  // namespace synfire
