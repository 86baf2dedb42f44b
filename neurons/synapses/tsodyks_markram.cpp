#include "core/engine/model.h"

namespace synfire {

extern const SynapseInfo tsodyks_markram_synapse;
const SynapseInfo tsodyks_markram_synapse{
    .name = "tsodyks_markram",
    .summary = "short-term depression and facilitation",
    .pynn_name = "TsodyksMarkramSynapse",
    .parameters = {{"u", "U", "1", 0.5, 1e-6, 1, "part of the resources that a first spike uses"},
                   {"tau_rec_ms", "tau_rec", "ms", 100.0, 0, 1e6, "recovery of the resources"},
                   {"tau_facil_ms", "tau_facil", "ms", 0.0, 0, 1e6, "decay of the facilitation"}},
    .equations = "",
    .source = "Tsodyks, Pawelzik & Markram, Neural Computation 10, 1998"};

}  // namespace synfire
