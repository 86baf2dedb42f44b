#include "neurons/common/lif_group.h"

namespace synfire {
namespace {

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext& context) {
  return make_lif_group(population, context, /*leaky=*/true, /*spikes=*/false);
}

}  // namespace

extern const ModelInfo li_model;
const ModelInfo li_model{
    .name = "li",
    .summary = "leaky integrator, the readout of a spiking network",
    .nir_name = "LI",
    .pynn_name = "",
    .format = NumberFormat::float32,
    .receptors = 1,
    .splits = true,
    .currents = Currents::taken,
    .parameters = lif_parameters(/*leaky=*/true, /*spikes=*/false),
    .states = {{"v", "mV"}},
    .equations = "tau_mem v' = (v_leak - v) + r (I + i_offset)",
    .source =
        "NIR specification, Pedersen et al., Nature Communications 2024; Gerstner et al., Neuronal "
        "Dynamics, 2014, chapter 1",
    .create = create};

}  // namespace synfire
