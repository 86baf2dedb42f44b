#include "cli/experiment_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "cli/table.h"

namespace synfire {
namespace {

std::string hex(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

std::string count(std::uint64_t number) { return grouped(static_cast<std::int64_t>(number)); }

Json population_json(const PopulationResult& population) {
  Json json{{"name", population.name}, {"neurons", population.neurons}};
  if (population.generates) return json;
  json["spikes"] = population.spikes, json["rate_hz"] = population.rate_hz;
  json["isi_cv"] = number_or_null(population.statistics.isi_cv);
  json["correlation"] = number_or_null(population.statistics.correlation);
  return json;
}

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

Json accuracy_json(const Classification& each) {
  return each.labels.empty() ? Json() : Json(each.accuracy());
}

Json classification_json(const Classification& each) {
  Json confusion = Json::array();
  const std::vector<std::uint64_t> table = each.confusion();
  const auto columns = static_cast<std::ptrdiff_t>(each.classes + 1);
  for (auto row = table.begin(); row != table.end(); row += columns)
    confusion.push_back(std::vector<std::uint64_t>(row, row + columns));
  return {{"dataset", each.dataset},      {"readout", each.readout},
          {"tested", each.labels.size()}, {"accuracy", accuracy_json(each)},
          {"confusion", confusion},       {"assignments", each.assignments},
          {"shown", each.shown},          {"shown_again", each.shown_again},
          {"learnt", each.learnt},        {"learnt_accuracy", each.learnt_accuracy}};
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

std::string classification_text(const Classification& each) {
  if (each.labels.empty()) return "";
  std::size_t right = 0;
  for (std::size_t i = 0; i < each.labels.size(); ++i)
    right += each.labels[i] == each.predictions[i] ? 1 : 0;
  return "\n" +
         text_table({{"accuracy", fmt::format("{:.4f}", each.accuracy())},
                     {"samples", fmt::format("{} of {}", right, each.labels.size())},
                     {"shown", fmt::format("{}, {} of them again", count(each.shown),
                                           count(each.shown_again))}}) +
         "\nrows: classes; columns: what their samples were taken for\n" + confusion_table(each);
}

}  // namespace

Json to_json(const ExperimentResult& result, const Experiment& experiment) {
  Json populations = Json::array();
  for (const PopulationResult& each : result.populations)
    populations.push_back(population_json(each));
  Json classifications = Json::array();
  for (const Classification& each : result.classifications)
    classifications.push_back(classification_json(each));
  return {{"name", experiment.network.name},
          {"engine", result.engine},
          {"threads", experiment.threads},
          {"seed", experiment.network.seed},
          {"begin_ms", result.begin_ms},
          {"end_ms", result.end_ms},
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
          {"classifications", classifications}};
}

std::string to_text(const ExperimentResult& result, const Experiment& experiment) {
  const std::string ended =
      result.stopped_by.empty() ? "" : fmt::format(", ended by {}", result.stopped_by);
  const std::string threads = result.engine != "parallel clock" ? ""
                              : experiment.threads == 1
                                  ? ", 1 thread"
                                  : fmt::format(", {} threads", experiment.threads);
  std::string classifications;
  for (const Classification& each : result.classifications)
    classifications += classification_text(each);
  return text_table({{"experiment", experiment.network.name},
                     {"engine", result.engine + threads},
                     {"recorded [ms]",
                      fmt::format("{:.6g} to {:.6g}{}", result.begin_ms, result.end_ms, ended)},
                     {"synapses", count(result.synapses)},
                     {"spikes", count(result.spikes)},
                     {"spike hash", hex(result.spike_hash)},
                     {"real-time factor",
                      fmt::format("{:.4g}", result.wall_s / (result.end_ms / 1000))}}) +
         "\n" + population_table(result) + classifications;
}

Recording recording_of(ExperimentResult& result, const ResolvedExperiment& resolved,
                       const RunRecord& record, bool spikes) {
  Recording recording;
  recording.interval = {result.begin_ms, result.end_ms};
  recording.provenance = record.provenance(resolved.experiment.network, result.wall_s);
  for (const std::string& file : resolved.files)
    recording.provenance.inputs.push_back({file, file_sha256(file)});
  recording.provenance.threads = resolved.experiment.threads;
  recording.provenance.experiment = resolved.text;
  recording.provenance.spike_hash = hex(result.spike_hash);
  for (const PopulationResult& each : result.populations)
    if (!each.generates)
      recording.layers.push_back({each.name, {}, each.neurons, each.spikes, 0, 0});
  if (spikes) recording.spikes = std::move(result.trains);
  recording.traces = std::move(result.traces);
  recording.weights = std::move(result.weights);
  recording.classifications = std::move(result.classifications);
  return recording;
}

std::vector<Diagnostic> endings(const ExperimentResult& result, const Experiment& experiment) {
  const std::string& cause = result.stopped_by;
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

void SweepSummary::add(const std::vector<Setting>& settings, const Experiment& experiment,
                       const ExperimentResult& result) {
  rows_.push_back({settings,
                   experiment.network.seed,
                   result.spikes,
                   hex(result.spike_hash),
                   result.stopped_by,
                   result.end_ms,
                   {},
                   {}});
  datasets_.clear();
  for (const Classification& each : result.classifications) {
    datasets_.push_back(each.dataset);
    rows_.back().accuracies.push_back(accuracy_json(each));
  }
  std::ranges::copy_if(result.populations, std::back_inserter(rows_.back().populations),
                       [](const PopulationResult& each) { return !each.generates; });
}

Json SweepSummary::to_json() const {
  Json runs = Json::array();
  for (const Row& row : rows_) {
    Json settings = Json::object(), populations = Json::array();
    for (const Setting& each : row.settings) settings[each.key] = each.value;
    for (const PopulationResult& each : row.populations)
      populations.push_back(population_json(each));
    Json accuracies = Json::object();
    for (std::size_t i = 0; i < datasets_.size(); ++i) accuracies[datasets_[i]] = row.accuracies[i];
    runs.push_back({{"settings", settings},
                    {"seed", row.seed},
                    {"end_ms", row.end_ms},
                    {"stopped_by", row.stopped_by},
                    {"spikes", row.spikes},
                    {"spike_hash", row.spike_hash},
                    {"populations", populations},
                    {"accuracy", accuracies}});
  }
  return {{"runs", runs}};
}

std::string SweepSummary::to_text() const {
  std::vector<std::vector<std::string>> table{{"run"}};
  for (const Setting& each : rows_.front().settings) table[0].push_back(each.key);
  table[0].insert(table[0].end(), {"seed", "spikes"});
  for (const PopulationResult& each : rows_.front().populations)
    table[0].insert(table[0].end(), {each.name + " [Hz]", "CV"});
  for (const std::string& name : datasets_) table[0].push_back(name + " accuracy");
  table[0].insert(table[0].end(), {"spike hash", "ended by"});
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::vector<std::string>& cells = table.emplace_back();
    cells.push_back(std::to_string(i));
    for (const Setting& each : rows_[i].settings) cells.push_back(each.value);
    cells.insert(cells.end(), {std::to_string(rows_[i].seed), count(rows_[i].spikes)});
    for (const PopulationResult& each : rows_[i].populations)
      cells.insert(cells.end(), {fmt::format("{:.3f}", each.rate_hz),
                                 text_or_dash("{:.3f}", each.statistics.isi_cv)});
    for (const Json& each : rows_[i].accuracies)
      cells.push_back(each.is_null() ? "-" : fmt::format("{:.4f}", each.get<double>()));
    cells.insert(cells.end(), {rows_[i].spike_hash, rows_[i].stopped_by});
  }
  return text_table(table);
}

std::vector<RecordingFile::Column> SweepSummary::columns() const {
  std::vector<RecordingFile::Column> columns;
  const auto texts = [&](std::string name, auto value) {
    columns.push_back({std::move(name), {}, {}});
    for (const Row& row : rows_) columns.back().texts.push_back(value(row));
  };
  const auto numbers = [&](std::string name, auto value) {
    columns.push_back({std::move(name), {}, {}});
    for (const Row& row : rows_) columns.back().numbers.push_back(static_cast<double>(value(row)));
  };
  for (std::size_t k = 0; k < rows_.front().settings.size(); ++k)
    texts(rows_.front().settings[k].key, [k](const Row& row) { return row.settings[k].value; });
  numbers("seed", [](const Row& row) { return row.seed; });
  numbers("spikes", [](const Row& row) { return row.spikes; });
  for (std::size_t p = 0; p < rows_.front().populations.size(); ++p) {
    const std::string& name = rows_.front().populations[p].name;
    numbers(name + " rate_hz", [p](const Row& row) { return row.populations[p].rate_hz; });
    numbers(name + " isi_cv", [p](const Row& row) { return row.populations[p].statistics.isi_cv; });
  }
  for (std::size_t i = 0; i < datasets_.size(); ++i)
    numbers(datasets_[i] + " accuracy", [i](const Row& row) {
      return row.accuracies[i].is_null() ? std::nan("") : row.accuracies[i].get<double>();
    });
  texts("spike_hash", [](const Row& row) { return row.spike_hash; });
  texts("stopped_by", [](const Row& row) { return row.stopped_by; });
  return columns;
}

}  // namespace synfire
