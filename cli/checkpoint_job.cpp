#include "cli/checkpoint_job.h"

#include <fmt/format.h>

#include <algorithm>
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

/// The folder that a folder is in, also where its name ends with a slash, or is a dot.
fs::path parent_of(const fs::path& folder) {
  return (fs::absolute(folder) / "").lexically_normal().parent_path().parent_path();
}

/// From the folder that the checkpoint's folder is in, so that both can be moved together.
std::string relative_output(const Arguments& arguments, const fs::path& folder) {
  if (!arguments.given("output")) return "";
  return fs::relative(fs::absolute(arguments.text("output")), parent_of(folder)).string();
}

void check_inputs(const CheckpointFacts& facts) {
  for (const InputFile& file : facts.inputs)
    if (!fs::is_directory(file.path) && file_sha256(file.path) != file.sha256)
      fail(Code::checkpoint_mismatch, file.path, "the file has changed since the run began");
}

ExperimentFile changed(const CheckpointFacts& facts, const Arguments& arguments) {
  ExperimentFile file(ExperimentSource{facts.path, facts.experiment, facts.changes});
  set_by_options(file, arguments);
  return file;
}

}  // namespace

void set_by_options(ExperimentFile& file, const Arguments& arguments) {
  for (const auto& [option, key] : {std::pair{"engine", "run.engine"},
                                    {"threads", "run.threads"},
                                    {"max-wall", "stop.wall"},
                                    {"checkpoint-every", "run.checkpoint_every"}})
    if (arguments.given(option)) file.set(key, arguments.text(option), option);
}

void RunsFacts::add(const ResolvedExperiment& run) {
  files.insert(run.files.begin(), run.files.end());
  folders.insert(run.folders.begin(), run.folders.end());
  ask_for_checkpoints = ask_for_checkpoints || run.experiment.checkpoint_every_ms > 0;
}

std::vector<InputFile> RunsFacts::inputs() const {
  return input_digests(std::vector(files.begin(), files.end()),
                       std::vector(folders.begin(), folders.end()));
}

std::unique_ptr<CheckpointFolder> new_checkpoints(const Arguments& arguments,
                                                  const ExperimentFile& file, const RunsFacts& runs,
                                                  Exchange* exchange) {
  const bool asked = runs.ask_for_checkpoints || arguments.given("checkpoint");
  const bool has_place = arguments.given("output") && arguments.text("output") != "-";
  if (!asked && !has_place) return nullptr;
  const fs::path folder = folder_of(arguments);
  const ExperimentSource& source = file.source();
  CheckpointFacts facts;
  facts.version = SYNFIRE_VERSION;
  facts.path = fs::absolute(source.path).string();
  facts.experiment = source.text, facts.changes = source.changes;
  facts.inputs = runs.inputs();
  facts.output = relative_output(arguments, folder);
  return asked ? std::make_unique<CheckpointFolder>(folder, std::move(facts), exchange)
               : CheckpointFolder::made_when_needed(folder, std::move(facts), exchange);
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
  ResumedRun run{std::move(checkpoints), changed(facts, arguments), arguments};
  if (!facts.output.empty() && !arguments.given("output"))
    run.arguments.set("output",
                      fs::proximate(parent_of(run.checkpoints->path()) / facts.output).string());
  return run;
}

void check_folders(const CheckpointFolder& checkpoints, const RunsFacts& facts) {
  const std::vector<InputFile> then = checkpoints.facts().inputs;
  for (const InputFile& now : facts.inputs())
    if (facts.folders.contains(now.path) && std::ranges::none_of(then, [&](const InputFile& each) {
          return each.path == now.path && each.sha256 == now.sha256;
        }))
      fail(Code::checkpoint_mismatch, now.path, "files in it have changed since the run began");
}

ResolvedExperiment resolve_run(const ExperimentFile& file, const Arguments& arguments) {
  ResolvedExperiment resolved = file.resolve(experiment_registry());
  // The first part's limit was reached, or is not that of the rest.
  if (arguments.given("resume") && !arguments.given("max-wall"))
    resolved.experiment.stop.wall_s = 0;
  return resolved;
}

void begin_run(CheckpointFolder* checkpoints, const ResolvedExperiment& resolved) {
  if (checkpoints == nullptr) return;
  std::string hash = content_hash(resolved.experiment.network);
  if (!checkpoints->has_state())
    return checkpoints->begin_run(std::move(hash),
                                  static_cast<std::uint64_t>(resolved.experiment.threads));
  if (hash != checkpoints->facts().network_hash)
    fail(Code::checkpoint_mismatch, checkpoints->path().string(),
         "the experiment in it gives another network now");
}

void close_checkpoints(CheckpointFolder& checkpoints, std::string_view stopped_by,
                       std::uint64_t runs, Outcome& outcome) {
  const bool is_cut = stopped_by == "wall" || stopped_by == "interrupt" || stopped_by == "disk";
  if (!is_cut || !checkpoints.exists()) return checkpoints.remove();
  const std::string folder = checkpoints.path().string();
  const CheckpointFacts& facts = checkpoints.facts();
  outcome.data["checkpoint"] = {{"folder", folder}, {"time_ms", facts.time_ms}};
  if (runs > 1) outcome.data["checkpoint"]["run"] = facts.run;
  outcome.text +=
      fmt::format("\ncheckpoint{} at {:.6g} ms: `synfire run --resume {}` goes on\n",
                  runs > 1 ? fmt::format(" of run {}", facts.run) : "", facts.time_ms, folder);
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
