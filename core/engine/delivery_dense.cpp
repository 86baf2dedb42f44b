// Dense and one-to-one delivery.
#include <algorithm>

#include "core/base/aligned_vector.h"
#include "core/engine/delivery.h"
#include "core/engine/event_kernel.h"
#include "core/engine/factor_buffer.h"
#include "core/engine/kernel_cost.h"
#include "core/engine/mix_kernel.h"
#include "core/engine/weights.h"

namespace synfire {
namespace {

/// Sources in parts whose sums are exact in float: the events of a part are served like those of
/// one pixel.
std::size_t part_of(std::size_t sources) {
  std::size_t part = std::min(sources, kernel::kMostChannels);
  while (part > 0 && sources % part != 0) --part;
  return part;
}

/// int8 weights into integer sums, for spikes that come as a map: every value, or its events.
class MapKernels {
 public:
  /// Only what `kernels` may choose is kept: the copies are larger than the weights.
  MapKernels(std::span<const std::int8_t> rows, std::size_t targets, Kernels kernels)
      : targets_(targets), part_(part_of(rows.size() / targets)) {
    if (kernels != Kernels::dense) fused_.assign(rows.begin(), rows.end());
    if (kernels != Kernels::event) pair_sources(rows);
    for (std::size_t first = 0; first < sources(rows); first += part_) {
      reach_.push_back({static_cast<std::uint32_t>(first / part_), 0});
      offsets_.push_back(static_cast<std::uint32_t>(first / part_));
    }
    offsets_.push_back(static_cast<std::uint32_t>(reach_.size()));
    break_even_ = break_even_activity({.source_pixels = reach_.size(),
                                       .channels = part_,
                                       .reaches = reach_.size(),
                                       .values = sources(rows),
                                       .width = targets});
  }

  double break_even() const { return break_even_; }
  void add_all(std::span<const std::int16_t> map, std::int32_t* sum) const {
    static constexpr std::uint32_t kFirst[] = {0};
    kernel::mix_pixels(kernel::MixedPixels<std::int16_t>{sum, map.data(), kFirst, pair_,
                                                         paired_.data(), targets_});
  }
  void add_events(std::span<const std::int16_t> map, std::int32_t* sum) const {
    kernel::mix_events({sum, map.data(), part_, offsets_, reach_.data(), fused_.data(), targets_});
  }

 private:
  std::size_t sources(std::span<const std::int8_t> rows) const { return rows.size() / targets_; }

  void pair_sources(std::span<const std::int8_t> rows) {
    for (std::uint32_t s = 0; s < sources(rows); s += 2) pair_.push_back(s);
    paired_.resize(2 * pair_.size() * targets_);
    for (std::size_t s = 0; s < sources(rows); ++s)
      for (std::size_t t = 0; t < targets_; ++t)
        paired_[(s / 2 * targets_ + t) * 2 + s % 2] = rows[s * targets_ + t];
  }

  std::size_t targets_, part_;
  double break_even_ = 1;
  AlignedVector<float> fused_;          // [source][target]
  AlignedVector<std::int16_t> paired_;  // as kernel::MixedPixels wants them
  std::vector<std::uint32_t> pair_, offsets_;
  std::vector<kernel::Reach> reach_;
};

template <typename Weight>
class DenseDelivery final : public Delivery {
 public:
  using Sum = typename SumOf<Weight>::type;

  DenseDelivery(const Dense& dense, Kernels kernels)
      : kernels_(kernels),
        targets_(static_cast<std::size_t>(dense.weight.shape()[0])),
        rows_(dense.weight.size()) {
    const std::vector<Weight> weight = weights_as<Weight>(dense.weight);
    const std::size_t sources = targets_ == 0 ? 0 : weight.size() / targets_;
    for (std::size_t t = 0; t < targets_; ++t)
      for (std::size_t s = 0; s < sources; ++s) rows_[s * targets_ + t] = weight[t * sources + s];
    if constexpr (std::is_same_v<Weight, std::int8_t>)
      if (!rows_.empty()) maps_ = std::make_unique<const MapKernels>(rows_, targets_, kernels);
  }

  Delivered deliver(const SpikeList& spikes, std::int32_t gain,
                    const Receptor& receptor) const override {
    const std::span<Sum> sum = std::get<std::span<Sum>>(receptor);
    const std::uint64_t synops = spikes.size() * targets_;
    if constexpr (std::is_same_v<Sum, std::int32_t>) {
      if (maps_ && serves_map(kernels_, spikes, gain, maps_->break_even()))
        return maps_->add_all(spikes.map(), sum.data()), Delivered{synops, true};
      if (maps_ && kernels_ != Kernels::dense && gain == 1 && !spikes.map().empty() &&
          spikes.range().within(kernel::kLargestSmall))
        return maps_->add_events(spikes.map(), sum.data()), Delivered{synops};
    }
    const FactorBuffer factors(spikes, gain);
    kernel::add_rows(kernel::Rows<Sum, Weight>{sum.data(), rows_.data(), targets_,
                                               spikes.ids().data(), 0, factors.data(),
                                               spikes.size(), targets_});
    return {synops};
  }

 private:
  Kernels kernels_;
  std::size_t targets_;
  std::vector<Weight> rows_;                // one row of targets per source
  std::unique_ptr<const MapKernels> maps_;  // null where there is none
};

template <typename Weight>
class OneToOneDelivery final : public Delivery {
 public:
  using Sum = typename SumOf<Weight>::type;

  explicit OneToOneDelivery(const OneToOne& one) : weight_(weights_as<Weight>(one.weight)) {}

  Delivered deliver(const SpikeList& spikes, std::int32_t gain,
                    const Receptor& receptor) const override {
    const std::span<Sum> sum = std::get<std::span<Sum>>(receptor);
    for (std::size_t i = 0; i < spikes.size(); ++i) {
      const std::uint32_t id = spikes.ids()[i];
      accumulate(sum[id], weight_[weight_.size() == 1 ? 0 : id],
                 wrapping_product(spikes.payloads()[i], gain));
    }
    return {spikes.size()};
  }

 private:
  std::vector<Weight> weight_;
};

}  // namespace

std::unique_ptr<const Delivery> make_dense(const Dense& dense, Kernels kernels) {
  return with_weight_type(dense.weight.type(),
                          [&]<typename Weight>(Weight) -> std::unique_ptr<const Delivery> {
                            return std::make_unique<DenseDelivery<Weight>>(dense, kernels);
                          });
}

std::unique_ptr<const Delivery> make_one_to_one(const OneToOne& one) {
  return with_weight_type(one.weight.type(),
                          [&]<typename Weight>(Weight) -> std::unique_ptr<const Delivery> {
                            return std::make_unique<OneToOneDelivery<Weight>>(one);
                          });
}

}  // namespace synfire
