// Who is refractory, for neurons that share their refractory period: a bit each that kernels read,
// and lists of who to let go when. Cheaper than a counter in every neuron that changes every step.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/state_archive.h"
#include "core/engine/huge_array.h"

namespace synfire {

class Refractory {
 public:
  /// Nobody is held; who is held from now on stays so for `steps` steps.
  void reset(std::size_t neurons, std::int32_t steps) {
    ready_.assign((neurons + 7) / 8, 0xFF);
    due_.assign(static_cast<std::size_t>(steps) + 1, {});
    now_ = 0;
  }
  /// Lets go those whose time is over. Bit i % 8 of byte i / 8 is 1 where neuron i is not held in
  /// this step.
  const std::uint8_t* begin_step() {
    for (const std::uint32_t neuron : due_[now_]) ready_[neuron / 8] |= bit(neuron);
    due_[now_].clear();
    return ready_.data();
  }
  /// Ends the step: `neurons` are held from the next one on.
  void end_step(std::span<const std::uint32_t> neurons) {
    if (due_.size() > 1)
      for (const std::uint32_t neuron : neurons)
        ready_[neuron / 8] &= static_cast<std::uint8_t>(~bit(neuron));
    due_[now_].assign(neurons.begin(), neurons.end());
    now_ = now_ + 1 == due_.size() ? 0 : now_ + 1;
  }

  void visit_state(StateArchive& archive) {
    archive.fixed("ready", ready_);
    archive("due", due_);
    archive("now", now_);
  }

 private:
  static std::uint8_t bit(std::uint32_t neuron) {
    return static_cast<std::uint8_t>(1U << (neuron % 8));
  }

  StateArray<std::uint8_t> ready_;
  std::vector<std::vector<std::uint32_t>> due_;  // by step modulo the period + 1
  std::size_t now_ = 0;
};

}  // namespace synfire
