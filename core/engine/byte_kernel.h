// Maps of payloads as bytes, and what processors do with them that multiply bytes by fours (AVX-512
// VNNI): a map of quantized values has at most 256 different ones. Exact int32 sums that wrap, the
// same bits as those of 16-bit maps. SIMD by runtime dispatch (Highway).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace synfire::kernel {

inline constexpr std::size_t kByteBlock = 64;  // bytes of a vector

/// In which order bytes are written.
enum class ByteOrder : std::uint8_t {
  plain,
  columns  // as `keep_columns` wants blocks of 64 channels
};
/// bytes[i] = values[i] - low of `count` values that fit; up to kByteBlock further bytes are
/// overwritten. With ByteOrder::columns, `count` is a multiple of kByteBlock.
void to_bytes(std::span<const std::int16_t> values, std::int16_t low, ByteOrder order,
              std::uint8_t* bytes);

/// sum[p][j] += start[j] of `pixels` pixels: what `low` took from the values.
void add_to_pixels(std::int32_t* sum, std::span<const std::int32_t> start, std::size_t pixels);

/// A depthwise convolution of at most four kernel rows, a multiple of kByteBlock channels and at
/// most kMostColumnBytes / channels padded columns. Only where has_quad_products().
struct KeptColumns {
  static constexpr std::size_t kRows = 4;
  static constexpr std::size_t kMostWidth = 256;  // columns of the padded map

  std::int32_t* sum = nullptr;        // [row][column][channel]
  const std::uint8_t* map = nullptr;  // the padded map, in ByteOrder::columns
  /// Where the map's rows begin that a target row reads, for its kernel rows: [row][kRows]; kernel
  /// rows that do not exist repeat another.
  std::span<const std::uint32_t> row = {};
  /// [block of channels][kernel column][part of the block][16 channels][kRows]
  const std::int8_t* weight = nullptr;
  std::size_t channels = 0, map_width = 0, width = 0;
  std::size_t kernel_columns = 0, stride = 1, dilation = 1;  // along rows
};
void keep_columns(const KeptColumns& columns);

}  // namespace synfire::kernel
