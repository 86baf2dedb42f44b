// What a network of events does step by step: every spike, and the output's potentials.
#pragma once

#include <cstdint>
#include <vector>

#include "core/engine/clock_engine.h"

namespace synfire {

struct StepTrace {
  /// Neurons that spiked, ascending: [step][population].
  std::vector<std::vector<std::vector<std::uint32_t>>> spikes;
  /// Potentials of the output population after each step, in the model's own numbers.
  std::vector<std::vector<double>> potential;
};

/// Runs samples one by one. Keeps a reference to the network.
class StepTracer {
 public:
  explicit StepTracer(const Network& network);
  /// A sample of the network's input: one frame of event counts a step.
  StepTrace trace(const Tensor& sample);
  /// Synapses served in all samples so far.
  std::uint64_t synops() const;

 private:
  const Network& network_;
  CompiledNetwork compiled_;
  ClockEngine engine_;
};

}  // namespace synfire
