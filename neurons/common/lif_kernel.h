// Vectorised steps of neurons that share their constants: the bits of neurons/lif.h,
// neurons/lif_exp.h and neurons/lif_alpha.h, for inputs that arrive as integer multiples of a
// quantum.
#pragma once

#include <cstddef>
#include <cstdint>

#include "neurons/lif.h"
#include "neurons/lif_alpha.h"
#include "neurons/lif_exp.h"

namespace synfire {

/// State arrays of `count` neurons; bit i % 8 of `ready`[i / 8] is 0 where neuron i is refractory
/// (common/refractory.h); the sums are read and cleared. `ids` has room for `count` + 64.
struct LifArrays {
  float* v;
  const std::uint8_t* ready;
  std::int32_t* sum;
  std::uint32_t* ids;
  std::size_t count;
};
/// Returns how many neurons spiked; their indices, ascending, are in `ids`.
std::size_t step_lif(const synfire_lif_t& lif, float quantum, const LifArrays& arrays);

/// Where the state of neurons with synaptic currents is, by receptor (excitatory, inhibitory).
struct CurrentState {
  float* v;
  float* entry[2];  // the state that inputs are added to
  float* fed[2];    // the state behind it, where there is one
};

/// What is read in a step: `ready` and `ids` as above, `sum` null where nothing arrived.
struct CurrentStep {
  CurrentState state;  // entry[1] is null when nothing ever reaches the second receptor
  const std::uint8_t* ready;
  std::int32_t* sum[2];
  float quantum[2];
  std::uint32_t* ids;
  std::size_t count;
};
/// The same for currents that decay exponentially.
std::size_t step_all(const synfire_lif_exp_t& lif, const CurrentStep& step);
/// The same for currents that are alpha functions: they are fed by what rises with inputs.
std::size_t step_all(const synfire_lif_alpha_t& lif, const CurrentStep& step);

/// One neuron of them, with inputs of its own.
inline std::int32_t step_one(const synfire_lif_exp_t& lif, const CurrentState& s, std::size_t i,
                             std::int32_t* wait, float exc, float inh) {
  return synfire_lif_exp_step(&lif, s.v + i, s.entry[0] + i, s.entry[1] + i, wait, exc, inh);
}
inline std::int32_t step_one(const synfire_lif_alpha_t& lif, const CurrentState& s, std::size_t i,
                             std::int32_t* wait, float exc, float inh) {
  return synfire_lif_alpha_step(&lif, s.v + i, s.fed[0] + i, s.entry[0] + i, s.fed[1] + i,
                                s.entry[1] + i, wait, exc, inh);
}

}  // namespace synfire
