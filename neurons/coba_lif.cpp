#include "neurons/coba_lif.h"

#include "neurons/common/conductance.h"
#include "neurons/common/point_group.h"

namespace synfire {
namespace {

struct CobaLif {
  using Real = float;
  using Constants = synfire_coba_lif_t;
  using State = synfire_coba_lif_state_t;
  static constexpr std::array kStates{StateField{"v", &State::v, "mV"},
                                      StateField{"g_exc", &State::g_exc, "nS"},
                                      StateField{"g_inh", &State::g_inh, "nS"}};
  static constexpr std::array kEntries{&State::g_exc, &State::g_inh};
  static constexpr std::size_t kReceptors = 2;
  static constexpr bool kChance = false;

  static std::vector<ParameterInfo> parameters() {
    return joined({{positive_number("c_mem", "C", "pF", 1000, "membrane capacitance"),
                    time_constant("tau_mem_ms", "tau_mem", 20, "membrane time constant"),
                    potential("v_leak", "v_leak", -65, "potential without input")},
                   conductance_parameters(-70),
                   {free_number("i_offset", "I0", "pA", 0, "constant input current")},
                   initial_parameters(-65, "mV"),
                   {potential("v_threshold", "v_threshold", -50, "spike threshold"),
                    potential("v_reset", "v_reset", -65, "potential after a spike"),
                    refractory_parameter(0.1), solver_parameter(0.1)}});
  }
  static Constants lower(const NeuronNumbers::One& number, double dt_ms) {
    Constants p{};
    p.substeps = number.substeps();
    const double h = dt_ms / p.substeps;
    p.h = static_cast<float>(h);
    p.rate = static_cast<float>(1 / number("tau_mem_ms"));
    p.per_c = static_cast<float>(1 / number("c_mem"));
    p.v_leak = static_cast<float>(number("v_leak"));
    set_conductances(p, number, h);
    p.i_offset = static_cast<float>(number("i_offset"));
    p.v_threshold = static_cast<float>(number("v_threshold"));
    p.v_reset = static_cast<float>(number("v_reset"));
    p.refractory_steps = number.steps("refractory_ms");
    return p;
  }
  static State start(const Constants&, double v) { return {static_cast<float>(v), 0, 0}; }

  SYNFIRE_KERNEL void integrate(const Constants& p, State& s, std::int32_t held, float current) {
    synfire_coba_lif_integrate(&p, &s, held, current);
  }
  SYNFIRE_KERNEL void receive(const Constants&, State& s, std::int32_t, float exc, float inh) {
    synfire_coba_lif_receive(&s, exc, inh);
  }
  SYNFIRE_KERNEL std::int32_t fire(const Constants& p, State& s, std::int32_t held, double) {
    return synfire_coba_lif_fire(&p, &s, held);
  }
};

}  // namespace

extern const ModelInfo coba_lif_model;
const ModelInfo coba_lif_model{
    .name = "coba_lif",
    .summary = "leaky integrate-and-fire neuron with exponential synaptic conductances",
    .nir_name = "",
    .pynn_name = "IF_cond_exp",
    .format = NumberFormat::float32,
    .receptors = 2,
    .splits = true,
    .late_inputs = true,
    .currents = Currents::taken,
    .weight_unit = "nS",
    .parameters = CobaLif::parameters(),
    .states = states_of<CobaLif>(),
    .equations =
        "c_mem v' = c_mem/tau_mem (v_leak - v) + g_exc (e_exc - v) + g_inh (e_inh - v) + i_offset "
        "+ "
        "I;  tau_syn g' = -g, g += w per spike (nS, above 0 on both receptors);  spike when v > "
        "v_threshold, then v <- v_reset, held for refractory_ms. Conductances are exact, v by "
        "Runge-Kutta 4 in parts of dt: 1e-6 of the potential's range with the default",
    .source =
        "Vogels and Abbott, J. Neurosci. 25, 2005; Brette et al., J. Comput. Neurosci. 23, 2007; "
        "iaf_cond_exp of NEST",
    .create = make_point_group<CobaLif>};

}  // namespace synfire
