// Inner loops over maps of payloads (SpikeList::map): every value is served, silent or not, which
// is faster than events where many neurons spike. Exact int32 sums that wrap, the same bits as the
// event kernels (kernel.h). SIMD by runtime dispatch (Highway).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace synfire::kernel {

struct Narrowed {
  std::size_t nonzero = 0;
  bool fits = true;  // every value fits 16 bits
};
/// Values as 16-bit integers, which are unspecified when they do not fit.
Narrowed narrow(std::span<const std::int32_t> values, std::int16_t* map);

/// The least and the greatest value, 0 (what padding is) included.
struct ValueRange {
  std::int16_t low = 0, high = 0;
  bool fits_byte() const { return high - low <= 255; }
  /// Whether no value is greater than `most`, nor less than -most.
  bool within(std::int32_t most) const { return low >= -most && high <= most; }
};
ValueRange value_range(std::span<const std::int16_t> map);

/// Indices and values of the elements that are not 0, in order; returns how many there are. Up to
/// one vector behind the last one is overwritten: room for `count` + 64 is needed.
std::size_t compress_nonzero(std::span<const std::int16_t> map, std::uint32_t* ids,
                             std::int32_t* payloads);
std::size_t compress_nonzero(std::span<const std::int32_t> values, std::uint32_t* ids,
                             std::int32_t* payloads);

/// sum over pixels of (values of the pixel that are not 0) * weight[pixel]; a pixel has `channels`
/// values.
std::uint64_t weighted_count(std::span<const std::int16_t> map, std::size_t channels,
                             std::span<const std::uint32_t> weight);

/// sum[j] += map[j], j < width.
void add_values(std::int32_t* sum, const std::int16_t* map, std::size_t width);

/// sum[j] += map[j] * factor, j < map.size().
void add_scaled(std::int32_t* sum, std::span<const std::int16_t> map, std::int32_t factor);

/// A depthwise convolution: sum[p][j] += map[first[p] + tap[t] + j] * weight[t * width + j] over t.
struct KeptPixels {
  std::int32_t* sum;  // [pixel][width]
  const std::int16_t* map;
  std::span<const std::uint32_t> first;  // per target pixel
  std::span<const std::uint32_t> tap;
  const std::int16_t* weight;
  std::size_t width;
};
void keep_pixels(const KeptPixels& pixels);

}  // namespace synfire::kernel
