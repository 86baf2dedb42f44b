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
    return layout_ == Layout::hwc ? visit_hwc(spikes, arrive) : visit_chw(spikes, arrive);
  }

  /// Ids ascend: the events of a source pixel are neighbours and reach the same targets.
  template <typename Arrive>
  std::uint64_t visit_hwc(const SpikeList& spikes, Arrive&& arrive) const {
    const std::uint32_t* const ids = spikes.ids().data();
    const std::int32_t* const payloads = spikes.payloads().data();
    const std::size_t count = spikes.size();
    std::uint64_t synops = 0;
    for (std::size_t begin = 0, end = 0; begin < count; begin = end) {
      const std::uint32_t pixel = ids[begin] / channels_, first = pixel * channels_;
      while (end < count && ids[end] - first < channels_) ++end;
      for (const WindowMap::Reach& reach : map_.of(pixel))
        for (std::size_t i = begin; i < end; ++i)
          arrive(reach.target * channels_ + (ids[i] - first), reach.tap, payloads[i]);
      synops += (end - begin) * map_.of(pixel).size();
    }
    return synops;
  }

  template <typename Arrive>
  std::uint64_t visit_chw(const SpikeList& spikes, Arrive&& arrive) const {
    std::uint64_t synops = 0;
    for (std::size_t i = 0; i < spikes.size(); ++i) {
      const std::uint32_t channel = spikes.ids()[i] / source_pixels_;
      const std::uint32_t pixel = spikes.ids()[i] % source_pixels_;
      for (const WindowMap::Reach& reach : map_.of(pixel))
        arrive(channel * target_pixels_ + reach.target, reach.tap, spikes.payloads()[i]);
      synops += map_.of(pixel).size();
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
