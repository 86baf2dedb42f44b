// The tables of a projection as firmware's kernels read them.
#pragma once

#include "targets/mcu/spiking_plan.h"

namespace synfire::mcu {

/// Tables by delay; one but where synapses have their own. `spikes` is left to the caller. Throws
/// `target_unsupported` where there is no kernel, or a delay is too long.
std::vector<Synapses> make_synapses(const Network& network, const Projection& projection);

}  // namespace synfire::mcu
