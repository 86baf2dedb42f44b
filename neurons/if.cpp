#include "neurons/common/delta_events.h"
#include "neurons/common/lif_group.h"

namespace synfire {
namespace {

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext& context) {
  return make_lif_group(population, context, /*leaky=*/false, /*spikes=*/true);
}

std::unique_ptr<EventGroup> create_events(const Population& population,
                                          const GroupContext& context) {
  return make_delta_events(population, context, /*leaky=*/false);
}

}  // namespace

extern const ModelInfo if_model;
const ModelInfo if_model{
    .name = "if",
    .summary = "integrate-and-fire neuron",
    .nir_name = "IF",
    .pynn_name = "",
    .format = NumberFormat::float32,
    .receptors = 1,
    .splits = true,
    .currents = Currents::taken,
    .parameters = lif_parameters(/*leaky=*/false, /*spikes=*/true),
    .states = {{"v", "mV"}},
    .equations =
        "dv/dt = r I per step: v <- v + r (I + i_offset);  spike when v > v_threshold, then v <- "
        "0, v_reset or v - v_threshold",
    .source =
        "NIR specification, Pedersen et al., Nature Communications 2024; Gerstner et al., Neuronal "
        "Dynamics, 2014, chapter 1",
    .create = create,
    .create_events = create_events};

}  // namespace synfire
