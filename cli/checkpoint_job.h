// What the command line makes of checkpoints: --checkpoint-every, --checkpoint and --resume.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/session.h"
#include "converters/experiment/experiment.h"
#include "targets/cpu/checkpoint.h"
#include "targets/cpu/experiment_runner.h"

namespace synfire {

/// What options such as --threads change of an experiment, new or resumed.
void set_by_options(ExperimentFile& file, const Arguments& arguments);

/// Of all runs of an experiment.
struct RunsFacts {
  std::set<std::string> files, folders;  // as ResolvedExperiment has them
  bool ask_for_checkpoints = false;

  void add(const ResolvedExperiment& run);
  std::vector<InputFile> inputs() const;
};

/// Where a new run's, or sweep's, checkpoints go: those that are asked for, or the one of a run
/// with a recording that is stopped; else null. Called by all ranks.
std::unique_ptr<CheckpointFolder> new_checkpoints(const Arguments& arguments,
                                                  const ExperimentFile& file,
                                                  const RunsFacts& facts, Exchange* exchange);

/// An experiment that goes on from a checkpoint.
struct ResumedRun {
  std::unique_ptr<CheckpointFolder> checkpoints;
  ExperimentFile file;
  Arguments arguments;  // with the recording that the run had before, where none is given
};
/// Throws what CheckpointFolder throws, and checkpoint_mismatch where the experiment's other files
/// have changed.
ResumedRun open_resumed(const Arguments& arguments, const Session& session);
/// The same for folders that they were read from: which files of them, is known by `facts`.
void check_folders(const CheckpointFolder& checkpoints, const RunsFacts& facts);

/// One run, without the limit of wall time that the part before a checkpoint had.
ResolvedExperiment resolve_run(const ExperimentFile& file, const Arguments& arguments);
/// Before a run starts, or goes on: then throws checkpoint_mismatch where it is of another network.
/// `checkpoints` may be null.
void begin_run(CheckpointFolder* checkpoints, const ResolvedExperiment& resolved);

/// When all outputs are written: the checkpoint of what was stopped from outside stays, and the
/// outcome says how to go on.
void close_checkpoints(CheckpointFolder& checkpoints, std::string_view stopped_by,
                       std::uint64_t runs, Outcome& outcome);

std::vector<OptionInfo> checkpoint_options();

}  // namespace synfire
