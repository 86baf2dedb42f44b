// The probes of an experiment.
#pragma once

#include "converters/experiment/section.h"
#include "core/net/experiment.h"

namespace synfire {

/// Adds the probes to the experiment, whose network is complete.
void read_probes(const TomlNode& root, const ModelRegistry& registry, Reading& reading,
                 Experiment& experiment);

}  // namespace synfire
