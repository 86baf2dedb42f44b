// Inner loops of projections that mix channels, over maps of payloads in words of 32 bits: two
// 16-bit values, or four bytes where the processor multiplies these (AVX-512 VNNI). Exact int32
// sums that wrap. SIMD by runtime dispatch (Highway).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace synfire::kernel {

/// Target pixel p reads words of neighbouring values, the i-th at map + first[p] + word[i]; its n
/// values meet the weights weight[(i * width + j) * n + {0 .. n-1}] of target channel j. `Value` is
/// int16_t with n = 2, or uint8_t with n = 4 and 8-bit weights.
template <typename Value>
struct MixedPixels {
  using Weight = std::make_signed_t<Value>;
  static constexpr std::size_t kValues = sizeof(std::int32_t) / sizeof(Value);

  std::int32_t* sum = nullptr;  // [pixel][width]
  const Value* map = nullptr;
  std::span<const std::uint32_t> first = {};  // per target pixel
  std::span<const std::uint32_t> word = {};
  const Weight* weight = nullptr;
  std::size_t width = 0;
};
void mix_pixels(const MixedPixels<std::int16_t>& pixels);
/// Only where has_quad_products().
void mix_pixels(const MixedPixels<std::uint8_t>& pixels);

/// Whether the instruction set in use multiplies bytes by fours.
bool has_quad_products();

}  // namespace synfire::kernel
