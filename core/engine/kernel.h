// Inner loops of delivery, for int8 weights with exact int32 sums (wrapping like the reference
// kernels' accumulators), int32 weights and float32. SIMD by runtime dispatch (Highway): integer
// results do not depend on the instruction set; float sums keep the order of their terms.
#pragma once

#include <cstddef>
#include <cstdint>

namespace synfire::kernel {

/// sum[j] += factor[e] * weight[rows[e] * stride + j] over `count` events e and j < width.
void add_rows(std::int32_t* sum, const std::int8_t* weight, std::size_t stride,
              const std::uint32_t* rows, const std::int32_t* factor, std::size_t count,
              std::size_t width);
void add_rows(std::int32_t* sum, const std::int32_t* weight, std::size_t stride,
              const std::uint32_t* rows, const std::int32_t* factor, std::size_t count,
              std::size_t width);
void add_rows(float* sum, const float* weight, std::size_t stride, const std::uint32_t* rows,
              const std::int32_t* factor, std::size_t count, std::size_t width);

/// sum[j] += factor[j] * weight[j] for j < width.
void add_products(std::int32_t* sum, const std::int8_t* weight, const std::int32_t* factor,
                  std::size_t width);
void add_products(std::int32_t* sum, const std::int32_t* weight, const std::int32_t* factor,
                  std::size_t width);
void add_products(float* sum, const float* weight, const std::int32_t* factor, std::size_t width);

/// The instruction set that dispatch chose on this machine ("AVX3", "AVX2", ...).
const char* instruction_set();

}  // namespace synfire::kernel
