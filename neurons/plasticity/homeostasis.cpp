#include "neurons/common/plasticity.h"

namespace synfire {

extern const PlasticityInfo homeostasis_plasticity;
const PlasticityInfo homeostasis_plasticity{
    .name = "homeostasis",
    .summary = "synaptic scaling and weight normalisation alone; other rules have both as options",
    .parameters = with_common_parameters({}),
    .equations =
        "at every interval T: w <- w (weight_sum / sum of the weights onto the neuron) (1 + T (1 - "
        "r / r0) / tau_s), each where it is asked for. 0 <= w <= w_max",
    .source =
        "Turrigiano, Leslie, Desai, Rutherford & Nelson, Nature 391, 1998; van Rossum, Bi & "
        "Turrigiano, J. Neurosci. 20, 2000; Diehl & Cook, Front. Comput. Neurosci. 9, 2015",
    .create = make_kept_rows};

}  // namespace synfire
