// Softmax-like stages work on rows: the last dimension of the source tensor.
#pragma once

#include <span>
#include <string_view>

#include "encoders/common/element.h"

namespace synfire {

/// Elements of a row: the parameter "depth", or the value's last dimension. Throws
/// `parameter_invalid` unless whole rows fill the value.
inline std::size_t row_length(const Tensor& value, const Parameters& parameters,
                              std::string_view where) {
  const std::int64_t last = value.shape().empty() ? 1 : value.shape().back();
  const std::int64_t depth = integer_or(parameters, "depth", 0, where);
  const std::int64_t length = depth == 0 ? last : depth;
  if (length < 1 || value.size() % static_cast<std::size_t>(length) != 0)
    fail(Code::parameter_invalid, std::string(where) + ".depth",
         "rows of " + std::to_string(length) + " do not fill " + std::to_string(value.size()) +
             " values");
  return static_cast<std::size_t>(length);
}

/// Calls apply(row of `in`, row of `out`) for every row.
template <typename T, typename Apply>
Tensor each_row(const Tensor& value, std::size_t length, Apply apply) {
  Tensor result(value.type(), value.shape());
  const auto in = value.as<T>();
  const auto out = result.template as<T>();
  for (std::size_t at = 0; at < in.size(); at += length)
    apply(in.subspan(at, length), out.subspan(at, length));
  return result;
}

}  // namespace synfire
