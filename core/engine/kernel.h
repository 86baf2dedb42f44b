// Inner loops of delivery, for int8 weights with exact int32 sums (wrapping like the reference
// kernels' accumulators), int32 weights and float32. SIMD by runtime dispatch (Highway): integer
// results do not depend on the instruction set; float sums keep the order of their terms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace synfire::kernel {

/// sum[j] += factor[e] * weight[(rows[e] - first_row) * stride + j], e < count events, j < width.
template <typename Sum, typename Weight>
struct Rows {
  Sum* sum;
  const Weight* weight;
  std::size_t stride;
  const std::uint32_t* rows;
  std::uint32_t first_row;
  const std::int32_t* factor;
  std::size_t count;
  std::size_t width;
};
void add_rows(const Rows<std::int32_t, std::int8_t>& rows);
void add_rows(const Rows<std::int32_t, std::int32_t>& rows);
void add_rows(const Rows<float, float>& rows);

/// Where a source pixel's events go: through kernel tap `tap` to target pixel `target`.
struct Reach {
  std::uint32_t tap;
  std::uint32_t target;
};

/// add_rows for every reach: the sums start at target * width, the weights at tap * tap_stride.
void add_pixel(const Rows<std::int32_t, std::int8_t>& rows, std::span<const Reach> reach,
               std::size_t tap_stride);
void add_pixel(const Rows<std::int32_t, std::int32_t>& rows, std::span<const Reach> reach,
               std::size_t tap_stride);
void add_pixel(const Rows<float, float>& rows, std::span<const Reach> reach,
               std::size_t tap_stride);
/// Integer weights held as float: one fused multiply-add per vector. Exact while the sum of the
/// products' magnitudes stays below 2^24 for every column, which the caller must know.
void add_pixel(const Rows<std::int32_t, float>& rows, std::span<const Reach> reach,
               std::size_t tap_stride);

/// For every reach: sum[target * width + j] += factor[j] * weight[tap * width + j], j < width.
void add_products(std::int32_t* sum, const std::int8_t* weight, std::span<const Reach> reach,
                  const std::int32_t* factor, std::size_t width);
void add_products(std::int32_t* sum, const std::int32_t* weight, std::span<const Reach> reach,
                  const std::int32_t* factor, std::size_t width);
void add_products(float* sum, const float* weight, std::span<const Reach> reach,
                  const std::int32_t* factor, std::size_t width);

/// The instruction set that dispatch chose on this machine ("AVX3", "AVX2", ...).
const char* instruction_set();

}  // namespace synfire::kernel
