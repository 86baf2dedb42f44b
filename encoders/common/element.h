// What stages share: checked access to the elements and parameters that they work on.
#pragma once

#include <string>
#include <string_view>

#include "core/base/diagnostics.h"
#include "core/base/tensor.h"
#include "core/net/parameter.h"

namespace synfire {

/// Throws `parameter_invalid` unless `value` holds elements of `type`.
inline void require_type(const Tensor& value, DataType type, std::string_view where) {
  if (value.type() == type) return;
  fail(Code::parameter_invalid, std::string(where),
       "expects " + std::string(to_string(type)) + " values, was given " +
           std::string(to_string(value.type())));
}

/// The zero point of an int8 tensor.
inline std::int32_t zero_point_of(const Parameters& parameters, std::string_view where) {
  const std::int64_t zero_point = integer_or(parameters, "zero_point", 0, where);
  if (zero_point < -128 || zero_point > 127)
    fail(Code::parameter_invalid, std::string(where) + ".zero_point",
         std::to_string(zero_point) + " is outside -128 .. 127");
  return static_cast<std::int32_t>(zero_point);
}

/// A scale as the 32-bit real that quantized models store.
inline float scale_of(const Parameters& parameters, std::string_view where) {
  const auto scale = static_cast<float>(number_or(parameters, "scale", 1.0, where));
  if (!(scale > 0) || scale > 3.4e38F)
    fail(Code::parameter_invalid, std::string(where) + ".scale",
         std::to_string(scale) + " is not a positive finite number");
  return scale;
}

}  // namespace synfire
