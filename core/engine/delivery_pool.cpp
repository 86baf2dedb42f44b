// Pool delivery: unit weights into sums, or (target, tap) arrivals for a maximum.
#include "core/engine/delivery.h"
#include "core/engine/weights.h"

namespace synfire {
namespace {

class PoolDelivery final : public Delivery {
 public:
  PoolDelivery(const Pool2d& pool, const MapSize& source, const MapSize& target)
      : layout_(pool.layout),
        channels_(static_cast<std::uint32_t>(source.channels)),
        source_pixels_(static_cast<std::uint32_t>(source.height * source.width)),
        target_pixels_(static_cast<std::uint32_t>(target.height * target.width)),
        map_(window_map(source, target, pool.kernel, pool.stride, {1, 1}, pool.padding)) {}

  std::uint64_t deliver(const SpikeList& spikes, std::int32_t gain,
                        const Receptor& receptor) const override {
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

 private:
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

  Layout layout_;
  std::uint32_t channels_, source_pixels_, target_pixels_;
  WindowMap map_;
};

}  // namespace

std::unique_ptr<const Delivery> make_pool(const Pool2d& pool, const MapSize& source,
                                          const MapSize& target) {
  return std::make_unique<PoolDelivery>(pool, source, target);
}

}  // namespace synfire
