// Recordings of events as the samples of a data set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/net/experiment.h"

namespace synfire {

/// Of a population whose neurons send at most `most_spikes` in a step of `dt_ms`.
struct EventLimits {
  std::int64_t most_spikes = 1;
  double dt_ms = 1;
};

/// Reads the samples that `dataset` shows into it. Tells of every recording that is at fault, of
/// the first ten by name.
void read_shown_events(EventSet& events, const EventLimits& limits, Dataset& dataset,
                       Diagnostics& diagnostics);

}  // namespace synfire
