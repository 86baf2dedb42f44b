#include "cli/experiment_job.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "cli/checkpoint_job.h"
#include "cli/experiment_results.h"
#include "cli/interruption.h"
#include "cli/network_file.h"
#include "cli/sweep_summary.h"
#include "cli/table.h"
#include "encoders/stage.h"

namespace synfire {
namespace {

constexpr std::uint64_t kManyRuns = 1000;

/// The file with what the command line changes of it.
ExperimentFile open_experiment(const Arguments& arguments) {
  ExperimentFile file(std::filesystem::path(arguments.text("NETWORK")));
  for (const std::string& assignment : arguments.texts("set")) file.set(assignment);
  if (arguments.given("engine")) file.set("run.engine=" + arguments.text("engine"));
  if (arguments.given("threads")) file.set("run.threads=" + arguments.text("threads"));
  if (arguments.given("max-wall")) file.set("stop.wall=" + arguments.text("max-wall"));
  if (arguments.given("checkpoint-every"))
    file.set("run.checkpoint_every=" + arguments.text("checkpoint-every"));
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

/// The -o file while it is written; it goes with an interruption that does not wait.
class OutputFile {
 public:
  explicit OutputFile(const Arguments& arguments, const Session& session) {
    if (!arguments.given("output") || !session.speaks()) return;
    file_.emplace(std::filesystem::path(arguments.text("output")));
    remove_when_interrupted(file_->temporary());
  }
  ~OutputFile() {
    if (file_) remove_folder(file_->temporary());
  }
  RecordingFile* get() { return file_ ? &*file_ : nullptr; }

 private:
  std::optional<RecordingFile> file_;
};

/// Also where the disk is full: then without what does not fit.
void finish(RecordingFile& file, Recording& recording, std::vector<Diagnostic>& diagnostics) {
  try {
    file.finish(recording);
  } catch (const Failure& failure) {
    recording.traces.clear(), recording.weights.clear();
    file.finish(recording);
    diagnostics.insert(diagnostics.end(), failure.diagnostics().begin(),
                       failure.diagnostics().end());
  }
}

/// Files that the experiment reads are not written over.
void check_output_is_no_input(const ResolvedExperiment& resolved, const Arguments& arguments) {
  for (const std::string_view option : {"output", "report"})
    for (const std::string& file : resolved.files)
      if (arguments.given(option)) check_output(arguments.text(option), file);
}

/// What the engine finds wrong with the network is told at its place in the file.
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

/// `checkpoints` may be null.
Outcome run_one(const ResolvedExperiment& resolved, const Arguments& arguments, Session& session,
                const RunRecord& record, CheckpointFolder* checkpoints) {
  check_output_is_no_input(resolved, arguments);
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
  if (checkpoints != nullptr) close_checkpoints(*checkpoints, result, outcome);
  return outcome;
}

/// Says of which run a diagnostic is.
void add_endings(std::uint64_t run, std::vector<Diagnostic> more, Outcome& outcome) {
  for (Diagnostic& each : more) {
    each.where = fmt::format("run {}: {}", run, each.where);
    outcome.diagnostics.push_back(std::move(each));
  }
}

/// Every run is read before the first one starts.
void check_all(const ExperimentFile& file, const Arguments& arguments) {
  for (std::uint64_t run = 0; run < file.runs(); ++run)
    check_output_is_no_input(file.run(run).file.resolve(experiment_registry()), arguments);
}

Outcome run_sweep(const ExperimentFile& file, const Arguments& arguments, Session& session,
                  const RunRecord& record) {
  if (arguments.given("report"))
    fail(Code::bad_option_value, "synfire run", "--report is for one run, not for a sweep",
         "draw one of its runs with `synfire plot`");
  check_all(file, arguments);
  refuse_checkpoints_of_sweep(arguments,
                              file.run(0).file.resolve(experiment_registry()).experiment);
  OutputFile output(arguments, session);
  RecordingFile* const recorded = output.get();
  SweepSummary summary;
  Outcome outcome;
  const std::uint64_t runs = file.runs();
  std::string stopped_by;
  for (std::uint64_t i = 0; i < runs && stopped_by != "interrupt" && stopped_by != "disk"; ++i) {
    const ExperimentFile::Run run = file.run(i);
    const ResolvedExperiment resolved = run.file.resolve(experiment_registry());
    session.detail(fmt::format("run {} of {}", i, runs));
    ExperimentOptions options;
    options.keeps_spikes = false;
    if (recorded != nullptr) {
      recorded->begin(i);
      options.record = [recorded](const auto& spikes) { recorded->append(spikes); };
    }
    ExperimentResult result = simulate(resolved, options, session);
    stopped_by = result.stopped_by;
    summary.add(run.settings, resolved.experiment, result);
    add_endings(i, endings(result, resolved.experiment), outcome);
    if (recorded == nullptr) continue;
    Recording recording = recording_of(result, resolved, record, false);
    finish(*recorded, recording, outcome.diagnostics);
  }
  begin_writing();
  if (recorded != nullptr) recorded->write_summary(summary.summary()), recorded->commit();
  if (!session.speaks()) return {};
  outcome.data = summary.to_json(), outcome.text = summary.to_text();
  return outcome;
}

Outcome resume(const Arguments& arguments, Session& session) {
  const ResumedRun run = open_resumed(arguments, session);
  check_run_outputs(run.arguments);
  session.detail(fmt::format("going on at {:.6g} ms", run.checkpoints->facts().time_ms));
  return run_one(run.resolved, run.arguments, session, RunRecord(run.arguments, session),
                 run.checkpoints.get());
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
  if (file.runs() > 1) return run_sweep(file, arguments, session, record);
  const ResolvedExperiment resolved = file.run(0).file.resolve(experiment_registry());
  session.detail(describe(resolved.experiment.network));
  const auto checkpoints = new_checkpoints(arguments, resolved, session.exchange());
  return run_one(resolved, arguments, session, record, checkpoints.get());
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
