#include "cli/sweep_job.h"

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/checkpoint_job.h"
#include "cli/experiment_job.h"
#include "cli/experiment_output.h"
#include "cli/experiment_results.h"
#include "cli/interruption.h"
#include "cli/sweep_summary.h"

namespace synfire {
namespace {

using Clock = std::chrono::steady_clock;

class SweepJob {
 public:
  SweepJob(const ExperimentFile& file, const Arguments& arguments, Session& session,
           const RunRecord& record, CheckpointFolder* checkpoints)
      : file_(file),
        arguments_(arguments),
        session_(session),
        record_(record),
        checkpoints_(checkpoints),
        output_(arguments, session),
        runs_(file.runs()) {}

  Outcome run() {
    std::uint64_t next = checkpoints_ == nullptr ? 0 : checkpoints_->facts().run;
    if (next > 0 && session_.speaks()) restore();
    while (next < runs_ && !ends_all(stopped_by_)) run(next++);
    begin_writing();
    if (!session_.speaks()) return {};
    if (RecordingFile* const file = output_.get())
      file->write_summary(summary_.summary()), file->commit();
    return outcome(next);
  }

 private:
  /// What stops a run from outside stops those behind it, too.
  static bool ends_all(std::string_view cause) {
    return cause == "wall" || cause == "interrupt" || cause == "disk";
  }

  void run(std::uint64_t index) {
    const ExperimentFile::Run run = file_.run(index);
    const ResolvedExperiment resolved = resolve_run(run.file, arguments_);
    session_.detail(fmt::format("run {} of {}", index, runs_));
    begin_run(checkpoints_, resolved);
    ExperimentOptions options;
    options.checkpoints = checkpoints_;
    options.keeps_spikes = false;
    options.spent_s = std::chrono::duration<double>(Clock::now() - started_).count();
    RecordingFile* const file = output_.get();
    if (file != nullptr) {
      file->begin(index);
      options.record = [file](const std::vector<SpikeTrain>& spikes) { file->append(spikes); };
    }
    ExperimentResult result = simulate(resolved, options, session_);
    stopped_by_ = result.stopped_by;
    summary_.add(run.settings, resolved.experiment, result);
    add(told_.emplace_back(), index, endings(result, resolved.experiment));
    add(warnings_, index, result.warnings);
    if (file != nullptr) {
      Recording recording = recording_of(result, resolved, record_, false);
      finish(*file, recording, told_.back());
    }
    if (checkpoints_ != nullptr && !ends_all(stopped_by_)) keep(index, resolved.experiment);
  }

  /// A run that is over is never run again.
  void keep(std::uint64_t index, const Experiment& experiment) {
    checkpoints_->end_run([this, index](StateArchive& archive) { visit_run(archive, index); });
    if (experiment.checkpoint_every_ms == 0 || index + 1 == runs_) return;
    if (const auto warning = warning_of([this] { checkpoints_->save(); }))
      add(warnings_, index, {*warning});
  }

  void restore() {
    std::uint64_t index = 0;
    checkpoints_->load_ended([&](StateArchive& archive) {
      told_.emplace_back();
      visit_run(archive, index++);
    });
  }

  /// All that is left of a run that is over.
  void visit_run(StateArchive& archive, std::uint64_t index) {
    RecordingFile* const file = output_.get();
    summary_.visit_run(archive, index);
    visit_diagnostics(archive, told_[index]);
    std::vector<std::byte> recording;
    if (file != nullptr && !archive.restores()) recording = file->image_of_run(index);
    archive("recording", recording);
    if (file == nullptr || !archive.restores()) return;
    if (recording.empty()) archive.mismatch("this run was not recorded", "go on without --output");
    file->restore_run(index, recording);
  }

  static void visit_diagnostics(StateArchive& archive, std::vector<Diagnostic>& list) {
    visit_all(archive, "diagnostics", list, [&](Diagnostic& each) {
      archive("code", each.code);
      archive("severity", each.severity);
      archive("where", each.where);
      archive("message", each.message);
      archive("hint", each.hint);
    });
  }

  /// Says of which run a diagnostic is.
  static void add(std::vector<Diagnostic>& list, std::uint64_t run, std::vector<Diagnostic> more) {
    for (Diagnostic& each : more) {
      each.where = fmt::format("run {}: {}", run, each.where);
      list.push_back(std::move(each));
    }
  }

  Outcome outcome(std::uint64_t begun) {
    Outcome outcome{summary_.to_json(), summary_.to_text(), {}};
    for (const std::vector<Diagnostic>& each : told_)
      outcome.diagnostics.insert(outcome.diagnostics.end(), each.begin(), each.end());
    outcome.diagnostics.insert(outcome.diagnostics.end(), warnings_.begin(), warnings_.end());
    if (begun < runs_) outcome.text += fmt::format("\n{} of {} runs\n", begun, runs_);
    if (checkpoints_ != nullptr) close_checkpoints(*checkpoints_, stopped_by_, runs_, outcome);
    return outcome;
  }

  const ExperimentFile& file_;
  const Arguments& arguments_;
  Session& session_;
  const RunRecord& record_;
  CheckpointFolder* checkpoints_;
  OutputFile output_;
  const std::uint64_t runs_;
  const Clock::time_point started_ = Clock::now();
  SweepSummary summary_;
  std::vector<std::vector<Diagnostic>> told_;  // by run
  std::vector<Diagnostic> warnings_;           // of checkpoints
  std::string stopped_by_;                     // the last run
};

}  // namespace

Outcome run_sweep(const ExperimentFile& file, const Arguments& arguments, Session& session,
                  const RunRecord& record, CheckpointFolder* checkpoints) {
  if (arguments.given("report"))
    fail(Code::bad_option_value, "synfire run", "--report is for one run, not for a sweep",
         "draw one of its runs with `synfire plot`");
  return SweepJob(file, arguments, session, record, checkpoints).run();
}

}  // namespace synfire
