// A map of payloads with the padding that a convolution's windows see.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/aligned_vector.h"
#include "core/engine/byte_kernel.h"
#include "core/engine/spike_list.h"
#include "core/net/connectivity.h"

namespace synfire {

/// Where each target pixel's window starts in the padded map, hwc, and the map itself: of 16-bit
/// values, or of bytes that are `low` less.
class PaddedMap {
 public:
  PaddedMap(const Conv2d& conv, const MapSize& source, const MapSize& target)
      : source_(source),
        top_(conv.padding[0]),
        left_(conv.padding[2]),
        height_(extent(target.height, conv.weight.shape()[2], conv.stride[0], conv.dilation[0])),
        width_(extent(target.width, conv.weight.shape()[3], conv.stride[1], conv.dilation[1])),
        in_place_(top_ == 0 && left_ == 0 && width_ == source.width && height_ <= source.height) {
    for (std::int64_t y = 0; y < target.height; ++y)
      for (std::int64_t x = 0; x < target.width; ++x)
        first_.push_back(offset(y * conv.stride[0], x * conv.stride[1]));
  }

  std::span<const std::uint32_t> first() const { return first_; }
  std::size_t width() const { return static_cast<std::size_t>(width_); }
  std::uint32_t offset(std::int64_t row, std::int64_t column) const {
    return static_cast<std::uint32_t>((row * width_ + column) * source_.channels);
  }

  const std::int16_t* pad(std::span<const std::int16_t> map) const {
    if (in_place_) return map.data();
    return write<std::int16_t>(map, 0, [](std::span<const std::int16_t> from, std::int16_t* to) {
      std::copy(from.begin(), from.end(), to);
    });
  }
  const std::uint8_t* pad_bytes(std::span<const std::int16_t> map, std::int16_t low,
                                kernel::ByteOrder order) const {
    const auto zero = static_cast<std::uint8_t>(-low);
    return write<std::uint8_t>(map, zero, [&](std::span<const std::int16_t> from, auto* to) {
      kernel::to_bytes(from, low, order, to);
    });
  }

 private:
  static std::int64_t extent(std::int64_t targets, std::int64_t kernel, std::int32_t stride,
                             std::int32_t dilation) {
    return (targets - 1) * stride + (kernel - 1) * dilation + 1;
  }

  /// `convert(from, to)` writes values, and may write kMapSlack too many.
  template <typename Value, typename Convert>
  const Value* write(std::span<const std::int16_t> map, Value zero, const Convert& convert) const {
    thread_local AlignedVector<Value> buffer;  // one allocation per thread, not per step
    const auto size = static_cast<std::size_t>(height_ * width_ * source_.channels);
    if (buffer.size() < size + SpikeList::kMapSlack) buffer.resize(size + SpikeList::kMapSlack);
    Value* to = buffer.data();
    if (in_place_) {
      convert(map.first(size), to);
      to += size;
    } else {
      for (std::int64_t row = -top_; row < height_ - top_; ++row)
        to = write_row(map, row, zero, to, convert);
    }
    std::fill_n(to, SpikeList::kMapSlack, zero);
    return buffer.data();
  }

  /// One row between its margins, or none where it is above or below; returns the next row's place.
  template <typename Value, typename Convert>
  Value* write_row(std::span<const std::int16_t> map, std::int64_t row, Value zero, Value* to,
                   const Convert& convert) const {
    const bool inside = row >= 0 && row < source_.height;
    const std::int64_t columns = inside ? std::min(source_.width, width_ - left_) : 0;
    const std::int64_t left = inside ? left_ : width_;
    to = std::fill_n(to, left * source_.channels, zero);
    if (columns == 0) return to;
    const auto values = static_cast<std::size_t>(columns * source_.channels);
    const auto from = static_cast<std::size_t>(row * source_.width * source_.channels);
    convert(map.subspan(from, values), to);
    return std::fill_n(to + values, (width_ - left - columns) * source_.channels, zero);
  }

  MapSize source_;
  std::int64_t top_, left_, height_, width_;
  bool in_place_;
  std::vector<std::uint32_t> first_;
};

}  // namespace synfire
