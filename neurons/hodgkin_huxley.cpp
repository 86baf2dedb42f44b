#include "neurons/hodgkin_huxley.h"

#include "neurons/common/conductance.h"
#include "neurons/common/point_group.h"

namespace synfire {
namespace {

struct HodgkinHuxley {
  using Real = float;
  using Constants = synfire_hodgkin_huxley_t;
  using State = synfire_hodgkin_huxley_state_t;
  static constexpr std::array kStates{StateField{"v", &State::v, "mV"},
                                      StateField{"m", &State::m},
                                      StateField{"h", &State::h},
                                      StateField{"n", &State::n},
                                      StateField{"g_exc", &State::g_exc, "nS"},
                                      StateField{"g_inh", &State::g_inh, "nS"},
                                      StateField{"v_before", &State::v_before, "mV"}};
  static constexpr std::array kEntries{&State::g_exc, &State::g_inh};
  static constexpr std::size_t kReceptors = 2;
  static constexpr bool kChance = false;

  static std::vector<ParameterInfo> parameters() {
    return joined(
        {{positive_number("c_mem", "C", "pF", 200, "membrane capacitance"),
          positive_number("g_leak", "g_L", "nS", 10, "leak conductance"),
          positive_number("g_na", "g_Na", "nS", 20000, "greatest sodium conductance"),
          positive_number("g_k", "g_K", "nS", 6000, "greatest potassium conductance"),
          potential("v_leak", "E_L", -65, "reversal potential of the leak"),
          potential("e_na", "E_Na", 50, "reversal potential of sodium"),
          potential("e_k", "E_K", -90, "reversal potential of potassium"),
          potential("v_shift", "V_T", -63, "shift of the gates, and so of the threshold")},
         conductance_parameters(-80, 10),
         {free_number("i_offset", "I0", "pA", 0, "constant input current")},
         initial_parameters(-65, "mV"),
         {potential("v_threshold", "v_threshold", -33, "least maximum that is a spike"),
          refractory_parameter(2), solver_parameter(0.0125)}});
  }
  static Constants lower(const NeuronNumbers::One& number, double dt_ms) {
    const auto real = [&](std::string_view name) { return static_cast<float>(number(name)); };
    Constants p{};
    p.substeps = number.substeps();
    const double h = dt_ms / p.substeps;
    p.h = static_cast<float>(h);
    p.per_c = static_cast<float>(1 / number("c_mem"));
    p.g_leak = real("g_leak"), p.g_na = real("g_na"), p.g_k = real("g_k");
    p.v_leak = real("v_leak"), p.e_na = real("e_na"), p.e_k = real("e_k");
    p.v_shift = real("v_shift");
    set_conductances(p, number, h);
    p.i_offset = real("i_offset"), p.v_threshold = real("v_threshold");
    p.refractory_steps = number.steps("refractory_ms");
    return p;
  }
  static State start(const Constants& p, double v) {
    return synfire_hodgkin_huxley_start(&p, static_cast<float>(v));
  }

  SYNFIRE_KERNEL void integrate(const Constants& p, State& s, std::int32_t, float current) {
    synfire_hodgkin_huxley_integrate(&p, &s, current);
  }
  SYNFIRE_KERNEL void receive(const Constants&, State& s, std::int32_t, float exc, float inh) {
    synfire_hodgkin_huxley_receive(&s, exc, inh);
  }
  SYNFIRE_KERNEL std::int32_t fire(const Constants& p, State& s, std::int32_t held, double) {
    return synfire_hodgkin_huxley_fire(&p, &s, held);
  }
};

}  // namespace

extern const ModelInfo hodgkin_huxley_model;
const ModelInfo hodgkin_huxley_model{
    .name = "hodgkin_huxley",
    .summary = "Hodgkin-Huxley point neuron of Traub and Miles with synaptic conductances",
    .nir_name = "",
    .pynn_name = "HH_cond_exp",
    .format = NumberFormat::float32,
    .receptors = 2,
    .splits = true,
    .late_inputs = true,
    .currents = Currents::taken,
    .weight_unit = "nS",
    .parameters = HodgkinHuxley::parameters(),
    .states = states_of<HodgkinHuxley>(),
    .equations =
        "c_mem v' = g_leak (v_leak - v) + g_na m^3 h (e_na - v) + g_k n^4 (e_k - v) + g_exc (e_exc "
        "- "
        "v) + g_inh (e_inh - v) + i_offset + I;  x' = alpha_x (1 - x) - beta_x x for x = m, h, n, "
        "with V = v - v_shift: alpha_m = 0.32 (13 - V)/(exp((13 - V)/4) - 1), beta_m = 0.28 (V - "
        "40)/(exp((V - 40)/5) - 1), alpha_h = 0.128 exp((17 - V)/18), beta_h = 4/(1 + exp((40 - "
        "V)/5)), alpha_n = 0.032 (15 - V)/(exp((15 - V)/5) - 1), beta_n = 0.5 exp((10 - V)/40);  "
        "tau_syn g' = -g, g += w per spike (nS, above 0 on both receptors);  spike at a maximum of "
        "v "
        "above v_threshold, then no other for refractory_ms. Runge-Kutta 4 in parts of dt",
    .source =
        "Traub and Miles, Neuronal Networks of the Hippocampus, 1991; Brette et al., J. Comput. "
        "Neurosci. 23, 2007; hh_cond_exp_traub of NEST",
    .create = make_point_group<HodgkinHuxley>};

}  // namespace synfire
