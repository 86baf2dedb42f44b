// The membrane of a LIF neuron with two exponential currents, in closed form.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "neurons/common/state_field.h"

namespace synfire {

/// Potential and currents at an instant.
struct ExpState {
  double v = 0, i_exc = 0, i_inh = 0;

  /// A spike of this weight arrives.
  void receive(std::int32_t receptor, double weight) { (receptor == 0 ? i_exc : i_inh) += weight; }
};

/// tau_mem v' = v_inf - v + r (i_exc + i_inh), tau_syn i' = -i; times in ms.
struct ExpMembrane {
  using State = ExpState;
  static constexpr std::array kStates{StateField{"v", &State::v, "mV"},
                                      StateField{"i_exc", &State::i_exc, "pA"},
                                      StateField{"i_inh", &State::i_inh, "pA"}};

  double tau_mem = 20, tau_exc = 5, tau_inh = 5;
  double v_inf = 0;  // v_leak + r i_offset
  double r = 1;
  double threshold = 1, reset = 0;
  bool operator==(const ExpMembrane&) const = default;

  /// The state `elapsed` ms later, without a threshold.
  ExpState after(const ExpState& state, double elapsed) const;
  /// The same with v held where it is (refractory).
  ExpState held(const ExpState& state, double elapsed) const;
  /// v of `elapsed` ms later, without a threshold, as a power series of it.
  void series(const ExpState& state, std::span<double> terms) const;
  /// A time before which v cannot reach the threshold from below; infinite where it never does. The
  /// membrane is drawn to at most v_inf and the currents that are positive now.
  double earliest_crossing(const ExpState& state) const;
  /// When v reaches the threshold from below first, at most `horizon` from now; infinite when it
  /// does not. No crossing is missed: v is cut where it is monotonic.
  double first_crossing(const ExpState& state, double horizon) const;
};

}  // namespace synfire
