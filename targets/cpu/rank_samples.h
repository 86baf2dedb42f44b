// Samples spread over the ranks of a job.
#pragma once

#include "core/engine/exchange.h"
#include "targets/cpu/runner.h"

namespace synfire {

/// run_samples over the ranks, who all call it alike: each runs neighbouring samples, and rank 0
/// gets the result of all, in the order of the samples; the others get that of their own. With a
/// null exchange the same as run_samples.
RunResult run_samples_on_ranks(const Network& network, const SampleSet& samples,
                               const RunOptions& options, Exchange* exchange);

}  // namespace synfire
