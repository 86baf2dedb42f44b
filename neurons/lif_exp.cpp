#include "neurons/lif_exp.h"

#include <array>

#include "neurons/common/current_events.h"
#include "neurons/common/current_group.h"

namespace synfire {
namespace {

struct ExpLaw {
  using Constants = synfire_lif_exp_t;
  static constexpr std::array<std::string_view, 2> kEntry{"i_exc", "i_inh"}, kFed{};

  static std::vector<Constants> constants(const ParameterReader& read, double dt) {
    const auto gain = [](const CurrentSpan& s) { return static_cast<float>(exp_gain(s)); };
    return current_constants<Constants>(
        read, dt, [&](Constants& lif, const CurrentSpan& exc, const CurrentSpan& inh) {
          lif.decay_exc = static_cast<float>(exc.decay_syn), lif.gain_exc = gain(exc);
          lif.decay_inh = static_cast<float>(inh.decay_syn), lif.gain_inh = gain(inh);
        });
  }
};

}  // namespace

extern const ModelInfo lif_exp_model;
const ModelInfo lif_exp_model{
    .name = "lif_exp",
    .summary = "leaky integrate-and-fire neuron with exponential synaptic currents",
    .nir_name = "",
    .pynn_name = "IF_curr_exp",
    .format = NumberFormat::float32,
    .receptors = 2,
    .splits = true,
    .late_inputs = true,
    .currents = Currents::taken,
    .weight_unit = "pA",
    .parameters = current_parameters(),
    .states = states_of<ExpMembrane>(),
    .equations =
        "tau_mem v' = (v_leak - v) + r (i_exc + i_inh + i_offset);  tau_syn i' = -i, i += w per "
        "spike;  spike when v > v_threshold, then v <- v_reset, held for refractory_ms",
    .source =
        "Tsodyks, Uziel and Markram, J. Neurosci. 20, 2000; exact propagators: Rotter and "
        "Diesmann, Biol. Cybern. 81, 1999",
    .create = make_current_group<ExpLaw>,
    .create_events = make_current_events<ExpMembrane>};

}  // namespace synfire
