// Vectorised linear activation: the same bits as neurons/common/requantize.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace synfire {

/// Per-channel constants, repeated to a period that fills vectors; every array has `period` values.
struct RescaleTable {
  std::size_t period = 0;
  std::vector<std::int32_t> bias, multiplier, left, right;
  std::int32_t zero_point = 0, low = -128, high = 127;
};

/// value[i] = clamp(zero_point + rescale_double(sum[i] + bias)) - zero_point, i < count.
void rescale_sums(const RescaleTable& table, const std::int32_t* sum, std::int32_t* value,
                  std::size_t count);

}  // namespace synfire
