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

/// `i_inh` is null when nothing reaches the second receptor; the sums are null when nothing
/// arrived.
struct LifExpArrays {
  float* v;
  float* i_exc;
  float* i_inh;
  const std::uint8_t* ready;
  std::int32_t* sum_exc;
  std::int32_t* sum_inh;
  std::uint32_t* ids;
  std::size_t count;
};
/// The same for currents that decay exponentially.
std::size_t step_lif_exp(const synfire_lif_exp_t& lif, float quantum_exc, float quantum_inh,
                         const LifExpArrays& arrays);

/// `rise_inh` is null when nothing reaches the second receptor; the sums are null when nothing
/// arrived.
struct LifAlphaArrays {
  float* v;
  float* i_exc;
  float* rise_exc;
  float* i_inh;
  float* rise_inh;
  const std::uint8_t* ready;
  std::int32_t* sum_exc;
  std::int32_t* sum_inh;
  std::uint32_t* ids;
  std::size_t count;
};
/// The same for currents that are alpha functions.
std::size_t step_lif_alpha(const synfire_lif_alpha_t& lif, float quantum_exc, float quantum_inh,
                           const LifAlphaArrays& arrays);

}  // namespace synfire
