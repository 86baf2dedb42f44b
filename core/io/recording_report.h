// A page about a recording: what was simulated, how it went, every picture that fits.
#pragma once

#include "core/io/picture.h"
#include "core/io/report.h"
#include "core/io/spike_statistics.h"

namespace synfire {

struct PopulationSummary {
  std::string name;
  std::int64_t neurons = 0;
  std::uint64_t spikes = 0;
  SpikeStatistics statistics;
};
std::vector<PopulationSummary> summarize(const RecordingView& view);

/// The page with pictures of the given kinds; of every kind that fits where none is given. Throws
/// what draw() throws.
Report recording_report(const Recording& recording, const RecordingView& view,
                        std::span<const PictureKind* const> kinds, const PictureOptions& options);

}  // namespace synfire
