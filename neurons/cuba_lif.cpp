#include "neurons/common/cuba.h"

namespace synfire {

extern const ModelInfo cuba_lif_model;
const ModelInfo cuba_lif_model{
    .name = "cuba_lif",
    .summary = "leaky integrate-and-fire neuron with a synaptic current, as NIR has it",
    .nir_name = "CubaLIF",
    .pynn_name = "",
    .format = NumberFormat::float32,
    .receptors = 1,
    .splits = true,
    .currents = Currents::taken,
    .parameters = Cuba<true>::parameters(),
    .states = states_of<Cuba<true>>(),
    .equations =
        "tau_syn i' = -i + w_in (S + i_offset);  tau_mem v' = (v_leak - v) + r (i + I);  spike "
        "when "
        "v > v_threshold, then v <- 0, v_reset or v - v_threshold, held for refractory_ms. Exact "
        "propagators, or Euler's method, in double precision",
    .source = "NIR specification, Pedersen et al., Nature Communications 2024",
    .create = make_point_group<Cuba<true>>};

}  // namespace synfire
