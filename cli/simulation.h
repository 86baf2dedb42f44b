// What `run`, `validate` and `compare` share: a network, its samples, and the simulation with its
// progress.
#pragma once

#include <filesystem>

#include "cli/arguments.h"
#include "cli/session.h"
#include "converters/nir/nir.h"
#include "targets/cpu/runner.h"

namespace synfire {

/// The network of argument NETWORK, with exactly one input and one output.
Network open_network(const Arguments& arguments, const Session& session);
/// The samples of --input, at most --samples of them.
SampleSet open_samples(const Arguments& arguments, const Network& network, const Session& session);
/// The labels of --labels or of the samples' folder, if any; checked here because a wrong label
/// file should not be found after hours.
std::vector<std::int64_t> open_labels(const Arguments& arguments, const Network& network,
                                      const SampleSet& samples);
RunResult simulate(const Network& network, const SampleSet& samples, RunOptions options,
                   const Session& session);

/// --samples, or -1 for all.
std::int64_t sample_limit(const Arguments& arguments);
std::int32_t thread_count(const Arguments& arguments);
Kernels kernels_of(const Arguments& arguments);

OptionInfo input_option();
OptionInfo labels_option();
OptionInfo samples_option();
OptionInfo threads_option();
OptionInfo kernels_option();
OptionInfo steps_option();
/// What files of other tools do not say: --dt, --integrator, --reset.
std::vector<OptionInfo> foreign_options();
NirOptions nir_options(const Arguments& arguments);

}  // namespace synfire
