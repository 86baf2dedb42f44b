#include "neurons/common/cuba.h"

namespace synfire {

extern const ModelInfo cuba_li_model;
const ModelInfo cuba_li_model{
    .name = "cuba_li",
    .summary = "leaky integrator with a synaptic current, the readout of a spiking network",
    .nir_name = "CubaLI",
    .pynn_name = "",
    .format = NumberFormat::float32,
    .receptors = 1,
    .splits = true,
    .currents = Currents::taken,
    .parameters = Cuba<false>::parameters(),
    .states = states_of<Cuba<false>>(),
    .equations =
        "tau_syn i' = -i + w_in (S + i_offset);  tau_mem v' = (v_leak - v) + r (i + I). Exact "
        "propagators, or Euler's method, in double precision",
    .source = "NIR specification, Pedersen et al., Nature Communications 2024",
    .create = make_point_group<Cuba<false>>};

}  // namespace synfire
