// What an experiment gives: a document, a text, a recording, a row of a summary.
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

/// One row a run.
class SweepSummary {
 public:
  void add(const std::vector<Setting>& settings, const Experiment& experiment,
           const ExperimentResult& result);
  Json to_json() const;
  std::string to_text() const;
  std::vector<RecordingFile::Column> columns() const;

 private:
  struct Row {
    std::vector<Setting> settings;
    std::uint64_t seed, spikes;
    std::string spike_hash, stopped_by;
    double end_ms;
    std::vector<PopulationResult> populations;  // but for generators
    std::vector<Json> accuracies;               // by data set; null where nothing was tested
  };
  std::vector<std::string> datasets_;
  std::vector<Row> rows_;
};

}  // namespace synfire
