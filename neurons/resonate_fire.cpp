#include "neurons/resonate_fire.h"

#include <complex>

#include "neurons/common/point_group.h"

namespace synfire {
namespace {

struct ResonateFire {
  using Real = double;
  using Constants = synfire_resonate_fire_t;
  using State = synfire_resonate_fire_state_t;
  static constexpr std::array kStates{StateField{"v", &State::v}, StateField{"u", &State::u}};
  static constexpr std::array<double State::*, 0> kEntries{};
  static constexpr std::size_t kReceptors = 1;
  static constexpr bool kChance = false;

  static std::vector<ParameterInfo> parameters() {
    return joined(
        {{time_constant("tau_mem_ms", "tau_mem", 10, "time constant of the damping"),
          free_number("omega", "omega", "1/ms", 1, "angular frequency"),
          free_number("i_offset", "I0", "1/ms", 0, "constant input current")},
         initial_parameters(),
         {free_number("u_init", "u(0)", "", 0, "current-like variable at the start"),
          free_number("v_threshold", "v_threshold", "", 1, "spike threshold"),
          free_number("v_reset", "v_reset", "", 1, "v after a spike"),
          free_number("u_reset", "u_reset", "", 0, "u after a spike"), refractory_parameter(0)}});
  }
  static Constants lower(const NeuronNumbers::One& number, double dt_ms) {
    const std::complex<double> rate(-1 / number("tau_mem_ms"), number("omega"));
    const std::complex<double> turn = std::exp(rate * dt_ms), gain = (turn - 1.0) / rate;
    return {.turn_re = turn.real(),
            .turn_im = turn.imag(),
            .gain_re = gain.real(),
            .gain_im = gain.imag(),
            .i_offset = number("i_offset"),
            .v_threshold = number("v_threshold"),
            .u_reset = number("u_reset"),
            .v_reset = number("v_reset"),
            .u_init = number("u_init"),
            .refractory_steps = number.steps("refractory_ms"),
            .substeps = 1};
  }
  static State start(const Constants& p, double v) { return {v, p.u_init}; }

  SYNFIRE_KERNEL void integrate(const Constants& p, State& s, std::int32_t held, float current) {
    synfire_resonate_fire_integrate(&p, &s, held, static_cast<double>(current));
  }
  SYNFIRE_KERNEL void receive(const Constants&, State& s, std::int32_t held, float input, float) {
    synfire_resonate_fire_receive(&s, held, static_cast<double>(input));
  }
  SYNFIRE_KERNEL std::int32_t fire(const Constants& p, State& s, std::int32_t held, double) {
    return synfire_resonate_fire_fire(&p, &s, held);
  }
};

}  // namespace

extern const ModelInfo resonate_fire_model;
const ModelInfo resonate_fire_model{
    .name = "resonate_fire",
    .summary = "resonate-and-fire neuron: a damped oscillator with a threshold",
    .nir_name = "",
    .pynn_name = "",
    .format = NumberFormat::float32,
    .receptors = 1,
    .splits = true,
    .currents = Currents::taken,
    .parameters = ResonateFire::parameters(),
    .states = states_of<ResonateFire>(),
    .equations =
        "z = u + i v:  z' = (-1/tau_mem + i omega) z + i_offset + I;  u += w per spike;  spike "
        "when "
        "v > v_threshold, then u <- u_reset, v <- v_reset, held for refractory_ms. Exact "
        "propagators "
        "in double precision",
    .source = "Izhikevich, Neural Networks 14, 2001",
    .create = make_point_group<ResonateFire>};

}  // namespace synfire
