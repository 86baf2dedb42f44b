#include "cli/experiment_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "cli/table.h"
#include "core/io/learning.h"

namespace synfire {

std::string hex(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

Json population_json(const PopulationResult& population) {
  Json json{{"name", population.name}, {"neurons", population.neurons}};
  if (population.generates) return json;
  json["spikes"] = population.spikes, json["rate_hz"] = population.rate_hz;
  json["isi_cv"] = number_or_null(population.statistics.isi_cv);
  json["correlation"] = number_or_null(population.statistics.correlation);
  return json;
}

namespace {

std::string count(std::uint64_t number) { return grouped(static_cast<std::int64_t>(number)); }

std::string population_table(const ExperimentResult& result) {
  std::vector<std::vector<std::string>> rows{
      {"population", "neurons", "spikes", "rate [Hz]", "CV of ISI", "correlation"}};
  for (const PopulationResult& each : result.populations)
    if (!each.generates)
      rows.push_back({each.name, grouped(each.neurons), count(each.spikes),
                      fmt::format("{:.3f}", each.rate_hz),
                      text_or_dash("{:.3f}", each.statistics.isi_cv),
                      text_or_dash("{:.5f}", each.statistics.correlation)});
  return text_table(rows);
}

Json block_json(const LearningBlock& block) {
  return {{"first_episode", block.first},
          {"last_episode", block.last},
          {"reward", block.reward},
          {"actions", block.actions},
          {"best", block.best}};
}

/// Rewards and actions are those of an episode.
Json task_json(const TrialTable& table) {
  Json curve = Json::array();
  for (const LearningBlock& block : learning_curve(table, kLearningBlocks))
    curve.push_back(block_json(block));
  const auto episodes = std::ranges::count(table.trials, 1U, &Trial::over);
  return {{"name", table.task},
          {"trials", table.trials.size()},
          {"episodes", episodes},
          {"least_actions", table.least_actions},
          {"curve", curve}};
}

std::string task_table(const TrialTable& table) {
  std::vector<std::vector<std::string>> rows{
      {"task " + table.task, "reward", "best actions", "actions an episode"}};
  for (const LearningBlock& block : learning_curve(table, kLearningBlocks))
    rows.push_back({fmt::format("episodes {} to {}", block.first, block.last),
                    fmt::format("{:.3f}", block.reward), fmt::format("{:.3f}", block.best),
                    fmt::format("{:.1f} (least {:.3g})", block.actions, table.least_actions)});
  return "\n" + text_table(rows);
}

Json accuracy_json(const Classification& each) {
  return each.labels.empty() ? Json() : Json(each.accuracy());
}

Json classification_json(const Classification& each) {
  Json confusion = Json::array();
  const std::vector<std::uint64_t> table = each.confusion();
  const auto columns = static_cast<std::ptrdiff_t>(each.classes + 1);
  for (auto row = table.begin(); row != table.end(); row += columns)
    confusion.push_back(std::vector<std::uint64_t>(row, row + columns));
  return {{"dataset", each.dataset},
          {"readout", each.readout},
          {"tested", each.labels.size()},
          {"accuracy", accuracy_json(each)},
          {"confusion", confusion},
          {"assignments", each.assignments},
          {"shown", each.shown},
          {"shown_again", each.shown_again},
          {"events_sent", each.events_sent},
          {"events_cut", each.events_cut},
          {"learnt", each.learnt},
          {"learnt_accuracy", each.learnt_accuracy}};
}

/// Rows are classes, columns what their samples were taken for.
std::string confusion_table(const Classification& each) {
  std::vector<std::vector<std::string>> rows{{each.dataset}};
  for (std::int64_t c = 0; c < each.classes; ++c) rows[0].push_back(std::to_string(c));
  rows[0].emplace_back("none");
  const std::vector<std::uint64_t> table = each.confusion();
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (i % (rows[0].size() - 1) == 0) rows.push_back({std::to_string(rows.size() - 1)});
    rows.back().push_back(std::to_string(table[i]));
  }
  return text_table(rows);
}

/// Of recordings.
std::string events_text(const Classification& each) {
  return fmt::format("{} sent, {} came too late and were cut", count(each.events_sent),
                     count(each.events_cut));
}

std::string classification_text(const Classification& each) {
  const bool has_events = each.events_sent + each.events_cut > 0;
  if (each.labels.empty())
    return fmt::format("\ndata set {}: {} samples shown, none tested\n", each.dataset,
                       count(each.shown)) +
           (has_events ? "events: " + events_text(each) + "\n" : "");
  std::size_t right = 0;
  for (std::size_t i = 0; i < each.labels.size(); ++i)
    right += each.labels[i] == each.predictions[i] ? 1 : 0;
  std::vector<std::vector<std::string>> rows{
      {"accuracy", fmt::format("{:.4f}", each.accuracy())},
      {"samples", fmt::format("{} of {}", right, each.labels.size())},
      {"shown", fmt::format("{}, {} of them again", count(each.shown), count(each.shown_again))}};
  if (has_events) rows.push_back({"events", events_text(each)});
  return "\n" + text_table(rows) + "\nrows: classes; columns: what their samples were taken for\n" +
         confusion_table(each);
}

}  // namespace

Json to_json(const ExperimentResult& result, const Experiment& experiment) {
  Json populations = Json::array(), learned = Json::array();
  for (const PopulationResult& each : result.populations)
    populations.push_back(population_json(each));
  for (const TrialTable& table : result.trials) learned.push_back(task_json(table));
  Json classifications = Json::array();
  for (const Classification& each : result.classifications)
    classifications.push_back(classification_json(each));
  Json json{{"name", experiment.network.name},
            {"engine", result.engine},
            {"threads", experiment.threads},
            {"seed", experiment.network.seed},
            {"begin_ms", result.begin_ms},
            {"end_ms", result.end_ms},
            {"recorded_ms", result.recorded_ms},
            {"stopped_by", result.stopped_by},
            {"spikes", result.spikes},
            {"spike_hash", hex(result.spike_hash)},
            {"network_hash", content_hash(experiment.network)},
            {"synapses", result.synapses},
            {"synaptic_events", result.synaptic_events},
            {"build_s", result.build_s},
            {"wall_s", result.wall_s},
            {"real_time_factor", number_or_null(result.wall_s / (result.end_ms / 1000))},
            {"populations", populations},
            {"classifications", classifications},
            {"tasks", learned}};
  if (result.weight_hash) json["weight_hash"] = hex(*result.weight_hash);
  return json;
}

std::string to_text(const ExperimentResult& result, const Experiment& experiment) {
  const std::string ended =
      result.stopped_by.empty() ? "" : fmt::format(", ended by {}", result.stopped_by);
  const std::string threads = result.engine != "parallel clock" ? ""
                              : experiment.threads == 1
                                  ? ", 1 thread"
                                  : fmt::format(", {} threads", experiment.threads);
  std::vector<std::vector<std::string>> rows{
      {"experiment", experiment.network.name},
      {"engine", result.engine + threads},
      {"recorded [ms]",
       fmt::format("{:.6g} to {:.6g}{}", result.begin_ms, result.recorded_ms, ended)},
      {"synapses", count(result.synapses)},
      {"spikes", count(result.spikes)},
      {"spike hash", hex(result.spike_hash)},
      {"real-time factor", fmt::format("{:.4g}", result.wall_s / (result.end_ms / 1000))}};
  if (result.weight_hash) rows.insert(rows.end() - 1, {"weight hash", hex(*result.weight_hash)});
  std::string learned;
  for (const TrialTable& table : result.trials) learned += task_table(table);
  std::string classifications;
  for (const Classification& each : result.classifications)
    classifications += classification_text(each);
  return text_table(rows) + "\n" + population_table(result) + classifications + learned;
}

Recording recording_of(ExperimentResult& result, const ResolvedExperiment& resolved,
                       const RunRecord& record, bool spikes) {
  Recording recording;
  recording.interval = {result.begin_ms, result.recorded_ms};
  recording.provenance = record.provenance(resolved.experiment.network, result.wall_s);
  for (InputFile& input : input_digests(resolved.files, resolved.folders))
    recording.provenance.inputs.push_back(std::move(input));
  recording.provenance.threads = resolved.experiment.threads;
  recording.provenance.experiment = resolved.text;
  recording.provenance.spike_hash = hex(result.spike_hash);
  recording.provenance.simulated_ms = result.end_ms;
  for (const PopulationResult& each : result.populations)
    if (!each.generates)
      recording.layers.push_back({each.name, {}, each.neurons, each.spikes, 0, 0});
  if (spikes) recording.spikes = std::move(result.trains);
  recording.traces = std::move(result.traces);
  recording.weights = std::move(result.weights);
  recording.trials = std::move(result.trials);
  recording.classifications = std::move(result.classifications);
  return recording;
}

static Diagnostic full_disk(const ExperimentResult& result) {
  Diagnostic diagnostic = result.diagnostics.front();
  diagnostic.message +=
      fmt::format("; the recording ends at {:.6g} ms, the simulation ended at {:.6g} ms",
                  result.recorded_ms, result.end_ms);
  return diagnostic;
}

std::vector<Diagnostic> endings(const ExperimentResult& result, const Experiment& experiment) {
  const std::string& cause = result.stopped_by;
  if (cause == "disk" && !result.diagnostics.empty()) return {full_disk(result)};
  if (!result.diagnostics.empty()) return result.diagnostics;
  if (cause.empty()) return {};
  const std::string message = fmt::format("ended at {:.6g} ms of {:.6g} ms", result.end_ms,
                                          experiment.warm_up_ms + experiment.duration_ms);
  if (cause == "interrupt")
    return {{Code::interrupted,
             Severity::error,
             "synfire run",
             message + "; what was recorded is kept",
             {}}};
  return {{Code::stopped_early, Severity::warning, "stop." + cause, message, {}}};
}

}  // namespace synfire
