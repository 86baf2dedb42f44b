#include "core/engine/dense_conv.h"

#include <algorithm>

#include "core/base/aligned_vector.h"
#include "core/engine/kernel_cost.h"
#include "core/engine/map_kernel.h"
#include "core/engine/weights.h"

namespace synfire {
namespace {

/// The source map with its zero padding: where each target pixel's window starts in it.
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
  std::uint32_t offset(std::int64_t row, std::int64_t column) const {
    return static_cast<std::uint32_t>((row * width_ + column) * source_.channels);
  }

  const std::int16_t* pad(std::span<const std::int16_t> map) const {
    if (in_place_) return map.data();
    thread_local AlignedVector<std::int16_t> buffer;  // one allocation per thread, not per step
    const auto size = static_cast<std::size_t>(height_ * width_ * source_.channels);
    if (buffer.size() < size + SpikeList::kMapSlack) buffer.resize(size + SpikeList::kMapSlack);
    std::int16_t* to = buffer.data();
    for (std::int64_t row = -top_; row < height_ - top_; ++row)
      to = pad_row(row >= 0 && row < source_.height
                       ? map.data() + row * source_.width * source_.channels
                       : nullptr,
                   to);
    std::fill_n(to, SpikeList::kMapSlack, std::int16_t{0});
    return buffer.data();
  }

 private:
  static std::int64_t extent(std::int64_t targets, std::int64_t kernel, std::int32_t stride,
                             std::int32_t dilation) {
    return (targets - 1) * stride + (kernel - 1) * dilation + 1;
  }

  /// One row between its margins, or none where `from` is null; returns the next row's place.
  std::int16_t* pad_row(const std::int16_t* from, std::int16_t* to) const {
    const std::int64_t columns = from == nullptr ? 0 : std::min(source_.width, width_ - left_);
    const std::int64_t left = from == nullptr ? width_ : left_;
    to = std::fill_n(to, left * source_.channels, std::int16_t{0});
    if (columns == 0) return to;
    to = std::copy_n(from, columns * source_.channels, to);
    return std::fill_n(to, (width_ - left - columns) * source_.channels, std::int16_t{0});
  }

  MapSize source_;
  std::int64_t top_, left_, height_, width_;
  bool in_place_;
  std::vector<std::uint32_t> first_;
};

/// All channels of a window into every target channel.
class MixingConv final : public DenseConv {
 public:
  MixingConv(const Conv2d& conv, const MapSize& source, const MapSize& target)
      : padded_(conv, source, target),
        channels_(static_cast<std::size_t>(source.channels)),
        outputs_(static_cast<std::size_t>(conv.weight.shape()[0])) {
    const Shape& shape = conv.weight.shape();
    // Undilated kernel rows are neighbours in the map and make one run; dilated taps stand alone.
    const std::int64_t run_taps = conv.dilation[1] == 1 ? shape[3] : 1;
    pairs_ = static_cast<std::size_t>((run_taps * shape[1] + 1) / 2);
    for (std::int64_t row = 0; row < shape[2]; ++row)
      for (std::int64_t column = 0; column < shape[3]; column += run_taps)
        add_run(conv, row, column, run_taps);
  }

  void add(std::span<const std::int16_t> map, std::int32_t* sum) const override {
    kernel::mix_pixels({sum, padded_.pad(map), padded_.first(), pair_, weight_.data(), outputs_});
  }
  double break_even(const WindowMap& map) const override {
    return break_even_activity({.source_pixels = map.offsets.size() - 1,
                                .channels = channels_,
                                .reaches = map.reach.size(),
                                .target_pixels = padded_.first().size(),
                                .values = 2 * pair_.size(),
                                .width = outputs_});
  }

 private:
  void add_run(const Conv2d& conv, std::int64_t row, std::int64_t column, std::int64_t taps) {
    const Shape& shape = conv.weight.shape();
    const auto weight = conv.weight.as<std::int8_t>();
    const std::size_t begin = weight_.size();
    const std::uint32_t first = padded_.offset(row * conv.dilation[0], column * conv.dilation[1]);
    for (std::uint32_t i = 0; i < pairs_; ++i) pair_.push_back(first + 2 * i);
    weight_.resize(begin + pairs_ * outputs_ * 2);
    for (std::int64_t out = 0; out < shape[0]; ++out)
      for (std::int64_t tap = 0; tap < taps; ++tap)
        for (std::int64_t in = 0; in < shape[1]; ++in) {
          const std::int64_t at =
              ((out * shape[1] + in) * shape[2] + row) * shape[3] + column + tap;
          const auto place = static_cast<std::size_t>(tap * shape[1] + in);
          weight_[begin + (place / 2 * outputs_ + static_cast<std::size_t>(out)) * 2 + place % 2] =
              weight[static_cast<std::size_t>(at)];
        }
  }

  PaddedMap padded_;
  std::size_t channels_, outputs_, pairs_ = 0;  // of a run
  std::vector<std::uint32_t> pair_;
  AlignedVector<std::int16_t> weight_;  // as kernel::MixedPixels wants them
};

/// Both kernels serve whole pixels: where a tenth of the pixels is silent, events are faster
/// (tests/bench/kernel_bench.cpp, 64 channels).
constexpr double kDepthwiseBreakEven = 0.02;

/// Every channel on its own.
class DepthwiseConv final : public DenseConv {
 public:
  DepthwiseConv(const Conv2d& conv, const MapSize& source, const MapSize& target)
      : padded_(conv, source, target), channels_(static_cast<std::size_t>(source.channels)) {
    const Shape& shape = conv.weight.shape();
    const auto weight = conv.weight.as<std::int8_t>();
    const auto taps = static_cast<std::size_t>(shape[2] * shape[3]);
    weight_.resize(taps * channels_);
    for (std::size_t channel = 0; channel < channels_; ++channel)
      for (std::size_t tap = 0; tap < taps; ++tap)
        weight_[tap * channels_ + channel] = weight[channel * taps + tap];
    for (std::int64_t row = 0; row < shape[2]; ++row)
      for (std::int64_t column = 0; column < shape[3]; ++column)
        tap_.push_back(padded_.offset(row * conv.dilation[0], column * conv.dilation[1]));
  }

  void add(std::span<const std::int16_t> map, std::int32_t* sum) const override {
    kernel::keep_pixels({sum, padded_.pad(map), padded_.first(), tap_, weight_.data(), channels_});
  }
  double break_even(const WindowMap&) const override { return kDepthwiseBreakEven; }

 private:
  PaddedMap padded_;
  std::size_t channels_;
  std::vector<std::uint32_t> tap_;
  AlignedVector<std::int16_t> weight_;  // as kernel::KeptPixels wants them
};

}  // namespace

std::unique_ptr<const DenseConv> make_dense_conv(const Conv2d& conv, const MapSize& source,
                                                 const MapSize& target) {
  if (conv.layout != Layout::hwc || conv.weight.type() != DataType::int8) return nullptr;
  if (conv.groups == 1) return std::make_unique<MixingConv>(conv, source, target);
  if (conv.weight.shape()[1] == 1 && conv.weight.shape()[0] == source.channels)
    return std::make_unique<DepthwiseConv>(conv, source, target);
  return nullptr;
}

}  // namespace synfire
