// The tasks of an experiment: what its network learns in.
#pragma once

#include "converters/experiment/section.h"
#include "core/engine/model.h"
#include "core/net/experiment.h"

namespace synfire {

/// When the network has been read.
void read_tasks(const TomlNode& root, const ModelRegistry& registry, Reading& reading,
                Experiment& experiment);

}  // namespace synfire
