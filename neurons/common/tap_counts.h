// Net spike counts of every tap of a max pool; the pool's count is their maximum.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/base/state_archive.h"
#include "core/engine/model.h"

namespace synfire {

class TapCounts final : public TapReceptor {
 public:
  TapCounts(std::size_t neurons, const GroupContext& context)
      : taps_(static_cast<std::size_t>(context.taps)),
        masks_(context.tap_masks),
        counts_(neurons * taps_) {
    if (taps_ == 0)
      fail(Code::parameter_invalid, "net.populations",
           "activation maximum needs a max pool projection");
  }

  void reset() { std::fill(counts_.begin(), counts_.end(), 0); }

  void arrive(std::uint32_t target, std::uint32_t tap, std::int32_t payload) override {
    counts_[target * taps_ + tap] += payload;
  }

  /// Over the taps inside the map.
  std::int32_t maximum(std::size_t neuron) const {
    const std::size_t words = (taps_ + 63) / 64;
    std::int32_t best = std::numeric_limits<std::int32_t>::min();
    for (std::size_t tap = 0; tap < taps_; ++tap)
      if ((masks_[neuron * words + tap / 64] >> tap % 64 & 1U) != 0)
        best = std::max(best, counts_[neuron * taps_ + tap]);
    return best;
  }

  void read(std::span<std::int32_t> values) const {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = maximum(i);
  }

  void visit_state(StateArchive& archive) { archive.fixed("counts", counts_); }

 private:
  std::size_t taps_;
  std::vector<std::uint64_t> masks_;
  std::vector<std::int32_t> counts_;
};

}  // namespace synfire
