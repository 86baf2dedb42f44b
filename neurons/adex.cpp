#include "neurons/adex.h"

#include "neurons/common/conductance.h"
#include "neurons/common/point_group.h"

namespace synfire {
namespace {

struct Adex {
  using Real = float;
  using Constants = synfire_adex_t;
  using State = synfire_adex_state_t;
  static constexpr std::array kStates{
      StateField{"v", &State::v, "mV"}, StateField{"w", &State::w, "pA"},
      StateField{"g_exc", &State::g_exc, "nS"}, StateField{"g_inh", &State::g_inh, "nS"}};
  static constexpr std::array kEntries{&State::g_exc, &State::g_inh};
  static constexpr std::size_t kReceptors = 2;
  static constexpr bool kChance = false;

  static std::vector<ParameterInfo> parameters() {
    ParameterInfo delta = potential("delta", "delta_T", 2, "slope factor of the upstroke; 0: none");
    delta.low = 0;
    return joined({{positive_number("c_mem", "C", "pF", 281, "membrane capacitance"),
                    positive_number("g_leak", "g_L", "nS", 30, "leak conductance"),
                    potential("v_leak", "v_leak", -70.6, "potential without input"),
                    potential("v_threshold", "V_T", -50.4, "potential where the upstroke begins"),
                    delta, free_number("a", "a", "nS", 4, "subthreshold adaptation"),
                    free_number("b", "b", "pA", 80.5, "adaptation by a spike"),
                    time_constant("tau_w_ms", "tau_w", 144, "time constant of the adaptation")},
                   conductance_parameters(-80),
                   {free_number("i_offset", "I0", "pA", 0, "constant input current")},
                   initial_parameters(-70.6, "mV"),
                   {free_number("w_init", "w(0)", "pA", 0, "adaptation current at the start"),
                    potential("v_peak", "v_peak", -40, "potential that is a spike"),
                    potential("v_reset", "v_reset", -70.6, "potential after a spike"),
                    refractory_parameter(0.1), solver_parameter(0.05)}});
  }
  static Constants lower(const NeuronNumbers::One& number, double dt_ms) {
    const auto real = [&](std::string_view name) { return static_cast<float>(number(name)); };
    const double c = number("c_mem"), g = number("g_leak"), delta = number("delta");
    Constants p{};
    p.substeps = number.substeps();
    const double h = dt_ms / p.substeps;
    p.h = static_cast<float>(h);
    p.leak_rate = static_cast<float>(g / c), p.per_c = static_cast<float>(1 / c);
    p.v_leak = real("v_leak"), p.v_threshold = real("v_threshold");
    p.upstroke = static_cast<float>(g * delta / c);
    p.per_delta = delta > 0 ? static_cast<float>(1 / delta) : 0;
    p.a = real("a"), p.b = real("b");
    p.rate_w = static_cast<float>(1 / number("tau_w_ms"));
    set_conductances(p, number, h);
    p.i_offset = real("i_offset"), p.v_peak = real("v_peak"), p.v_reset = real("v_reset");
    p.w_init = real("w_init");
    p.refractory_steps = number.steps("refractory_ms");
    return p;
  }
  static State start(const Constants& p, double v) {
    return {static_cast<float>(v), p.w_init, 0, 0};
  }

  SYNFIRE_KERNEL void integrate(const Constants& p, State& s, std::int32_t held, float current) {
    synfire_adex_integrate(&p, &s, held, current);
  }
  SYNFIRE_KERNEL void receive(const Constants&, State& s, std::int32_t, float exc, float inh) {
    synfire_adex_receive(&s, exc, inh);
  }
  SYNFIRE_KERNEL std::int32_t fire(const Constants& p, State& s, std::int32_t held, double) {
    return synfire_adex_fire(&p, &s, held);
  }
};

}  // namespace

extern const ModelInfo adex_model;
const ModelInfo adex_model{
    .name = "adex",
    .summary = "adaptive exponential integrate-and-fire neuron with synaptic conductances",
    .nir_name = "",
    .pynn_name = "EIF_cond_exp_isfa_ista",
    .format = NumberFormat::float32,
    .receptors = 2,
    .splits = true,
    .late_inputs = true,
    .currents = Currents::taken,
    .weight_unit = "nS",
    .parameters = Adex::parameters(),
    .states = states_of<Adex>(),
    .equations =
        "c_mem v' = g_leak (v_leak - v) + g_leak delta exp((v - v_threshold)/delta) - w + g_exc "
        "(e_exc - v) + g_inh (e_inh - v) + i_offset + I;  tau_w w' = a (v - v_leak) - w;  tau_syn "
        "g' "
        "= -g, g += weight per spike (nS, above 0 on both receptors);  spike when v >= v_peak, "
        "then "
        "v <- v_reset (held for refractory_ms), w <- w + b. Conductances are exact, v and w by "
        "Runge-Kutta 4 in parts of dt",
    .source = "Brette and Gerstner, J. Neurophysiol. 94, 2005; aeif_cond_exp of NEST",
    .create = make_point_group<Adex>};

}  // namespace synfire
