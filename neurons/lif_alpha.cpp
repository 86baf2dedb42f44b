#include "neurons/lif_alpha.h"

#include <array>
#include <numbers>

#include "neurons/common/current_events.h"
#include "neurons/common/current_group.h"
#include "neurons/common/response.h"

namespace synfire {
namespace {

synfire_alpha_t propagators(const CurrentSpan& s) {
  const double slope = std::numbers::e / s.tau_syn;  // of the current, by one of rise
  const double gain = exp_response(s.tau_mem, s.tau_syn, s.dt, s.decay_mem, s.decay_syn);
  const double lift = ramp_response(s.tau_mem, s.tau_syn, s.dt, s.decay_mem, s.decay_syn);
  return {.decay = static_cast<float>(s.decay_syn),
          .feed = static_cast<float>(slope * s.dt * s.decay_syn),
          .gain = static_cast<float>(s.r * gain),
          .lift = static_cast<float>(s.r * slope * lift)};
}

struct AlphaLaw {
  using Constants = synfire_lif_alpha_t;
  static constexpr std::array<std::string_view, 2> kEntry{"rise_exc", "rise_inh"},
      kFed{"i_exc", "i_inh"};

  static std::vector<Constants> constants(const ParameterReader& read, double dt) {
    return current_constants<Constants>(
        read, dt, [](Constants& lif, const CurrentSpan& exc, const CurrentSpan& inh) {
          lif.exc = propagators(exc), lif.inh = propagators(inh);
        });
  }
};

}  // namespace

extern const ModelInfo lif_alpha_model;
const ModelInfo lif_alpha_model{
    .name = "lif_alpha",
    .summary = "leaky integrate-and-fire neuron with alpha-shaped synaptic currents",
    .nir_name = "",
    .pynn_name = "IF_curr_alpha",
    .format = NumberFormat::float32,
    .receptors = 2,
    .splits = true,
    .late_inputs = true,
    .currents = Currents::taken,
    .weight_unit = "pA",
    .parameters = current_parameters(),
    .states = states_of<AlphaMembrane>(),
    .equations =
        "tau_mem v' = (v_leak - v) + r (i_exc + i_inh + i_offset);  tau_syn i' = e rise - i,  "
        "tau_syn rise' = -rise, rise += w per spike: alone, i = w t/tau_syn exp(1 - t/tau_syn);  "
        "spike when v > v_threshold, then v <- v_reset, held for refractory_ms",
    .source =
        "Rotter and Diesmann, Biol. Cybern. 81, 1999 (exact propagators); iaf_psc_alpha of NEST",
    .create = make_current_group<AlphaLaw>,
    .create_events = make_current_events<AlphaMembrane>};

}  // namespace synfire
