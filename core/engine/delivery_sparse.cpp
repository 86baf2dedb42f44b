// Delivery along compressed rows.
#include "core/engine/delivery.h"
#include "core/engine/weights.h"

namespace synfire {
namespace {

template <typename Weight>
class SparseDelivery final : public Delivery {
 public:
  using Sum = typename SumOf<Weight>::type;

  explicit SparseDelivery(const Sparse& rows) : weight_(weights_as<Weight>(rows.weight)) {
    const auto offsets = rows.offsets.as<std::int64_t>();
    const auto targets = rows.targets.as<std::int32_t>();
    offsets_.assign(offsets.begin(), offsets.end());
    targets_.assign(targets.begin(), targets.end());
  }

  Delivered deliver(const SpikeList& spikes, std::int32_t gain,
                    const Receptor& receptor) const override {
    const std::span<Sum> sum = std::get<std::span<Sum>>(receptor);
    std::uint64_t synops = 0;
    for (std::size_t i = 0; i < spikes.size(); ++i) {
      const std::size_t first = offsets_[spikes.ids()[i]], end = offsets_[spikes.ids()[i] + 1];
      const std::int32_t factor = wrapping_product(spikes.payloads()[i], gain);
      if (weight_.size() == 1) {
        for (std::size_t s = first; s < end; ++s) accumulate(sum[targets_[s]], weight_[0], factor);
      } else {
        for (std::size_t s = first; s < end; ++s) accumulate(sum[targets_[s]], weight_[s], factor);
      }
      synops += end - first;
    }
    return {synops};
  }

 private:
  std::vector<std::uint64_t> offsets_;
  std::vector<std::uint32_t> targets_;
  std::vector<Weight> weight_;
};

}  // namespace

std::unique_ptr<const Delivery> make_sparse(const Sparse& rows) {
  return with_weight_type(rows.weight.type(),
                          [&]<typename Weight>(Weight) -> std::unique_ptr<const Delivery> {
                            return std::make_unique<SparseDelivery<Weight>>(rows);
                          });
}

}  // namespace synfire
