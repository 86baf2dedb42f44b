// Payloads times the arrival gain; the payloads themselves, uncopied, when the gain is 1.
#pragma once

#include <vector>

#include "core/engine/model.h"
#include "core/engine/weights.h"

namespace synfire {

class FactorBuffer {
 public:
  FactorBuffer(const SpikeList& spikes, std::int32_t gain) : data_(spikes.payloads().data()) {
    if (gain == 1) return;
    thread_local std::vector<std::int32_t> scaled;  // one allocation per thread, not per step
    if (scaled.size() < spikes.size()) scaled.resize(spikes.size());
    for (std::size_t i = 0; i < spikes.size(); ++i)
      scaled[i] = wrapping_product(spikes.payloads()[i], gain);
    data_ = scaled.data();
  }
  const std::int32_t* data() const { return data_; }

 private:
  const std::int32_t* data_;
};

}  // namespace synfire
