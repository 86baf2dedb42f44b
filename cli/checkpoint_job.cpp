#include "cli/checkpoint_job.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "encoders/stage.h"

namespace synfire {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kSuffix = ".checkpoint";

/// Beside the recording, or named after the experiment.
fs::path folder_of(const Arguments& arguments) {
  if (arguments.given("checkpoint")) return arguments.text("checkpoint");
  if (arguments.given("output")) return arguments.text("output") + std::string(kSuffix);
  return fs::path(arguments.text("NETWORK")).stem().string() + std::string(kSuffix);
}

/// From the folder that the checkpoint's folder is in, so that both can be moved together.
std::string relative_output(const Arguments& arguments, const fs::path& folder) {
  if (!arguments.given("output")) return "";
  return fs::relative(fs::absolute(arguments.text("output")), fs::absolute(folder).parent_path())
      .string();
}

void check_inputs(const CheckpointFacts& facts) {
  for (const InputFile& file : facts.inputs)
    if (!fs::is_directory(file.path) && file_sha256(file.path) != file.sha256)
      fail(Code::checkpoint_mismatch, file.path, "the file has changed since the run began");
}

/// What is read of a folder is known when the experiment has been read.
void check_folders(const CheckpointFacts& facts, const ResolvedExperiment& resolved) {
  for (const InputFile& now : input_digests(resolved.files, resolved.folders))
    for (const InputFile& then : facts.inputs)
      if (now.path == then.path && now.sha256 != then.sha256)
        fail(Code::checkpoint_mismatch, now.path, "files in it have changed since the run began");
}

ExperimentFile changed(const CheckpointFolder& checkpoints, const Arguments& arguments) {
  ExperimentFile file(checkpoints.facts().experiment, (checkpoints.path() / "head").string());
  if (arguments.given("threads")) file.set("run.threads=" + arguments.text("threads"));
  if (arguments.given("max-wall")) file.set("stop.wall=" + arguments.text("max-wall"));
  if (arguments.given("checkpoint-every"))
    file.set("run.checkpoint_every=" + arguments.text("checkpoint-every"));
  return file;
}

}  // namespace

std::unique_ptr<CheckpointFolder> new_checkpoints(const Arguments& arguments,
                                                  const ResolvedExperiment& resolved,
                                                  Exchange* exchange) {
  const bool asked = resolved.experiment.checkpoint_every_ms > 0 || arguments.given("checkpoint");
  const bool has_place = arguments.given("output") && arguments.text("output") != "-";
  if (!asked && !has_place) return nullptr;
  const fs::path folder = folder_of(arguments);
  CheckpointFacts facts;
  facts.version = SYNFIRE_VERSION;
  facts.experiment = resolved.text;
  facts.inputs = input_digests(resolved.files, resolved.folders);
  facts.network_hash = content_hash(resolved.experiment.network);
  facts.output = relative_output(arguments, folder);
  facts.threads = static_cast<std::uint64_t>(resolved.experiment.threads);
  return asked ? std::make_unique<CheckpointFolder>(folder, std::move(facts), exchange)
               : CheckpointFolder::made_when_needed(folder, std::move(facts), exchange);
}

void refuse_checkpoints_of_sweep(const Arguments& arguments, const Experiment& first) {
  if (first.checkpoint_every_ms > 0 || arguments.given("checkpoint"))
    fail(Code::bad_option_value, "synfire run",
         "checkpoints are of one run, this experiment is a sweep, or repeated",
         "run its points one by one, with --set");
}

ResumedRun open_resumed(const Arguments& arguments, const Session& session) {
  for (const std::string_view option :
       {"NETWORK", "replay", "set", "engine", "checkpoint", "print-config"})
    if (arguments.given(option))
      fail(Code::bad_option_value, "synfire run",
           fmt::format("--resume goes without {}{}", option == "NETWORK" ? "" : "--", option),
           "it goes on with the run as it was");
  auto checkpoints = std::make_unique<CheckpointFolder>(arguments.text("resume"), SYNFIRE_VERSION,
                                                        session.exchange());
  const CheckpointFacts& facts = checkpoints->facts();
  check_inputs(facts);
  ResolvedExperiment resolved = changed(*checkpoints, arguments).resolve(experiment_registry());
  check_folders(facts, resolved);
  // The first part's limit was reached, or is not that of the rest.
  if (!arguments.given("max-wall")) resolved.experiment.stop.wall_s = 0;
  if (content_hash(resolved.experiment.network) != facts.network_hash)
    fail(Code::checkpoint_mismatch, checkpoints->path().string(),
         "the experiment in it gives another network now");
  ResumedRun run{std::move(checkpoints), std::move(resolved), arguments};
  if (!facts.output.empty() && !arguments.given("output"))
    run.arguments.set(
        "output",
        (run.checkpoints->path().parent_path() / facts.output).lexically_normal().string());
  return run;
}

void close_checkpoints(const CheckpointFolder& checkpoints, const ExperimentResult& result,
                       Outcome& outcome) {
  for (const Diagnostic& warning : result.warnings) outcome.diagnostics.push_back(warning);
  const std::string& cause = result.stopped_by;
  const bool is_cut = cause == "wall" || cause == "interrupt" || cause == "disk";
  if (!is_cut || !checkpoints.exists()) return checkpoints.remove();
  const std::string folder = checkpoints.path().string();
  outcome.data["checkpoint"] = {{"folder", folder}, {"time_ms", checkpoints.facts().time_ms}};
  outcome.text += fmt::format("\ncheckpoint at {:.6g} ms: `synfire run --resume {}` goes on\n",
                              checkpoints.facts().time_ms, folder);
}

std::vector<OptionInfo> checkpoint_options() {
  return {{.name = "checkpoint-every",
           .kind = ValueKind::text,
           .value = "T",
           .meaning = "write a checkpoint after so much simulated time, such as 10s; when it is "
                      "stopped an experiment with -o always writes one"},
          {.name = "checkpoint",
           .kind = ValueKind::text,
           .value = "FOLDER",
           .meaning = "for checkpoints, instead of OUTPUT.checkpoint; by itself: only when the "
                      "experiment is stopped"},
          {.name = "resume",
           .kind = ValueKind::text,
           .value = "FOLDER",
           .meaning = "go on from the checkpoint in it: the same result as without a stop"}};
}

}  // namespace synfire
