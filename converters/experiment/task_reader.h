// The tasks of an experiment, in which its network learns, and rewards at known times.
#pragma once

#include "converters/experiment/section.h"
#include "core/engine/model.h"
#include "core/net/experiment.h"

namespace synfire {

/// Both when the network has been read.
void read_rewards(const TomlNode& root, const ModelRegistry& registry, Reading& reading,
                  Experiment& experiment);
void read_tasks(const TomlNode& root, const ModelRegistry& registry, Reading& reading,
                Experiment& experiment);

}  // namespace synfire
