// `bench kws`: inferences per second of a converted network over samples.
#pragma once

#include "cli/arguments.h"
#include "cli/session.h"

namespace synfire {

OptionInfo bench_network_option();
OptionInfo bench_input_option();
OptionInfo bench_coding_option();

/// Throws missing_argument without --network or --input.
Outcome bench_samples(const Arguments& arguments, Session& session);

}  // namespace synfire
