// Parts of what was recorded.
#pragma once

#include <vector>

#include "core/io/recording.h"
#include "core/net/experiment.h"

namespace synfire {

/// The spikes that the experiment's probes of spikes ask for; all where there are none.
std::vector<SpikeTrain> chosen_spikes(const Experiment& experiment, std::vector<SpikeTrain> trains);

/// Takes the spikes before a time away and returns them.
std::vector<SpikeTrain> split_at(double time_ms, std::vector<SpikeTrain>& trains);

}  // namespace synfire
