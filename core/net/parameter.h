// Named parameters of populations, encoders and decoders.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/tensor.h"

namespace synfire {

/// An integer, a real number, a word (such as reset = "subtract") or an array. An array has one
/// element (all neurons), one per channel (last dimension of an HWC population; the period is the
/// array's length) or one per neuron.
using Parameter = std::variant<std::int64_t, double, std::string, Tensor>;
using Parameters = std::map<std::string, Parameter, std::less<>>;

/// "0.02", "subtract", "int32[64]"
std::string to_string(const Parameter& parameter);

/// Accessors; they throw `parameter_invalid` located at `where` when the kind does not fit.
std::int64_t integer_or(const Parameters& parameters, std::string_view name, std::int64_t fallback,
                        std::string_view where);
double number_or(const Parameters& parameters, std::string_view name, double fallback,
                 std::string_view where);
std::string text_or(const Parameters& parameters, std::string_view name, std::string_view fallback,
                    std::string_view where);

/// `count` values: a scalar or a period of `count` repeated. An absent name gives the fallback.
std::vector<std::int32_t> integers_or(const Parameters& parameters, std::string_view name,
                                      std::int32_t fallback, std::size_t count,
                                      std::string_view where);
std::vector<float> numbers_or(const Parameters& parameters, std::string_view name, float fallback,
                              std::size_t count, std::string_view where);
std::vector<double> reals_or(const Parameters& parameters, std::string_view name, double fallback,
                             std::size_t count, std::string_view where);

}  // namespace synfire
