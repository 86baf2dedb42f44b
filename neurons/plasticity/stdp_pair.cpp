#include "core/engine/model.h"

namespace synfire {

extern const PlasticityInfo stdp_pair_plasticity;
const PlasticityInfo stdp_pair_plasticity{
    .name = "stdp_pair",
    .summary = "spike-timing dependent plasticity by pairs of spikes",
    .parameters = {{"tau_plus_ms", "tau+", "ms", 20.0, 1e-3, 1e5, "decay of the presynaptic trace"},
                   {"tau_minus_ms", "tau-", "ms", 20.0, 1e-3, 1e5,
                    "decay of the postsynaptic trace"}},
    .equations = "",
    .source = "Song, Miller & Abbott, Nature Neuroscience 3, 2000"};

}  // namespace synfire
