// What the command line makes of checkpoints: --checkpoint-every, --checkpoint and --resume.
#pragma once

#include <memory>
#include <vector>

#include "cli/arguments.h"
#include "cli/session.h"
#include "converters/experiment/experiment.h"
#include "targets/cpu/checkpoint.h"
#include "targets/cpu/experiment_runner.h"

namespace synfire {

/// Where a new run's checkpoints go: those that are asked for, or the one of a run with a recording
/// that is stopped; else null. Called by all ranks.
std::unique_ptr<CheckpointFolder> new_checkpoints(const Arguments& arguments,
                                                  const ResolvedExperiment& resolved,
                                                  Exchange* exchange);
/// Checkpoints are of one run, not of a sweep: throws bad_option_value.
void refuse_checkpoints_of_sweep(const Arguments& arguments, const Experiment& first);

/// A run that goes on from a checkpoint.
struct ResumedRun {
  std::unique_ptr<CheckpointFolder> checkpoints;
  ResolvedExperiment resolved;
  Arguments arguments;  // with the recording that the run had before, where none is given
};
/// Throws what CheckpointFolder throws, and checkpoint_mismatch where the experiment's other files
/// have changed.
ResumedRun open_resumed(const Arguments& arguments, const Session& session);

/// When all outputs are written: the checkpoint of a run that was stopped from outside stays, and
/// the outcome says how to go on.
void close_checkpoints(const CheckpointFolder& checkpoints, const ExperimentResult& result,
                       Outcome& outcome);

std::vector<OptionInfo> checkpoint_options();

}  // namespace synfire
