// `run exp.toml`: an experiment, or the runs of its sweep, from the file to the results; and
// `run --replay out.h5`, which does again what a recording was made of.
#pragma once

#include <vector>

#include "cli/arguments.h"
#include "cli/session.h"
#include "converters/experiment/experiment.h"
#include "core/net/experiment.h"
#include "targets/cpu/experiment_runner.h"

namespace synfire {

/// Whether the argument is an experiment: by its name. A replay is one, too.
bool is_experiment(const Arguments& arguments);

Outcome run_experiment_file(const Arguments& arguments, Session& session);

/// Exit status 1 where a run's spikes are not those of the recording.
Outcome replay(const Arguments& arguments, Session& session);

/// With a progress bar; the first Ctrl-C ends it early.
ExperimentResult simulate(const Experiment& experiment, ExperimentOptions options,
                          Session& session);
/// What the engine finds wrong with the network is told at its place in the file, too.
ExperimentResult simulate(const ResolvedExperiment& resolved, ExperimentOptions options,
                          Session& session);

/// Options that only experiments heed; what they share with networks is not among them.
std::vector<OptionInfo> experiment_options();

}  // namespace synfire
