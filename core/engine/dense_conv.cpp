#include "core/engine/dense_conv.h"

#include <algorithm>
#include <optional>

#include "core/base/aligned_vector.h"
#include "core/engine/byte_kernel.h"
#include "core/engine/kernel_cost.h"
#include "core/engine/map_kernel.h"
#include "core/engine/mix_kernel.h"
#include "core/engine/padded_map.h"

namespace synfire {
namespace {

/// The weights of a mixing convolution in words, as kernel::MixedPixels wants them.
template <typename Value>
class MixingRows {
 public:
  MixingRows(const Conv2d& conv, const PaddedMap& padded)
      : outputs_(static_cast<std::size_t>(conv.weight.shape()[0])) {
    const Shape& shape = conv.weight.shape();
    // Undilated kernel rows are neighbours in the map and make one run; dilated taps stand alone.
    const std::int64_t taps = conv.dilation[1] == 1 ? shape[3] : 1;
    for (std::int64_t row = 0; row < shape[2]; ++row)
      for (std::int64_t column = 0; column < shape[3]; column += taps)
        add_run(conv, {row, column, taps},
                padded.offset(row * conv.dilation[0], column * conv.dilation[1]));
  }

  std::size_t values() const { return kValues * word_.size(); }
  void add(const PaddedMap& padded, const Value* map, std::int32_t* sum) const {
    kernel::mix_pixels(
        kernel::MixedPixels<Value>{sum, map, padded.first(), word_, weight_.data(), outputs_});
  }

 private:
  static constexpr std::size_t kValues = kernel::MixedPixels<Value>::kValues;
  struct Run {
    std::int64_t row, column, taps;
  };

  void add_run(const Conv2d& conv, const Run& run, std::uint32_t first) {
    const Shape& shape = conv.weight.shape();
    const auto weight = conv.weight.as<std::int8_t>();
    const auto length = static_cast<std::size_t>(run.taps * shape[1]);
    const std::size_t words = (length + kValues - 1) / kValues, begin = weight_.size();
    for (std::size_t i = 0; i < words; ++i)
      word_.push_back(first + static_cast<std::uint32_t>(kValues * i));
    weight_.resize(begin + words * outputs_ * kValues);
    for (std::size_t out = 0; out < outputs_; ++out)
      for (std::size_t place = 0; place < length; ++place) {
        const auto inputs = static_cast<std::size_t>(shape[1]);
        const std::size_t tap = place / inputs, in = place % inputs;
        const auto kernel = static_cast<std::size_t>(run.row * shape[3] + run.column) + tap;
        const auto taps = static_cast<std::size_t>(shape[2] * shape[3]);
        weight_[begin + (place / kValues * outputs_ + out) * kValues + place % kValues] =
            weight[(out * inputs + in) * taps + kernel];
      }
  }

  std::size_t outputs_;
  std::vector<std::uint32_t> word_;
  AlignedVector<typename kernel::MixedPixels<Value>::Weight> weight_;
};

/// What an output's sum is when all its sources have value 1.
std::vector<std::int32_t> weight_sums(const Conv2d& conv) {
  const auto weight = conv.weight.as<std::int8_t>();
  const auto outputs = static_cast<std::size_t>(conv.weight.shape()[0]);
  std::vector<std::int32_t> sums(outputs);
  for (std::size_t i = 0; i < weight.size(); ++i) sums[i / (weight.size() / outputs)] += weight[i];
  return sums;
}

/// Sums of values that are `low` less than they should be are `low` times the weights' sums less.
void make_good(std::span<const std::int32_t> weight_sums, std::int16_t low, std::size_t pixels,
               std::int32_t* sum) {
  if (low == 0) return;
  std::vector<std::int32_t> start(weight_sums.begin(), weight_sums.end());
  for (std::int32_t& each : start) each *= low;
  kernel::add_to_pixels(sum, start, pixels);
}

/// All channels of a window into every target channel.
class MixingConv final : public DenseConv {
 public:
  MixingConv(const Conv2d& conv, const MapSize& source, const MapSize& target)
      : padded_(conv, source, target),
        channels_(static_cast<std::size_t>(source.channels)),
        pairs_(conv, padded_),
        weight_sums_(weight_sums(conv)) {
    if (kernel::has_quad_products()) quads_.emplace(conv, padded_);
  }

  void add(const SpikeList& spikes, std::int32_t* sum) const override {
    const std::span<const std::int16_t> map = spikes.map();
    if (!quads_ || !spikes.range().fits_byte()) return pairs_.add(padded_, padded_.pad(map), sum);
    const std::int16_t low = spikes.range().low;
    quads_->add(padded_, padded_.pad_bytes(map, low, kernel::ByteOrder::plain), sum);
    make_good(weight_sums_, low, padded_.first().size(), sum);
  }
  double break_even(const WindowMap& map) const override {
    return break_even_activity({.source_pixels = map.offsets.size() - 1,
                                .channels = channels_,
                                .reaches = map.reach.size(),
                                .target_pixels = padded_.first().size(),
                                .values = pairs_.values(),
                                .width = weight_sums_.size()});
  }

 private:
  PaddedMap padded_;
  std::size_t channels_;
  MixingRows<std::int16_t> pairs_;
  std::optional<MixingRows<std::uint8_t>> quads_;  // where the processor has such products
  std::vector<std::int32_t> weight_sums_;
};

/// The weights of a depthwise convolution as kernel::KeptColumns wants them.
class DepthwiseColumns {
 public:
  static bool serves(const Conv2d& conv, const MapSize& source, const PaddedMap& padded) {
    return kernel::has_quad_products() && source.channels % kernel::kByteBlock == 0 &&
           conv.weight.shape()[2] <= static_cast<std::int64_t>(kRows) &&
           padded.width() <= kernel::KeptColumns::kMostWidth;
  }

  DepthwiseColumns(const Conv2d& conv, const MapSize& target, const PaddedMap& padded)
      : weight_sums_(weight_sums(conv)) {
    const auto kernel_rows = conv.weight.shape()[2];
    for (std::int64_t y = 0; y < target.height; ++y)
      for (std::int64_t r = 0; r < static_cast<std::int64_t>(kRows); ++r)
        row_.push_back(
            padded.offset(y * conv.stride[0] + std::min(r, kernel_rows - 1) * conv.dilation[0], 0));
    columns_.channels = weight_sums_.size(), columns_.map_width = padded.width();
    columns_.width = static_cast<std::size_t>(target.width);
    columns_.kernel_columns = static_cast<std::size_t>(conv.weight.shape()[3]);
    columns_.stride = static_cast<std::size_t>(conv.stride[1]);
    columns_.dilation = static_cast<std::size_t>(conv.dilation[1]);
    order_weights(conv.weight);
  }

  void add(const PaddedMap& padded, const SpikeList& spikes, std::int32_t* sum) const {
    kernel::KeptColumns columns = columns_;
    const std::int16_t low = spikes.range().low;
    columns.sum = sum;
    columns.map = padded.pad_bytes(spikes.map(), low, kernel::ByteOrder::columns);
    columns.row = row_, columns.weight = weight_.data();
    kernel::keep_columns(columns);
    make_good(weight_sums_, low, padded.first().size(), sum);
  }

 private:
  static constexpr std::size_t kRows = kernel::KeptColumns::kRows;

  void order_weights(const Tensor& tensor) {
    const auto weight = tensor.as<std::int8_t>();
    const auto rows = static_cast<std::size_t>(tensor.shape()[2]);
    const std::size_t width = columns_.kernel_columns;
    weight_.assign(columns_.channels * width * kRows, 0);
    for (std::size_t channel = 0; channel < columns_.channels; ++channel)
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < width; ++c) {
          const std::size_t block = channel / kernel::kByteBlock * width + c;
          weight_[(block * kernel::kByteBlock + channel % kernel::kByteBlock) * kRows + r] =
              weight[(channel * rows + r) * width + c];
        }
  }

  std::vector<std::int32_t> weight_sums_;
  std::vector<std::uint32_t> row_;
  AlignedVector<std::int8_t> weight_;
  kernel::KeptColumns columns_;  // without what a call brings
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
    if (DepthwiseColumns::serves(conv, source, padded_)) columns_.emplace(conv, target, padded_);
  }

  void add(const SpikeList& spikes, std::int32_t* sum) const override {
    if (columns_ && spikes.range().fits_byte()) return columns_->add(padded_, spikes, sum);
    kernel::keep_pixels(
        {sum, padded_.pad(spikes.map()), padded_.first(), tap_, weight_.data(), channels_});
  }
  double break_even(const WindowMap&) const override { return kDepthwiseBreakEven; }

 private:
  PaddedMap padded_;
  std::size_t channels_;
  std::vector<std::uint32_t> tap_;
  AlignedVector<std::int16_t> weight_;       // as kernel::KeptPixels wants them
  std::optional<DepthwiseColumns> columns_;  // where the processor and the layer suit them
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
