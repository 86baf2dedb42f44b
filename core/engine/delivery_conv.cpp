// Convolution delivery: every event adds its kernel's rows to the pixels that it reaches. In hwc
// order the events of one source pixel are served together, so that the sums of a target pixel stay
// in registers (dense channel mixing) or are added channel by channel in one pass (depthwise).
#include <algorithm>

#include "core/base/aligned_vector.h"
#include "core/engine/delivery.h"
#include "core/engine/dense_conv.h"
#include "core/engine/event_kernel.h"
#include "core/engine/factor_buffer.h"
#include "core/engine/map_kernel.h"
#include "core/engine/weights.h"

namespace synfire {
namespace {

struct ConvShape {
  std::size_t in_channels, out_channels, group_inputs, group_outputs, taps;
  std::size_t source_pixels, target_pixels;
};

ConvShape conv_shape(const Conv2d& conv, const MapSize& source, const MapSize& target) {
  const Shape& w = conv.weight.shape();
  const auto groups = static_cast<std::size_t>(conv.groups);
  return {static_cast<std::size_t>(source.channels),
          static_cast<std::size_t>(w[0]),
          static_cast<std::size_t>(w[1]),
          static_cast<std::size_t>(w[0]) / groups,
          static_cast<std::size_t>(w[2] * w[3]),
          static_cast<std::size_t>(source.height * source.width),
          static_cast<std::size_t>(target.height * target.width)};
}

/// weight[tap][in channel][output within the group]: what one event needs is contiguous.
template <typename Weight>
std::vector<Weight> rows_by_tap(const Conv2d& conv, const ConvShape& shape) {
  const std::vector<Weight> weight = weights_as<Weight>(conv.weight);
  std::vector<Weight> rows(weight.size());
  for (std::size_t out = 0; out < shape.out_channels; ++out)
    for (std::size_t in = 0; in < shape.group_inputs; ++in)
      for (std::size_t tap = 0; tap < shape.taps; ++tap) {
        const std::size_t group = out / shape.group_outputs;
        const std::size_t channel = group * shape.group_inputs + in;
        rows[(tap * shape.in_channels + channel) * shape.group_outputs +
             out % shape.group_outputs] =
            weight[(out * shape.group_inputs + in) * shape.taps + tap];
      }
  return rows;
}

/// The events of one source pixel, within the lists of their step.
struct PixelEvents {
  const std::uint32_t* ids;
  const std::int32_t* factors;
  std::size_t count;
  std::uint32_t first_id;
};

/// How many of the ascending ids are below `limit`, at most `most`. Counted without branches, as
/// where a pixel's events end cannot be predicted.
std::ptrdiff_t events_below(const std::uint32_t* at, const std::uint32_t* end, std::uint32_t limit,
                            std::uint32_t most) {
  const std::ptrdiff_t reach = std::min<std::ptrdiff_t>(most, end - at);
  std::int32_t count = 0;
  for (std::ptrdiff_t i = 0; i < reach; ++i)
    count += static_cast<std::int32_t>(at[i]) < static_cast<std::int32_t>(limit) ? 1 : 0;
  return count;
}

/// Factor of every output channel of a depthwise layer; one buffer per thread.
std::span<std::int32_t> channel_factors(std::size_t channels) {
  thread_local std::vector<std::int32_t> buffer;
  if (buffer.size() < channels) buffer.resize(channels);
  return {buffer.data(), channels};
}

constexpr std::size_t kSparseChannels = 8;
constexpr std::int64_t kLargestFactor = kernel::kLargestSmall + 1;  // of quantized values

bool all_small(const std::int32_t* factors, std::size_t count) {
  std::int32_t most = 0;
  for (std::size_t i = 0; i < count; ++i) most |= factors[i] < 0 ? ~factors[i] : factors[i];
  return most < kLargestFactor;
}

template <typename Weight>
class ConvDelivery final : public Delivery {
 public:
  using Sum = typename SumOf<Weight>::type;

  ConvDelivery(const Conv2d& conv, const MapSize& source, const MapSize& target, Kernels kernels)
      : kernels_(kernels),
        shape_(conv_shape(conv, source, target)),
        layout_(conv.layout),
        map_(window_map(source, target,
                        {static_cast<std::int32_t>(conv.weight.shape()[2]),
                         static_cast<std::int32_t>(conv.weight.shape()[3])},
                        conv.stride, conv.dilation, conv.padding)),
        rows_(rows_by_tap<Weight>(conv, shape_)) {
    if (std::is_same_v<Weight, std::int8_t> && fits_float())
      fused_.assign(rows_.begin(), rows_.end());
    if (std::is_same_v<Weight, std::int8_t> && layout_ == Layout::hwc && shape_.group_inputs == 1 &&
        shape_.out_channels == shape_.in_channels && shape_.in_channels > 1)
      kept_.assign(rows_.begin(), rows_.end());
    if constexpr (std::is_same_v<Sum, std::int32_t>) {
      if (kernels != Kernels::event) dense_ = make_dense_conv(conv, source, target);
      if (dense_) break_even_ = dense_->break_even(map_);
      fan_out_ = map_.fan_out(shape_.group_outputs);
      uniform_ = std::adjacent_find(fan_out_.begin(), fan_out_.end(), std::not_equal_to<>()) ==
                 fan_out_.end();
    }
  }

  Delivered deliver(const SpikeList& spikes, std::int32_t gain,
                    const Receptor& receptor) const override {
    Sum* sum = std::get<std::span<Sum>>(receptor).data();
    if constexpr (std::is_same_v<Sum, std::int32_t>) {
      if (dense_ && serves_map(kernels_, spikes, gain, break_even_)) {
        dense_->add(spikes, sum);
        return {synapses_of(spikes), true};
      }
      if (serves_map_events(spikes, gain)) {
        serve_map_events(spikes.map(), sum);
        return {synapses_of(spikes), false};
      }
    }
    return {
        layout_ == Layout::hwc ? deliver_hwc(spikes, gain, sum) : deliver_chw(spikes, gain, sum),
        false};
  }

 private:
  bool serves_map_events(const SpikeList& spikes, std::int32_t gain) const {
    if (gain != 1 || spikes.map().empty()) return false;
    return !kept_.empty() || (!fused_.empty() && spikes.range().within(kernel::kLargestSmall));
  }

  void serve_map_events(std::span<const std::int16_t> map, std::int32_t* sum) const {
    if (!kept_.empty())
      kernel::keep_events(
          {sum, map.data(), shape_.in_channels, map_.offsets, map_.reach.data(), kept_.data()});
    else
      kernel::mix_events({sum, map.data(), shape_.in_channels, map_.offsets, map_.reach.data(),
                          fused_.data(), shape_.out_channels});
  }

  std::uint64_t deliver_hwc(const SpikeList& spikes, std::int32_t gain, Sum* sum) const {
    const FactorBuffer factors(spikes, gain);
    const bool fused = !fused_.empty() && all_small(factors.data(), spikes.size());
    const std::uint32_t* const begin = spikes.ids().data();
    const std::uint32_t* const end = begin + spikes.size();
    const auto channels = static_cast<std::uint32_t>(shape_.in_channels);
    std::uint64_t synops = 0;
    std::uint32_t pixel = 0;
    for (const std::uint32_t* at = begin; at != end;) {
      // Mostly the next pixel: the division is slow and seldom needed.
      if (*at >= (pixel + 1) * channels) ++pixel;
      if (*at >= (pixel + 1) * channels) pixel = *at / channels;
      const std::uint32_t first = pixel * channels;
      const std::uint32_t* const next = at + events_below(at, end, first + channels, channels);
      const PixelEvents events{at, factors.data() + (at - begin),
                               static_cast<std::size_t>(next - at), first};
      deliver_pixel(events, map_.of(pixel), fused, sum);
      synops += events.count * map_.of(pixel).size() * shape_.group_outputs;
      at = next;
    }
    return synops;
  }

  void deliver_pixel(const PixelEvents& events, std::span<const kernel::Reach> reach, bool fused,
                     Sum* sum) const {
    if (shape_.in_channels == shape_.group_inputs)
      fused ? mix_channels(events, reach, fused_.data(), sum)
            : mix_channels(events, reach, rows_.data(), sum);
    else if (shape_.group_inputs == 1)
      keep_channels(events, reach, sum);
    else
      mix_groups(events, reach, sum);
  }

  template <typename W>
  void mix_channels(const PixelEvents& events, std::span<const kernel::Reach> reach, const W* rows,
                    Sum* sum) const {
    const std::size_t width = shape_.out_channels;
    kernel::add_pixel(kernel::Rows<Sum, W>{sum, rows, width, events.ids, events.first_id,
                                           events.factors, events.count, width},
                      reach, shape_.in_channels * width);
  }

  void keep_channels(const PixelEvents& events, std::span<const kernel::Reach> reach,
                     Sum* sum) const {
    // A pass over all channels pays when enough of them have an event.
    if (events.count * kSparseChannels < shape_.in_channels)
      return keep_few_channels(events, reach, sum);
    const std::size_t multiplier = shape_.group_outputs;
    const std::span<std::int32_t> dense = channel_factors(shape_.out_channels);
    std::fill(dense.begin(), dense.end(), 0);
    if (multiplier == 1)
      for (std::size_t e = 0; e < events.count; ++e)
        dense[events.ids[e] - events.first_id] = events.factors[e];
    else
      for (std::size_t e = 0; e < events.count; ++e)
        std::fill_n(&dense[(events.ids[e] - events.first_id) * multiplier], multiplier,
                    events.factors[e]);
    kernel::add_products(sum, rows_.data(), reach, dense.data(), shape_.out_channels);
  }

  void keep_few_channels(const PixelEvents& events, std::span<const kernel::Reach> reach,
                         Sum* sum) const {
    const std::size_t multiplier = shape_.group_outputs;
    for (const kernel::Reach& at : reach)
      for (std::size_t e = 0; e < events.count; ++e) {
        const std::size_t channel = (events.ids[e] - events.first_id) * multiplier;
        for (std::size_t m = channel; m < channel + multiplier; ++m)
          accumulate(sum[at.target * shape_.out_channels + m], tap_rows(at.tap)[m],
                     events.factors[e]);
      }
  }

  void mix_groups(const PixelEvents& events, std::span<const kernel::Reach> reach, Sum* sum) const {
    for (const kernel::Reach& at : reach)
      for (std::size_t e = 0; e < events.count; ++e) {
        const std::size_t group = (events.ids[e] - events.first_id) / shape_.group_inputs;
        kernel::add_rows(kernel::Rows<Sum, Weight>{
            sum + at.target * shape_.out_channels + group * shape_.group_outputs, tap_rows(at.tap),
            shape_.group_outputs, events.ids + e, events.first_id, events.factors + e, 1,
            shape_.group_outputs});
      }
  }

  std::uint64_t deliver_chw(const SpikeList& spikes, std::int32_t gain, Sum* sum) const {
    std::uint64_t synops = 0;
    for (std::size_t i = 0; i < spikes.size(); ++i) {
      const std::size_t channel = spikes.ids()[i] / shape_.source_pixels;
      const std::size_t pixel = spikes.ids()[i] % shape_.source_pixels;
      const std::size_t first_out = channel / shape_.group_inputs * shape_.group_outputs;
      const std::int32_t factor = wrapping_product(spikes.payloads()[i], gain);
      for (const WindowMap::Reach& reach : map_.of(pixel)) {
        const Weight* row = tap_rows(reach.tap) + channel * shape_.group_outputs;
        for (std::size_t out = 0; out < shape_.group_outputs; ++out)
          accumulate(sum[(first_out + out) * shape_.target_pixels + reach.target], row[out],
                     factor);
      }
      synops += map_.of(pixel).size() * shape_.group_outputs;
    }
    return synops;
  }

  std::uint64_t synapses_of(const SpikeList& spikes) const {
    if (uniform_) return spikes.size() * fan_out_[0];
    return kernel::weighted_count(spikes.map(), shape_.in_channels, fan_out_);
  }

  const Weight* tap_rows(std::size_t tap) const {
    return rows_.data() + tap * shape_.in_channels * shape_.group_outputs;
  }

  /// One pixel's events through one tap, at most kLargestFactor each, sum to less than 2^24.
  bool fits_float() const {
    if (shape_.in_channels != shape_.group_inputs || layout_ != Layout::hwc) return false;
    return shape_.in_channels <= kernel::kMostChannels;
  }

  Kernels kernels_;
  ConvShape shape_;
  Layout layout_;
  WindowMap map_;
  std::vector<Weight> rows_;
  AlignedVector<float> fused_;              // the same rows, where float sums are exact; else empty
  AlignedVector<std::int16_t> kept_;        // the same rows of a depthwise layer, else empty
  std::unique_ptr<const DenseConv> dense_;  // null where there is none
  std::vector<std::uint32_t> fan_out_;      // synapses of one channel of every source pixel
  double break_even_ = 1;                   // activity above which dense_ is faster
  bool uniform_ = false;                    // all of them are equal
};

}  // namespace

std::unique_ptr<const Delivery> make_conv(const Conv2d& conv, const MapSize& source,
                                          const MapSize& target, Kernels kernels) {
  return with_weight_type(
      conv.weight.type(), [&]<typename Weight>(Weight) -> std::unique_ptr<const Delivery> {
        return std::make_unique<ConvDelivery<Weight>>(conv, source, target, kernels);
      });
}

}  // namespace synfire
