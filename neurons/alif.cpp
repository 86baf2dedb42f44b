#include "neurons/alif.h"

#include <cmath>

#include "neurons/common/current_group.h"
#include "neurons/common/point_group.h"

namespace synfire {
namespace {

struct Alif {
  using Real = double;
  using Constants = synfire_alif_t;
  using State = synfire_alif_state_t;
  static constexpr std::array kStates{
      StateField{"v", &State::v, "mV"}, StateField{"i_exc", &State::i_exc, "pA"},
      StateField{"i_inh", &State::i_inh, "pA"}, StateField{"a", &State::a, "mV"}};
  static constexpr std::array<double State::*, 0> kEntries{};
  static constexpr std::size_t kReceptors = 2;
  static constexpr bool kChance = false;

  static std::vector<ParameterInfo> parameters() {
    return joined({current_parameters(),
                   {time_constant("tau_adapt_ms", "tau_a", 200, "time constant of the adaptation"),
                    free_number("beta", "beta", "mV", 0.2, "rise of the threshold by a spike"),
                    {"reset", "", "", std::string("subtract"), 0, 0,
                     "subtract (v - threshold), zero, value or none (v goes on)"}}});
  }
  static Constants lower(const NeuronNumbers::One& number, double dt) {
    const double tau = number("tau_mem_ms"), r = number("r");
    const CurrentSpan exc{tau, number("tau_syn_exc_ms"), r, dt};
    const CurrentSpan inh{tau, number("tau_syn_inh_ms"), r, dt};
    constexpr std::array kResets{SYNFIRE_ALIF_SUBTRACT, SYNFIRE_ALIF_ZERO, SYNFIRE_ALIF_VALUE,
                                 SYNFIRE_ALIF_NONE};
    const auto reset = number.choice("reset", {"subtract", "zero", "value", "none"});
    return {.decay = exc.decay_mem,
            .decay_exc = exc.decay_syn,
            .decay_inh = inh.decay_syn,
            .gain_exc = exp_gain(exc),
            .gain_inh = exp_gain(inh),
            .gain = r * (1 - exc.decay_mem),
            .decay_adapt = std::exp(-dt / number("tau_adapt_ms")),
            .beta = number("beta"),
            .v_leak = number("v_leak"),
            .i_offset = number("i_offset"),
            .v_threshold = number("v_threshold"),
            .v_reset = number("v_reset"),
            .reset = kResets[static_cast<std::size_t>(reset)],
            .inclusive = number.choice("spike_at", {"above", "reached"}),
            .refractory_steps = number.steps("refractory_ms"),
            .substeps = 1};
  }
  static State start(const Constants&, double v) { return {v, 0, 0, 0}; }

  SYNFIRE_KERNEL void integrate(const Constants& p, State& s, std::int32_t held, float current) {
    synfire_alif_integrate(&p, &s, held, static_cast<double>(current));
  }
  SYNFIRE_KERNEL void receive(const Constants&, State& s, std::int32_t, float exc, float inh) {
    synfire_alif_receive(&s, static_cast<double>(exc), static_cast<double>(inh));
  }
  SYNFIRE_KERNEL std::int32_t fire(const Constants& p, State& s, std::int32_t held, double) {
    return synfire_alif_fire(&p, &s, held);
  }
};

}  // namespace

extern const ModelInfo alif_model;
const ModelInfo alif_model{
    .name = "alif",
    .summary = "leaky integrate-and-fire neuron whose threshold rises with every spike",
    .nir_name = "",
    .pynn_name = "",
    .format = NumberFormat::float32,
    .receptors = 2,
    .splits = true,
    .currents = Currents::taken,
    .weight_unit = "pA",
    .parameters = Alif::parameters(),
    .states = states_of<Alif>(),
    .equations =
        "tau_mem v' = (v_leak - v) + r (i_exc + i_inh + i_offset + I);  tau_syn i' = -i, i += w "
        "per "
        "spike;  tau_adapt a' = -a;  spike when v > v_threshold + a, then a += beta and v <- v - "
        "(v_threshold + a), 0, v_reset, or v goes on. Exact propagators in double precision",
    .source =
        "Bellec et al., NeurIPS 2018; Kobayashi, Tsubo and Shinomoto, Front. Comput. Neurosci. 3, "
        "2009 (reset none: mat2_psc_exp of NEST)",
    .create = make_point_group<Alif>};

}  // namespace synfire
