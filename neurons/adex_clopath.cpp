#include "neurons/adex_clopath.h"

#include <cmath>

#include "neurons/common/point_group.h"

namespace synfire {
namespace {

struct AdexClopath {
  using Real = float;
  using Constants = synfire_adex_clopath_t;
  using State = synfire_adex_clopath_state_t;
  static constexpr std::array kStates{
      StateField{"v", &State::v, "mV"}, StateField{"w", &State::w, "pA"},
      StateField{"z", &State::z, "pA"}, StateField{"t", &State::t, "mV"}};
  static constexpr std::array<float State::*, 0> kEntries{};
  static constexpr std::size_t kReceptors = 1;
  static constexpr bool kChance = false;

  static std::vector<ParameterInfo> parameters() {
    ParameterInfo delta = potential("delta", "delta_T", 2, "slope factor of the upstroke; 0: none");
    delta.low = 0;
    return joined({{positive_number("c_mem", "C", "pF", 281, "membrane capacitance"),
                    positive_number("g_leak", "g_L", "nS", 30, "leak conductance"),
                    potential("v_leak", "v_leak", -70.6, "potential without input"),
                    potential("v_threshold", "V_T", -50.4, "potential where the upstroke begins"),
                    potential("v_threshold_spike", "V_Tmax", -30.4, "the same just after a spike"),
                    time_constant("tau_threshold_ms", "tau_VT", 50, "time constant of its return"),
                    delta, free_number("a", "a", "nS", 4, "subthreshold adaptation"),
                    free_number("b", "b", "pA", 80.5, "adaptation by a spike"),
                    time_constant("tau_w_ms", "tau_w", 144, "time constant of the adaptation"),
                    free_number("i_spike", "I_sp", "pA", 400, "depolarising current after a spike"),
                    time_constant("tau_z_ms", "tau_z", 40, "time constant of that current"),
                    free_number("i_offset", "I0", "pA", 0, "constant input current")},
                   initial_parameters(-70.6, "mV"),
                   {potential("v_peak", "v_peak", 20, "potential that is a spike"),
                    potential("v_reset", "v_reset", -49.5, "potential after a spike"),
                    refractory_parameter(2), solver_parameter(0.05)}});
  }
  static Constants lower(const NeuronNumbers::One& number, double dt_ms) {
    const auto real = [&](std::string_view name) { return static_cast<float>(number(name)); };
    const double c = number("c_mem"), g = number("g_leak"), delta = number("delta");
    Constants p{};
    p.substeps = number.substeps();
    const double h = dt_ms / p.substeps;
    const auto half_decay = [&](std::string_view tau) {
      return static_cast<float>(std::exp(-h / 2 / number(tau)));
    };
    p.h = static_cast<float>(h);
    p.leak_rate = static_cast<float>(g / c), p.per_c = static_cast<float>(1 / c);
    p.v_leak = real("v_leak"), p.v_threshold = real("v_threshold");
    p.upstroke = static_cast<float>(g * delta / c);
    p.per_delta = delta > 0 ? static_cast<float>(1 / delta) : 0;
    p.a = real("a"), p.b = real("b");
    p.rate_w = static_cast<float>(1 / number("tau_w_ms"));
    p.half_z = half_decay("tau_z_ms"), p.half_t = half_decay("tau_threshold_ms");
    p.i_spike = real("i_spike"), p.v_threshold_spike = real("v_threshold_spike");
    p.i_offset = real("i_offset"), p.v_peak = real("v_peak"), p.v_reset = real("v_reset");
    p.refractory_steps = number.steps("refractory_ms");
    return p;
  }
  static State start(const Constants&, double v) { return {static_cast<float>(v), 0, 0, 0}; }

  SYNFIRE_KERNEL void integrate(const Constants& p, State& s, std::int32_t held, float current) {
    synfire_adex_clopath_integrate(&p, &s, held, current);
  }
  SYNFIRE_KERNEL void receive(const Constants&, State& s, std::int32_t held, float input, float) {
    synfire_adex_clopath_receive(&s, held, input);
  }
  SYNFIRE_KERNEL std::int32_t fire(const Constants& p, State& s, std::int32_t held, double) {
    return synfire_adex_clopath_fire(&p, &s, held);
  }
};

}  // namespace

extern const ModelInfo adex_clopath_model;
const ModelInfo adex_clopath_model{
    .name = "adex_clopath",
    .summary =
        "adex with a current after its spikes and a threshold that jumps, for voltage-based "
        "plasticity",
    .nir_name = "",
    .pynn_name = "",
    .format = NumberFormat::float32,
    .receptors = 1,
    .splits = true,
    .late_inputs = true,
    .currents = Currents::taken,
    .weight_unit = "mV",
    .parameters = AdexClopath::parameters(),
    .states = states_of<AdexClopath>(),
    .equations =
        "c_mem v' = g_leak (v_leak - v) + g_leak delta exp((v - V)/delta) - w + z + i_offset + I;  "
        "tau_w w' = a (v - v_leak) - w;  tau_z z' = -z;  V = v_threshold + t, tau_threshold t' = "
        "-t;  v += weight per spike (mV);  spike when v >= v_peak, then v <- v_reset (held for "
        "refractory_ms, as is w), w <- w + b, z <- i_spike, V <- v_threshold_spike. z and t are "
        "exact, v "
        "and "
        "w by Runge-Kutta 4 in parts of dt",
    .source =
        "Clopath, Buesing, Vasilaki & Gerstner, Nature Neuroscience 13, 2010; V_Tmax and v_reset "
        "as "
        "in the authors' program (ModelDB); aeif_psc_delta_clopath of NEST",
    .create = make_point_group<AdexClopath>};

}  // namespace synfire
