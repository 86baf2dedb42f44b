// Dense and one-to-one delivery.
#include "core/engine/delivery.h"
#include "core/engine/factor_buffer.h"
#include "core/engine/weights.h"

namespace synfire {
namespace {

template <typename Weight>
class DenseDelivery final : public Delivery {
 public:
  using Sum = typename SumOf<Weight>::type;

  explicit DenseDelivery(const Dense& dense)
      : targets_(static_cast<std::size_t>(dense.weight.shape()[0])), rows_(dense.weight.size()) {
    const std::vector<Weight> weight = weights_as<Weight>(dense.weight);
    const std::size_t sources = targets_ == 0 ? 0 : weight.size() / targets_;
    for (std::size_t t = 0; t < targets_; ++t)
      for (std::size_t s = 0; s < sources; ++s) rows_[s * targets_ + t] = weight[t * sources + s];
  }

  Delivered deliver(const SpikeList& spikes, std::int32_t gain,
                    const Receptor& receptor) const override {
    const std::span<Sum> sum = std::get<std::span<Sum>>(receptor);
    const FactorBuffer factors(spikes, gain);
    kernel::add_rows(kernel::Rows<Sum, Weight>{sum.data(), rows_.data(), targets_,
                                               spikes.ids().data(), 0, factors.data(),
                                               spikes.size(), targets_});
    return {spikes.size() * targets_};
  }

 private:
  std::size_t targets_;
  std::vector<Weight> rows_;  // one row of targets per source
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

std::unique_ptr<const Delivery> make_dense(const Dense& dense) {
  return with_weight_type(dense.weight.type(),
                          [&]<typename Weight>(Weight) -> std::unique_ptr<const Delivery> {
                            return std::make_unique<DenseDelivery<Weight>>(dense);
                          });
}

std::unique_ptr<const Delivery> make_one_to_one(const OneToOne& one) {
  return with_weight_type(one.weight.type(),
                          [&]<typename Weight>(Weight) -> std::unique_ptr<const Delivery> {
                            return std::make_unique<OneToOneDelivery<Weight>>(one);
                          });
}

}  // namespace synfire
