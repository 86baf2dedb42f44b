// The data sets of an experiment.
#pragma once

#include "converters/experiment/section.h"
#include "core/engine/model.h"
#include "core/net/experiment.h"

namespace synfire {

/// Adds the data sets, with their samples and labels, to the experiment, whose network is complete.
void read_datasets(const TomlNode& root, const ModelRegistry& registry, Reading& reading,
                   Experiment& experiment);

}  // namespace synfire
