// The pictures of a comparison: a self-contained HTML page.
#pragma once

#include "cli/comparison.h"
#include "core/io/report.h"

namespace synfire {

/// Number of samples whose pictures the page shows.
inline constexpr std::int64_t kShownSamples = 24;

Report comparison_report(const Comparison& comparison, const Network& graded,
                         const std::vector<std::string>& argv);

}  // namespace synfire
