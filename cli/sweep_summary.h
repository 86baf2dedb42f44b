// What the runs of a sweep give, a row each.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.h"
#include "converters/experiment/experiment.h"
#include "core/base/state_archive.h"
#include "core/io/summary.h"
#include "targets/cpu/experiment_runner.h"

namespace synfire {

class SweepSummary {
 public:
  void add(const std::vector<Setting>& settings, const Experiment& experiment,
           const ExperimentResult& result);
  /// Saves a row, or restores the one that comes next.
  void visit_run(StateArchive& archive, std::size_t run);
  Json to_json() const;
  std::string to_text() const;
  Summary summary() const;

 private:
  /// A number of a run: a column of the summary and, with a heading, of the table.
  struct Figure {
    std::string name, heading, format;
    double value = 0;
  };
  struct Row {
    std::vector<Setting> settings;
    std::uint64_t seed = 0, spikes = 0;
    std::string spike_hash, stopped_by;
    std::vector<Figure> figures;
    Json json;

    /// NaN where the run has none of that name.
    double value_of(const std::string& name) const;
    void visit_state(StateArchive& archive);
  };
  static std::vector<Figure> figures_of(const ExperimentResult& result);

  std::vector<Row> rows_;
};

}  // namespace synfire
