// A page about a recording: what was simulated, how it went, every picture that fits.
#pragma once

#include "core/io/picture.h"
#include "core/io/report.h"

namespace synfire {

/// Statistics of each population in a view.
Table population_table(const RecordingView& view);

/// The page with pictures of the given kinds; of every kind that fits where none is given. Throws
/// what draw() throws.
Report recording_report(const Recording& recording, const RecordingView& view,
                        std::span<const PictureKind* const> kinds, const PictureOptions& options);

}  // namespace synfire
