// What an experiment gives: a document, a text, a recording.
#pragma once

#include <string>
#include <vector>

#include "cli/run_record.h"
#include "cli/verb.h"
#include "converters/experiment/experiment.h"
#include "core/io/recording_file.h"
#include "targets/cpu/experiment_runner.h"

namespace synfire {

Json to_json(const ExperimentResult& result, const Experiment& experiment);
std::string to_text(const ExperimentResult& result, const Experiment& experiment);

/// With provenance; its spikes are moved out of the result when `spikes`.
Recording recording_of(ExperimentResult& result, const ResolvedExperiment& resolved,
                       const RunRecord& record, bool spikes);

/// The diagnostics of a run that did not reach its end.
std::vector<Diagnostic> endings(const ExperimentResult& result, const Experiment& experiment);

std::string hex(std::uint64_t hash);
Json population_json(const PopulationResult& population);

}  // namespace synfire
