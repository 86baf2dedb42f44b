#include "cli/experiment_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
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

}  // namespace

Json to_json(const ExperimentResult& result, const Experiment& experiment) {
  Json populations = Json::array();
  for (const PopulationResult& each : result.populations)
    populations.push_back(population_json(each));
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
          {"populations", populations}};
}

std::string to_text(const ExperimentResult& result, const Experiment& experiment) {
  const std::string ended =
      result.stopped_by.empty() ? "" : fmt::format(", ended by {}", result.stopped_by);
  const std::string threads = result.engine != "parallel clock" ? ""
                              : experiment.threads == 1
                                  ? ", 1 thread"
                                  : fmt::format(", {} threads", experiment.threads);
  return text_table({{"experiment", experiment.network.name},
                     {"engine", result.engine + threads},
                     {"recorded [ms]",
                      fmt::format("{:.6g} to {:.6g}{}", result.begin_ms, result.end_ms, ended)},
                     {"synapses", count(result.synapses)},
                     {"spikes", count(result.spikes)},
                     {"spike hash", hex(result.spike_hash)},
                     {"real-time factor",
                      fmt::format("{:.4g}", result.wall_s / (result.end_ms / 1000))}}) +
         "\n" + population_table(result);
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

std::vector<SweepSummary::WeightResult> SweepSummary::weight_results(
    const std::vector<WeightTrace>& traces) {
  std::vector<WeightResult> results;
  for (const WeightTrace& trace : traces) {
    // A run that was ended early may have none.
    const std::size_t synapses =
        trace.values.size() / std::max<std::size_t>(1, trace.times_ms.size());
    const auto mean = [&](auto from) {
      return std::accumulate(from, from + static_cast<std::ptrdiff_t>(synapses), 0.0) /
             static_cast<double>(synapses);
    };
    results.push_back({trace.projection, mean(trace.values.begin()),
                       mean(trace.values.end() - static_cast<std::ptrdiff_t>(synapses))});
  }
  return results;
}

double SweepSummary::of(const Row& row, std::size_t weight, double (*value)(const WeightResult&)) {
  return weight < row.weights.size() ? value(row.weights[weight]) : std::nan("");
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
                   weight_results(result.weights)});
  std::ranges::copy_if(result.populations, std::back_inserter(rows_.back().populations),
                       [](const PopulationResult& each) { return !each.generates; });
}

Json SweepSummary::to_json() const {
  Json runs = Json::array();
  for (const Row& row : rows_) {
    Json settings = Json::object(), populations = Json::array(), weights = Json::array();
    for (const Setting& each : row.settings) settings[each.key] = each.value;
    for (const PopulationResult& each : row.populations)
      populations.push_back(population_json(each));
    for (const WeightResult& each : row.weights)
      weights.push_back({{"projection", each.projection},
                         {"first", each.first},
                         {"last", each.last},
                         {"change", number_or_null(each.change())}});
    runs.push_back({{"settings", settings},
                    {"seed", row.seed},
                    {"end_ms", row.end_ms},
                    {"stopped_by", row.stopped_by},
                    {"spikes", row.spikes},
                    {"spike_hash", row.spike_hash},
                    {"populations", populations},
                    {"weights", weights}});
  }
  return {{"runs", runs}};
}

std::string SweepSummary::to_text() const {
  std::vector<std::vector<std::string>> table{{"run"}};
  for (const Setting& each : rows_.front().settings) table[0].push_back(each.key);
  table[0].insert(table[0].end(), {"seed", "spikes"});
  for (const PopulationResult& each : rows_.front().populations)
    table[0].insert(table[0].end(), {each.name + " [Hz]", "CV"});
  for (const WeightResult& each : rows_.front().weights)
    table[0].push_back(each.projection + " weight change");
  table[0].insert(table[0].end(), {"spike hash", "ended by"});
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::vector<std::string>& cells = table.emplace_back();
    cells.push_back(std::to_string(i));
    for (const Setting& each : rows_[i].settings) cells.push_back(each.value);
    cells.insert(cells.end(), {std::to_string(rows_[i].seed), count(rows_[i].spikes)});
    for (const PopulationResult& each : rows_[i].populations)
      cells.insert(cells.end(), {fmt::format("{:.3f}", each.rate_hz),
                                 text_or_dash("{:.3f}", each.statistics.isi_cv)});
    for (std::size_t w = 0; w < rows_.front().weights.size(); ++w)
      cells.push_back(text_or_dash(
          "{:.4f}", of(rows_[i], w, [](const WeightResult& each) { return each.change(); })));
    cells.insert(cells.end(), {rows_[i].spike_hash, rows_[i].stopped_by});
  }
  return text_table(table);
}

Summary SweepSummary::summary() const {
  Summary summary;
  const auto texts = [&](std::string name, auto value) {
    summary.columns.push_back({std::move(name), {}, {}});
    for (const Row& row : rows_) summary.columns.back().texts.push_back(value(row));
  };
  const auto numbers = [&](std::string name, auto value) {
    summary.columns.push_back({std::move(name), {}, {}});
    for (const Row& row : rows_)
      summary.columns.back().numbers.push_back(static_cast<double>(value(row)));
  };
  const Row& front = rows_.front();
  for (std::size_t k = 0; k < front.settings.size(); ++k) {
    summary.settings.push_back(front.settings[k].key);
    texts(front.settings[k].key, [k](const Row& row) { return row.settings[k].value; });
  }
  numbers("seed", [](const Row& row) { return row.seed; });
  numbers("spikes", [](const Row& row) { return row.spikes; });
  for (std::size_t p = 0; p < front.populations.size(); ++p) {
    const std::string& name = front.populations[p].name;
    numbers(name + " spikes", [p](const Row& row) { return row.populations[p].spikes; });
    numbers(name + " rate_hz", [p](const Row& row) { return row.populations[p].rate_hz; });
    numbers(name + " isi_cv", [p](const Row& row) { return row.populations[p].statistics.isi_cv; });
  }
  for (std::size_t w = 0; w < front.weights.size(); ++w) {
    const std::string& name = front.weights[w].projection;
    numbers(name + " weight", [w](const Row& row) {
      return of(row, w, [](const WeightResult& each) { return each.last; });
    });
    numbers(name + " weight_change", [w](const Row& row) {
      return of(row, w, [](const WeightResult& each) { return each.change(); });
    });
  }
  texts("spike_hash", [](const Row& row) { return row.spike_hash; });
  texts("stopped_by", [](const Row& row) { return row.stopped_by; });
  return summary;
}

}  // namespace synfire
