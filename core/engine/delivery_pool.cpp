// Pool delivery: unit weights into sums, or (target, tap) arrivals for a maximum.
#include "core/engine/delivery.h"
#include "core/engine/map_kernel.h"
#include "core/engine/weights.h"

namespace synfire {
namespace {

class PoolDelivery final : public Delivery {
 public:
  PoolDelivery(const Pool2d& pool, const MapSize& source, const MapSize& target, Kernels kernels)
      : kernels_(kernels),
        layout_(pool.layout),
        channels_(static_cast<std::uint32_t>(source.channels)),
        source_pixels_(static_cast<std::uint32_t>(source.height * source.width)),
        target_pixels_(static_cast<std::uint32_t>(target.height * target.width)),
        map_(window_map(source, target, pool.kernel, pool.stride, {1, 1}, pool.padding)),
        fan_out_(map_.fan_out(1)) {}

  Delivered deliver(const SpikeList& spikes, std::int32_t gain,
                    const Receptor& receptor) const override {
    const auto* sums = std::get_if<std::span<std::int32_t>>(&receptor);
    if (sums != nullptr && layout_ == Layout::hwc &&
        serves_map(kernels_, spikes, gain, kMapBreakEven))
      return {add_map(spikes.map(), sums->data()), true};
    return {serve_events(spikes, gain, receptor), false};
  }

 private:
  static constexpr double kMapBreakEven = 0.05;

  std::uint64_t add_map(std::span<const std::int16_t> map, std::int32_t* sum) const {
    for (std::size_t pixel = 0; pixel < fan_out_.size(); ++pixel)
      for (const WindowMap::Reach& reach : map_.of(pixel))
        kernel::add_values(sum + reach.target * channels_, map.data() + pixel * channels_,
                           channels_);
    return kernel::weighted_count(map, channels_, fan_out_);
  }

  std::uint64_t serve_events(const SpikeList& spikes, std::int32_t gain,
                             const Receptor& receptor) const {
    if (auto* const* taps = std::get_if<TapReceptor*>(&receptor))
      return visit(spikes, [&](std::uint32_t target, std::uint32_t tap, std::int32_t payload) {
        (*taps)->arrive(target, tap, wrapping_product(payload, gain));
      });
    if (const auto* sums = std::get_if<std::span<std::int32_t>>(&receptor))
      return visit(spikes, [&](std::uint32_t target, std::uint32_t, std::int32_t payload) {
        accumulate((*sums)[target], gain, payload);
      });
    const auto& sums = std::get<std::span<float>>(receptor);
    return visit(spikes, [&](std::uint32_t target, std::uint32_t, std::int32_t payload) {
      accumulate(sums[target], static_cast<float>(gain), payload);
    });
  }

  template <typename Arrive>
  std::uint64_t visit(const SpikeList& spikes, Arrive&& arrive) const {
    // An id is (major, minor): (pixel, channel) in hwc order, (channel, pixel) in chw order. Ids
    // ascend, so the division is needed only where the major part changes.
    const bool hwc = layout_ == Layout::hwc;
    const std::uint32_t width = hwc ? channels_ : source_pixels_;
    std::uint32_t major = 0, first = 0;
    std::uint64_t synops = 0;
    for (std::size_t i = 0; i < spikes.size(); ++i) {
      const std::uint32_t id = spikes.ids()[i];
      if (id - first >= width) major = id / width, first = major * width;
      const std::uint32_t channel = hwc ? id - first : major, pixel = hwc ? major : id - first;
      for (std::uint32_t r = map_.offsets[pixel]; r < map_.offsets[pixel + 1]; ++r) {
        const WindowMap::Reach& reach = map_.reach[r];
        arrive(hwc ? reach.target * channels_ + channel : channel * target_pixels_ + reach.target,
               reach.tap, spikes.payloads()[i]);
      }
      synops += map_.offsets[pixel + 1] - map_.offsets[pixel];
    }
    return synops;
  }

  Kernels kernels_;
  Layout layout_;
  std::uint32_t channels_, source_pixels_, target_pixels_;
  WindowMap map_;
  std::vector<std::uint32_t> fan_out_;
};

}  // namespace

std::unique_ptr<const Delivery> make_pool(const Pool2d& pool, const MapSize& source,
                                          const MapSize& target, Kernels kernels) {
  return std::make_unique<PoolDelivery>(pool, source, target, kernels);
}

}  // namespace synfire
