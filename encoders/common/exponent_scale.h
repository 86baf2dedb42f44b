// The constants of softmax-like stages on int8 logits.
#pragma once

#include "core/net/parameter.h"
#include "encoders/common/softmax.h"

namespace synfire {

/// From the parameters "scale", "beta" and "rounding" of a softmax stage; throws
/// `parameter_invalid` when scale * beta is below 2^-26 (exponents would vanish).
synfire_softmax_t exponent_scale(const Parameters& parameters, std::string_view where);

}  // namespace synfire
