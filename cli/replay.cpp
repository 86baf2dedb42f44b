#include <fmt/format.h>

#include "cli/experiment_job.h"
#include "cli/run_record.h"
#include "cli/table.h"
#include "converters/experiment/experiment.h"
#include "core/io/recording_file.h"
#include "encoders/stage.h"

namespace synfire {
namespace {

/// The same network for the same time, whatever ended it.
Experiment again(const StoredRun& run, const Arguments& arguments) {
  ExperimentFile file(run.experiment, run.place + "/provenance@experiment");
  if (arguments.given("threads")) file.set("run.threads=" + arguments.text("threads"));
  Experiment experiment = file.resolve(experiment_registry()).experiment;
  experiment.duration_ms = run.interval.length(), experiment.ends_with_datasets = false;
  experiment.warm_up_ms = run.interval.begin_ms;
  experiment.probes.clear();
  experiment.stop = {};
  return experiment;
}

}  // namespace

Outcome replay(const Arguments& arguments, Session& session) {
  for (const std::string_view option : {"NETWORK", "output", "report", "set", "engine", "max-wall",
                                        "checkpoint-every", "checkpoint"})
    if (arguments.given(option))
      fail(Code::bad_option_value, "synfire run",
           fmt::format("--replay goes without {}{}", option == "NETWORK" ? "" : "--", option),
           "it runs what the recording says");
  Outcome outcome;
  outcome.data["runs"] = Json::array();
  std::vector<std::vector<std::string>> rows{{"run", "recorded", "again", "spikes"}};
  for (const StoredRun& run : read_stored_runs(arguments.text("replay"))) {
    const ExperimentResult result =
        simulate(again(run, arguments), {.keeps_spikes = false}, session);
    const std::string hash = fmt::format("{:016x}", result.spike_hash);
    const bool equal = hash == run.spike_hash;
    rows.push_back({run.place, run.spike_hash, hash, equal ? "equal" : "differ"});
    outcome.data["runs"].push_back({{"place", run.place},
                                    {"recorded_hash", run.spike_hash},
                                    {"spike_hash", hash},
                                    {"equal", equal}});
    if (result.stopped_by == "interrupt")
      fail(Code::interrupted, "synfire run", "the replay was not finished");
    if (!equal)
      outcome.diagnostics.push_back(
          {Code::replay_differs,
           Severity::error,
           run.place,
           fmt::format("spike hash {}, the recording has {}", hash, run.spike_hash),
           {}});
  }
  if (!session.speaks()) return {};
  outcome.text = text_table(rows);
  return outcome;
}

}  // namespace synfire
