// Vectorised linear activation: the same bits as core/base/requantize.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/aligned_vector.h"

namespace synfire {

/// Per-channel constants, repeated to a period that fills vectors; every array has `period` values.
struct RescaleTable {
  std::size_t period = 0;
  AlignedVector<std::int32_t> bias, multiplier, left, right;
  std::int32_t zero_point = 0, low = -128, high = 127;
  /// One pair of 64-bit lanes per two channels; filled by `prepare` where rectified() holds.
  AlignedVector<std::int32_t> odd_multiplier;
  AlignedVector<std::uint64_t> nudge_even, nudge_odd, shift_even, shift_odd;

  /// Negative sums give 0 and every shift is to the right: one rounding has the bits of two.
  bool rectified() const;
  /// After all else is set.
  void prepare();
};

/// value[i] = clamp(zero_point + rescale_double(sum[i] + bias)) - zero_point, i < count.
void rescale_sums(const RescaleTable& table, const std::int32_t* sum, std::int32_t* value,
                  std::size_t count);

/// The same as 16-bit values for sums that are then not needed: they are cleared. Returns how many
/// values are not 0.
std::size_t rescale_and_clear(const RescaleTable& table, std::int32_t* sum, std::int16_t* map,
                              std::size_t count);

}  // namespace synfire
