// The runs of a sweep and its repetitions, one after the other.
#pragma once

#include "cli/arguments.h"
#include "cli/run_record.h"
#include "cli/session.h"
#include "converters/experiment/experiment.h"
#include "targets/cpu/checkpoint.h"

namespace synfire {

/// All runs into one file and one summary; those that are over in the checkpoint are taken from
/// there. `checkpoints` may be null.
Outcome run_sweep(const ExperimentFile& file, const Arguments& arguments, Session& session,
                  const RunRecord& record, CheckpointFolder* checkpoints);

}  // namespace synfire
