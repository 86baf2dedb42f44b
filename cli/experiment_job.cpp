#include "cli/experiment_job.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "cli/checkpoint_job.h"
#include "cli/experiment_output.h"
#include "cli/experiment_results.h"
#include "cli/interruption.h"
#include "cli/network_file.h"
#include "cli/sweep_job.h"
#include "cli/table.h"
#include "encoders/stage.h"

namespace synfire {
namespace {

constexpr std::uint64_t kManyRuns = 1000;

/// The file with what the command line changes of it.
ExperimentFile open_experiment(const Arguments& arguments) {
  ExperimentFile file(std::filesystem::path(arguments.text("NETWORK")));
  for (const std::string& assignment : arguments.texts("set")) file.set(assignment);
  set_by_options(file, arguments);
  return file;
}

void check_runs(const ExperimentFile& file, const Arguments& arguments) {
  const std::uint64_t runs = file.runs();
  if (runs <= kManyRuns || arguments.flag("yes")) return;
  const std::string number = runs >= std::uint64_t{1} << 63
                                 ? "more than 9 * 10^18"
                                 : grouped(static_cast<std::int64_t>(runs));
  fail(Code::sweep_size, arguments.text("NETWORK"), number + " runs",
       "--yes runs them, --set 'sweep={}' none of the sweep");
}

/// `checkpoints` may be null.
Outcome run_one(const ResolvedExperiment& resolved, const Arguments& arguments, Session& session,
                const RunRecord& record, CheckpointFolder* checkpoints) {
  begin_run(checkpoints, resolved);
  OutputFile output(arguments, session);
  ExperimentOptions options;
  options.checkpoints = checkpoints;
  const bool report = arguments.given("report");
  options.keeps_spikes = report;
  if (RecordingFile* const file = output.get()) {
    file->begin();
    options.record = [file](const std::vector<SpikeTrain>& spikes) { file->append(spikes); };
  }
  ExperimentResult result = simulate(resolved, options, session);
  if (!session.speaks()) return {};  // rank 0 has it all
  Outcome outcome{to_json(result, resolved.experiment), to_text(result, resolved.experiment),
                  endings(result, resolved.experiment)};
  begin_writing();
  Recording recording = recording_of(result, resolved, record, report);
  if (report) write_run_report(arguments, recording);
  if (RecordingFile* const file = output.get()) {
    finish(*file, recording, outcome.diagnostics);
    file->commit();
  }
  outcome.diagnostics.insert(outcome.diagnostics.end(), result.warnings.begin(),
                             result.warnings.end());
  if (checkpoints != nullptr) close_checkpoints(*checkpoints, result.stopped_by, 1, outcome);
  return outcome;
}

void check(const ResolvedExperiment& run, const Arguments& arguments, RunsFacts& facts) {
  check_output_is_no_input(run, arguments);
  facts.add(run);
}

/// Every run is read before the first one starts.
void check_all(const ExperimentFile& file, const Arguments& arguments, RunsFacts& facts) {
  for (std::uint64_t run = 0; run < file.runs(); ++run)
    check(file.run(run).file.resolve(experiment_registry()), arguments, facts);
}

/// With the checkpoint that they go on from, or null where they begin.
Outcome run_all(const ExperimentFile& file, const Arguments& arguments, Session& session,
                const RunRecord& record, std::unique_ptr<CheckpointFolder> checkpoints) {
  const bool is_sweep = file.runs() > 1;
  RunsFacts facts;
  std::optional<ResolvedExperiment> only;
  if (is_sweep) {
    check_all(file, arguments, facts);
  } else {
    only = resolve_run(file.run(0).file, arguments);
    check(*only, arguments, facts);
  }
  if (checkpoints)
    check_folders(*checkpoints, facts);
  else
    checkpoints = new_checkpoints(arguments, file, facts, session.exchange());
  if (is_sweep) return run_sweep(file, arguments, session, record, checkpoints.get());
  session.detail(describe(only->experiment.network));
  return run_one(*only, arguments, session, record, checkpoints.get());
}

Outcome resume(const Arguments& arguments, Session& session) {
  ResumedRun run = open_resumed(arguments, session);
  check_run_outputs(run.arguments);
  const CheckpointFacts& facts = run.checkpoints->facts();
  session.detail(fmt::format("going on at {:.6g} ms of run {}", facts.time_ms, facts.run));
  return run_all(run.file, run.arguments, session, RunRecord(run.arguments, session),
                 std::move(run.checkpoints));
}

}  // namespace

ExperimentResult simulate(const Experiment& experiment, ExperimentOptions options,
                          Session& session) {
  Progress progress(session, "s");
  options.exchange = session.exchange();
  options.interrupted = interruption_asked;
  options.progress = [&progress](const ExperimentProgress& now) {
    progress.update(now.time_ms, now.end_ms, now.wall_s, now.spikes);
  };
  defer_interruptions();
  return run_experiment(experiment, options);
}

ExperimentResult simulate(const ResolvedExperiment& resolved, ExperimentOptions options,
                          Session& session) {
  try {
    return simulate(resolved.experiment, std::move(options), session);
  } catch (const Failure& failure) {
    std::vector<Diagnostic> located;
    for (const Diagnostic& each : failure.diagnostics())
      located.push_back(resolved.places.located(each));
    throw Failure(std::move(located));
  }
}

bool is_experiment(const Arguments& arguments) {
  return arguments.given("replay") || arguments.given("resume") ||
         std::filesystem::path(arguments.text("NETWORK")).extension() == ".toml";
}

Outcome run_experiment_file(const Arguments& arguments, Session& session) {
  if (arguments.given("resume")) return resume(arguments, session);
  if (arguments.given("replay")) return replay(arguments, session);
  check_run_outputs(arguments);
  const RunRecord record(arguments, session);
  const ExperimentFile file = open_experiment(arguments);
  check_runs(file, arguments);
  if (arguments.flag("print-config")) {
    const std::string text = file.run(0).file.resolve(experiment_registry()).text;
    return {Json{{"experiment", text}}, text, {}};
  }
  return run_all(file, arguments, session, record, nullptr);
}

static std::vector<OptionInfo> run_file_options() {
  return {{.name = "engine",
           .kind = ValueKind::choice,
           .value = "KIND",
           .meaning = "of an experiment: clock (steps of dt) or event (continuous time)",
           .choices =
               [] {
                 return std::vector<std::string>{"clock", "event"};
               }},
          {.name = "set",
           .kind = ValueKind::text,
           .value = "K=V",
           .meaning = "change a key of the experiment, such as run.seed=7",
           .repeats = true},
          {.name = "max-wall",
           .kind = ValueKind::text,
           .value = "T",
           .meaning = "end the experiment after so much time, such as 10min"},
          {.name = "yes", .letter = 'y', .meaning = "run a sweep of more than 1000 runs"},
          {.name = "replay",
           .kind = ValueKind::input_file,
           .value = "FILE.h5",
           .meaning = "run again what a recording was made of, and compare the spikes"},
          {.name = "print-config",
           .meaning = "print the experiment with all defaults and changes, run nothing"}};
}

std::vector<OptionInfo> experiment_options() {
  std::vector<OptionInfo> options = run_file_options();
  for (const OptionInfo& option : checkpoint_options()) options.push_back(option);
  return options;
}

}  // namespace synfire
