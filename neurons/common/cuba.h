// What cuba_lif and cuba_li share.
#pragma once

#include "neurons/common/point_group.h"
#include "neurons/cuba_lif.h"

namespace synfire {

std::vector<ParameterInfo> cuba_parameters(bool spikes);
synfire_cuba_lif_t cuba_constants(const NeuronNumbers::One& number, double dt_ms, bool spikes);

template <bool kSpikes>
struct Cuba {
  using Real = double;
  using Constants = synfire_cuba_lif_t;
  using State = synfire_cuba_lif_state_t;
  static constexpr std::array kStates{StateField{"v", &State::v, "mV"},
                                      StateField{"i", &State::i, "pA"}};
  static constexpr std::array<double State::*, 0> kEntries{};
  static constexpr std::size_t kReceptors = 1;
  static constexpr bool kChance = false;

  static std::vector<ParameterInfo> parameters() { return cuba_parameters(kSpikes); }
  static Constants lower(const NeuronNumbers::One& number, double dt_ms) {
    return cuba_constants(number, dt_ms, kSpikes);
  }
  static State start(const Constants&, double v) { return {v, 0}; }

  SYNFIRE_KERNEL void integrate(const Constants& p, State& s, std::int32_t held, float current) {
    synfire_cuba_lif_integrate(&p, &s, held, static_cast<double>(current));
  }
  SYNFIRE_KERNEL void receive(const Constants& p, State& s, std::int32_t held, float input, float) {
    synfire_cuba_lif_receive(&p, &s, held, static_cast<double>(input));
  }
  SYNFIRE_KERNEL std::int32_t fire(const Constants& p, State& s, std::int32_t held, double) {
    return kSpikes ? synfire_cuba_lif_fire(&p, &s, held) : 0;
  }
};

}  // namespace synfire
