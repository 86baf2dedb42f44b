// The membrane of a LIF neuron with two alpha-shaped currents, in closed form.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "neurons/common/state_field.h"

namespace synfire {

/// Potential, and of both receptors the current and what it rises by, at an instant.
struct AlphaState {
  double v = 0;
  double i_exc = 0, rise_exc = 0;
  double i_inh = 0, rise_inh = 0;

  /// A spike of this weight arrives: alone, it makes a current that is `weight` at its peak.
  void receive(std::int32_t receptor, double weight) {
    (receptor == 0 ? rise_exc : rise_inh) += weight;
  }
};

/// tau_mem v' = v_inf - v + r (i_exc + i_inh), tau_syn i' = e rise - i, tau_syn rise' = -rise;
/// times in ms.
struct AlphaMembrane {
  using State = AlphaState;
  static constexpr std::array kStates{
      StateField{"v", &State::v, "mV"}, StateField{"i_exc", &State::i_exc, "pA"},
      StateField{"i_inh", &State::i_inh, "pA"}, StateField{"rise_exc", &State::rise_exc, "pA"},
      StateField{"rise_inh", &State::rise_inh, "pA"}};

  double tau_mem = 20, tau_exc = 5, tau_inh = 5;
  double v_inf = 0;  // v_leak + r i_offset
  double r = 1;
  double threshold = 1, reset = 0;
  bool operator==(const AlphaMembrane&) const = default;

  /// The state `elapsed` ms later, without a threshold.
  AlphaState after(const AlphaState& state, double elapsed) const;
  /// The same with v held where it is (refractory).
  AlphaState held(const AlphaState& state, double elapsed) const;
  /// v of `elapsed` ms later, without a threshold, as a power series of it.
  void series(const AlphaState& state, std::span<double> terms) const;
  /// A time before which v cannot reach the threshold from below; infinite where it never does. The
  /// membrane is drawn to at most v_inf, the currents that are positive now and the peaks of those
  /// that rise.
  double earliest_crossing(const AlphaState& state) const;
  /// When v reaches the threshold from below first, at most `horizon` from now; infinite when it
  /// does not. No crossing is missed: v is cut where it is monotonic.
  double first_crossing(const AlphaState& state, double horizon) const;

 private:
  double drawn_within(const AlphaState& state, double horizon) const;
};

}  // namespace synfire
