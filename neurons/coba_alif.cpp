#include "neurons/coba_alif.h"

#include <cmath>

#include "neurons/common/conductance.h"
#include "neurons/common/point_group.h"

namespace synfire {
namespace {

struct CobaAlif {
  using Real = double;
  using Constants = synfire_coba_alif_t;
  using State = synfire_coba_alif_state_t;
  static constexpr std::array kStates{
      StateField{"v", &State::v, "mV"}, StateField{"g_exc", &State::g_exc, "nS"},
      StateField{"g_inh", &State::g_inh, "nS"}, StateField{"theta", &State::theta, "mV"}};
  static constexpr std::array<double State::*, 0> kEntries{};
  static constexpr std::size_t kReceptors = 2;
  static constexpr bool kChance = false;

  static std::vector<ParameterInfo> parameters() {
    return joined(
        {{positive_number("c_mem", "C", "pF", 100, "membrane capacitance"),
          time_constant("tau_mem_ms", "tau_mem", 100, "membrane time constant"),
          potential("v_leak", "v_leak", -65, "potential without input")},
         conductance_parameters(-100),
         {free_number("i_offset", "I0", "pA", 0, "constant input current")},
         initial_parameters(-65, "mV"),
         {potential("v_threshold", "v_threshold", -72, "spike threshold without theta"),
          potential("v_reset", "v_reset", -65, "potential after a spike"),
          free_number("theta_plus", "theta+", "mV", 0.05, "rise of the threshold by a spike"),
          time_constant("tau_theta_ms", "tau_theta", 1e7, "of the threshold's return"),
          free_number("theta_init", "theta0", "mV", 20, "theta at first"), refractory_parameter(5),
          solver_parameter(0.5)}});
  }
  static Constants lower(const NeuronNumbers::One& number, double dt_ms) {
    Constants p{};
    p.substeps = number.substeps();
    const double h = dt_ms / p.substeps;
    p.h_per_c = h / number("c_mem"), p.g_leak = number("c_mem") / number("tau_mem_ms");
    p.v_leak = number("v_leak");
    set_conductances(p, number, h);
    p.i_offset = number("i_offset");
    p.v_threshold = number("v_threshold"), p.v_reset = number("v_reset");
    p.theta_plus = number("theta_plus");
    p.decay_theta = std::exp(-h / number("tau_theta_ms"));
    p.theta_init = number("theta_init");
    p.learns = 1;
    p.refractory_steps = number.steps("refractory_ms");
    return p;
  }
  static State start(const Constants& p, double v) { return {v, 0, 0, p.theta_init}; }
  static void learn(Constants& p, bool on) { p.learns = on ? 1 : 0; }

  SYNFIRE_KERNEL void integrate(const Constants& p, State& s, std::int32_t held, float current) {
    synfire_coba_alif_integrate(&p, &s, held, static_cast<double>(current));
  }
  SYNFIRE_KERNEL void receive(const Constants&, State& s, std::int32_t, float exc, float inh) {
    synfire_coba_alif_receive(&s, static_cast<double>(exc), static_cast<double>(inh));
  }
  SYNFIRE_KERNEL std::int32_t fire(const Constants& p, State& s, std::int32_t held, double) {
    return synfire_coba_alif_fire(&p, &s, held);
  }
};

}  // namespace

extern const ModelInfo coba_alif_model;
const ModelInfo coba_alif_model{
    .name = "coba_alif",
    .summary = "conductance-based leaky integrate-and-fire neuron with a homeostatic threshold",
    .nir_name = "",
    .pynn_name = "",
    .format = NumberFormat::float32,
    .receptors = 2,
    .splits = true,
    .currents = Currents::taken,
    .weight_unit = "nS",
    .parameters = CobaAlif::parameters(),
    .states = states_of<CobaAlif>(),
    .equations =
        "c_mem v' = c_mem/tau_mem (v_leak - v) + g_exc (e_exc - v) + g_inh (e_inh - v) + i_offset "
        "+ I;  tau_syn g' = -g, g += w per spike (nS, above 0 on both receptors);  tau_theta "
        "theta' = -theta;  spike when v > v_threshold + theta, then v <- v_reset, held for "
        "refractory_ms, and theta += theta_plus. theta stays while nothing is to be learnt. "
        "Conductances and theta are exact, v is for the conductances of the middle of a part of dt",
    .source =
        "Diehl and Cook, Front. Comput. Neurosci. 9:99, 2015; defaults: their excitatory neurons",
    .create = make_point_group<CobaAlif>};

}  // namespace synfire
