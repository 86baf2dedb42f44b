// What models with two exponential synaptic conductances share.
#pragma once

#include <cmath>
#include <vector>

#include "neurons/common/neuron_numbers.h"

namespace synfire {

/// Reversal potentials and time constants of receptors 0 and 1.
inline std::vector<ParameterInfo> conductance_parameters(double e_inh_mv, double tau_inh_ms = 5) {
  return {
      time_constant("tau_syn_exc_ms", "tau_exc", 5, "time constant of receptor 0's conductance"),
      time_constant("tau_syn_inh_ms", "tau_inh", tau_inh_ms,
                    "time constant of receptor 1's conductance"),
      potential("e_exc", "E_exc", 0, "reversal potential of receptor 0"),
      potential("e_inh", "E_inh", e_inh_mv, "reversal potential of receptor 1")};
}

/// The constants of the same names for substeps of h ms.
template <typename Constants>
void set_conductances(Constants& p, const NeuronNumbers::One& number, double h) {
  using Real = decltype(p.e_exc);
  p.e_exc = static_cast<Real>(number("e_exc"));
  p.e_inh = static_cast<Real>(number("e_inh"));
  p.half_exc = static_cast<Real>(std::exp(-h / 2 / number("tau_syn_exc_ms")));
  p.half_inh = static_cast<Real>(std::exp(-h / 2 / number("tau_syn_inh_ms")));
}

}  // namespace synfire
