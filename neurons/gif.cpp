#include "neurons/gif.h"

#include <cmath>

#include "neurons/common/current_group.h"
#include "neurons/common/point_group.h"

namespace synfire {
namespace {

struct Gif {
  using Real = double;
  using Constants = synfire_gif_t;
  using State = synfire_gif_state_t;
  static constexpr std::array kStates{StateField{"v", &State::v, "mV"},
                                      StateField{"i_exc", &State::i_exc, "pA"},
                                      StateField{"i_inh", &State::i_inh, "pA"},
                                      StateField{"eta_1", &State::eta_1, "pA"},
                                      StateField{"eta_2", &State::eta_2, "pA"},
                                      StateField{"gamma_1", &State::gamma_1, "mV"},
                                      StateField{"gamma_2", &State::gamma_2, "mV"}};
  static constexpr std::array<double State::*, 0> kEntries{};
  static constexpr std::size_t kReceptors = 2;
  static constexpr bool kChance = true;

  static std::vector<ParameterInfo> parameters() {
    return joined(
        {{positive_number("c_mem", "C", "pF", 80, "membrane capacitance"),
          positive_number("g_leak", "g_L", "nS", 4, "leak conductance"),
          potential("v_leak", "v_leak", -70, "potential without input"),
          time_constant("tau_syn_exc_ms", "tau_exc", 2, "time constant of receptor 0's current"),
          time_constant("tau_syn_inh_ms", "tau_inh", 2, "time constant of receptor 1's current"),
          free_number("i_offset", "I0", "pA", 0, "constant input current")},
         initial_parameters(-70, "mV"),
         {potential("v_threshold", "V_T*", -35, "threshold without spikes before"),
          positive_number("delta", "Delta_V", "mV", 0.5, "sharpness of the threshold"),
          {"lambda_0_hz", "lambda_0", "Hz", 1.0, 0, 1e9, "hazard at the threshold"},
          potential("v_reset", "v_reset", -55, "potential after a spike"),
          refractory_parameter(4),
          free_number("q_eta_1", "", "pA", 0, "first spike-triggered current, of one spike"),
          time_constant("tau_eta_1_ms", "", 10, "its time constant"),
          free_number("q_eta_2", "", "pA", 0, "second spike-triggered current, of one spike"),
          time_constant("tau_eta_2_ms", "", 100, "its time constant"),
          free_number("q_gamma_1", "", "mV", 0, "first rise of the threshold, by one spike"),
          time_constant("tau_gamma_1_ms", "", 10, "its time constant"),
          free_number("q_gamma_2", "", "mV", 0, "second rise of the threshold, by one spike"),
          time_constant("tau_gamma_2_ms", "", 100, "its time constant")}});
  }
  static Constants lower(const NeuronNumbers::One& number, double dt) {
    const double r = 1 / number("g_leak"), tau = number("c_mem") * r;
    const auto current = [&](std::string_view tau_name, double jump) {
      const CurrentSpan span{tau, number(tau_name), r, dt};
      return synfire_gif_trace_t{span.decay_syn, exp_gain(span), jump};
    };
    const auto rise = [&](std::string_view tau_name, double jump) {
      return synfire_gif_trace_t{std::exp(-dt / number(tau_name)), 0, jump};
    };
    const double decay = std::exp(-dt / tau);
    return {.decay = decay,
            .gain = r * (1 - decay),
            .v_leak = number("v_leak"),
            .i_offset = number("i_offset"),
            .v_reset = number("v_reset"),
            .exc = current("tau_syn_exc_ms", 0),
            .inh = current("tau_syn_inh_ms", 0),
            .eta_1 = current("tau_eta_1_ms", number("q_eta_1")),
            .eta_2 = current("tau_eta_2_ms", number("q_eta_2")),
            .gamma_1 = rise("tau_gamma_1_ms", number("q_gamma_1")),
            .gamma_2 = rise("tau_gamma_2_ms", number("q_gamma_2")),
            .v_threshold = number("v_threshold"),
            .per_delta = 1 / number("delta"),
            .hazard = number("lambda_0_hz") * dt * 1e-3,
            .refractory_steps = number.steps("refractory_ms"),
            .substeps = 1};
  }
  static State start(const Constants&, double v) { return {v, 0, 0, 0, 0, 0, 0}; }

  SYNFIRE_KERNEL void integrate(const Constants& p, State& s, std::int32_t held, float current) {
    synfire_gif_integrate(&p, &s, held, static_cast<double>(current));
  }
  SYNFIRE_KERNEL void receive(const Constants&, State& s, std::int32_t, float exc, float inh) {
    synfire_gif_receive(&s, static_cast<double>(exc), static_cast<double>(inh));
  }
  SYNFIRE_KERNEL std::int32_t fire(const Constants& p, State& s, std::int32_t held, double chance) {
    return synfire_gif_fire(&p, &s, held, chance);
  }
};

}  // namespace

extern const ModelInfo gif_model;
const ModelInfo gif_model{
    .name = "gif",
    .summary = "generalised integrate-and-fire neuron with stochastic escape",
    .nir_name = "",
    .pynn_name = "",
    .format = NumberFormat::float32,
    .receptors = 2,
    .splits = true,
    .currents = Currents::taken,
    .weight_unit = "pA",
    .parameters = Gif::parameters(),
    .states = states_of<Gif>(),
    .equations =
        "c_mem v' = g_leak (v_leak - v) + i_exc + i_inh - eta_1 - eta_2 + i_offset + I;  tau_syn "
        "i' "
        "= -i, i += w per spike;  tau x' = -x for x = eta_1, eta_2, gamma_1, gamma_2;  hazard "
        "lambda "
        "= lambda_0 exp((v - v_threshold - gamma_1 - gamma_2)/delta): spike with chance 1 - "
        "exp(-lambda dt), then v <- v_reset (held for refractory_ms) and x += q_x. Exact "
        "propagators "
        "in double precision; random numbers of (seed, neuron, step)",
    .source =
        "Mensi et al., J. Neurophysiol. 107, 2012; Pozzorini et al., PLoS Comput. Biol. 11, 2015; "
        "gif_psc_exp of NEST",
    .create = make_point_group<Gif>};

}  // namespace synfire
