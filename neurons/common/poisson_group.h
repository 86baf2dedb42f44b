// Groups of Poisson generators whose rate changes at given times, in both engines.
#pragma once

#include <memory>
#include <vector>

#include "core/engine/model.h"

namespace synfire {

/// rate_hz[k] from begin_ms[k], which rise, to begin_ms[k + 1]; 0 before the first.
struct RateSchedule {
  std::vector<double> begin_ms, rate_hz;

  /// Spikes that are expected from one time to a later one.
  double mean(double from_ms, double to_ms) const;
  /// The time at which so many more spikes are expected than at `from_ms`; infinite when never.
  double after(double from_ms, double spikes) const;
};

/// Throws parameter_invalid or network_invalid where a step has more spikes than can be drawn.
std::unique_ptr<NeuronGroup> make_poisson_group(RateSchedule schedule, const Population& population,
                                                const GroupContext& context);
std::unique_ptr<EventGroup> make_poisson_events(RateSchedule schedule, const Population& population,
                                                const GroupContext& context);

}  // namespace synfire
