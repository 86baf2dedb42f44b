// The part of a recording that is looked at.
#pragma once

#include <optional>

#include "core/io/recording.h"

namespace synfire {

/// First and last neuron of a range.
struct NeuronRange {
  std::uint64_t first = 0, last = 0;
};

/// Everything, where nothing is said.
struct Selection {
  std::vector<std::string> populations;  // or projections, of weights
  std::optional<double> from_ms, to_ms;
  std::vector<NeuronRange> neurons;
};

struct PopulationView {
  std::string name;
  std::vector<std::uint64_t> ids;  // of the neurons, where not all are looked at; rising
  std::int64_t neurons = 0;        // that are looked at
  SpikeTrain train;                // of them; node_ids count them from 0
  std::size_t place = 0;           // among all populations of the recording
};

struct RecordingView {
  Interval interval;
  double trial_ms = 0;
  std::vector<PopulationView> populations;
  std::vector<StateTrace> traces;  // with the ids of their columns
  std::vector<WeightTrace> weights;
  Summary summary;
  std::vector<TrialTable> trials;
  std::vector<Classification> classifications;
};

/// What to do where something is asked of a sweep that one of its runs has; empty of other
/// recordings.
std::string run_hint(const Summary& summary);

/// Where a recording does not tell its interval, it reaches from 0 or the first to the last thing
/// recorded; where it does not tell a population's neurons, there are as many as the greatest id
/// says. Throws unknown_name (a population that is not there) and bad_option_value (an interval or
/// neurons of which nothing is recorded).
RecordingView view_of(const Recording& recording, const Selection& selection);

}  // namespace synfire
