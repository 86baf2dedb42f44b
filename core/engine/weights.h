// Weights as the kernels want them: int8 or int32 for integer networks, float otherwise.
#pragma once

#include <vector>

#include "core/base/diagnostics.h"
#include "core/base/tensor.h"

namespace synfire {

/// The sum type that goes with a kernel's weight type.
template <typename Weight>
struct SumOf {
  using type = std::int32_t;
};
template <>
struct SumOf<float> {
  using type = float;
};

/// 32-bit product that wraps: like the reference kernels' accumulators, and defined for any input.
inline std::int32_t wrapping_product(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) * static_cast<std::uint32_t>(b));
}
inline void accumulate(std::int32_t& sum, std::int32_t weight, std::int32_t factor) {
  sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                  static_cast<std::uint32_t>(wrapping_product(weight, factor)));
}
inline void accumulate(float& sum, float weight, std::int32_t factor) {
  sum += weight * static_cast<float>(factor);
}

/// Every element as `Weight`, in the tensor's order.
template <typename Weight>
std::vector<Weight> weights_as(const Tensor& tensor) {
  std::vector<Weight> values(tensor.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<Weight>(tensor.number(i));
  return values;
}

/// Calls `make` with a value of the kernel weight type that fits the tensor.
template <typename Make>
auto with_weight_type(DataType type, Make&& make) {
  switch (type) {
    case DataType::int8:
      return make(std::int8_t{});
    case DataType::uint8:
    case DataType::int16:
    case DataType::int32:
      return make(std::int32_t{});
    default:
      return make(float{});
  }
}

}  // namespace synfire
