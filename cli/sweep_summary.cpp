#include "cli/sweep_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "cli/experiment_results.h"
#include "cli/table.h"
#include "core/io/learning.h"

namespace synfire {
namespace {

constexpr double kNone = NAN;

/// The means of a projection's weights at the first and the last time; NaN where a run ended
/// before.
struct WeightMeans {
  double first = kNone, last = kNone;
  double change() const { return last / first - 1; }

  explicit WeightMeans(const WeightTrace& trace) {
    if (trace.values.empty() || trace.times_ms.empty()) return;
    const auto synapses = static_cast<std::ptrdiff_t>(trace.values.size() / trace.times_ms.size());
    const auto mean = [&](auto from) {
      return std::accumulate(from, from + synapses, 0.0) / static_cast<double>(synapses);
    };
    first = mean(trace.values.begin()), last = mean(trace.values.end() - synapses);
  }
};

/// The last block of a task's learning curve; NaN where no episode is over.
LearningBlock last_block(const TrialTable& table) {
  const auto curve = learning_curve(table, kLearningBlocks);
  if (!curve.empty()) return curve.back();
  LearningBlock none{};
  none.reward = none.best = none.actions = kNone;
  return none;
}

double accuracy_of(const Classification& each) {
  return each.labels.empty() ? kNone : each.accuracy();
}

Json to_json(const WeightTrace& trace) {
  const WeightMeans means(trace);
  return {{"projection", trace.projection},
          {"first", number_or_null(means.first)},
          {"last", number_or_null(means.last)},
          {"change", number_or_null(means.change())}};
}

Json to_json(const TrialTable& table) {
  const LearningBlock last = last_block(table);
  return {{"name", table.task},
          {"last_reward", number_or_null(last.reward)},
          {"last_best", number_or_null(last.best)},
          {"last_actions", number_or_null(last.actions)}};
}

Json run_json(const std::vector<Setting>& settings, const Experiment& experiment,
              const ExperimentResult& result) {
  Json set = Json::object(), populations = Json::array(), weights = Json::array();
  Json tasks = Json::array(), accuracies = Json::object();
  for (const Setting& each : settings) set[each.key] = each.value;
  for (const PopulationResult& each : result.populations)
    if (!each.generates) populations.push_back(population_json(each));
  for (const WeightTrace& trace : result.weights) weights.push_back(to_json(trace));
  for (const TrialTable& table : result.trials) tasks.push_back(to_json(table));
  for (const Classification& each : result.classifications)
    accuracies[each.dataset] = number_or_null(accuracy_of(each));
  return {{"settings", set},
          {"seed", experiment.network.seed},
          {"end_ms", result.end_ms},
          {"stopped_by", result.stopped_by},
          {"spikes", result.spikes},
          {"spike_hash", hex(result.spike_hash)},
          {"populations", populations},
          {"weights", weights},
          {"tasks", tasks},
          {"accuracy", accuracies}};
}

}  // namespace

double SweepSummary::Row::value_of(const std::string& name) const {
  const auto found = std::ranges::find(figures, name, &Figure::name);
  return found == figures.end() ? kNone : found->value;
}

std::vector<SweepSummary::Figure> SweepSummary::figures_of(const ExperimentResult& result) {
  std::vector<Figure> list;
  for (const PopulationResult& each : result.populations) {
    if (each.generates) continue;
    list.push_back({each.name + " spikes", "", "", static_cast<double>(each.spikes)});
    list.push_back({each.name + " rate_hz", each.name + " [Hz]", "{:.3f}", each.rate_hz});
    list.push_back({each.name + " isi_cv", "CV", "{:.3f}", each.statistics.isi_cv});
  }
  for (const WeightTrace& trace : result.weights) {
    const WeightMeans means(trace);
    const std::string change = trace.projection + " weight change";
    list.push_back({trace.projection + " weight", "", "", means.last});
    list.push_back({trace.projection + " weight_change", change, "{:.4f}", means.change()});
  }
  for (const TrialTable& table : result.trials) {
    const LearningBlock last = last_block(table);
    list.push_back({table.task + " last_reward", table.task + ": reward", "{:.3f}", last.reward});
    list.push_back({table.task + " last_best", "best actions", "{:.3f}", last.best});
    list.push_back({table.task + " last_actions", "actions an episode", "{:.1f}", last.actions});
  }
  for (const Classification& each : result.classifications) {
    const std::string name = each.dataset + " accuracy";
    list.push_back({name, name, "{:.4f}", accuracy_of(each)});
  }
  return list;
}

void SweepSummary::add(const std::vector<Setting>& settings, const Experiment& experiment,
                       const ExperimentResult& result) {
  rows_.push_back({settings, experiment.network.seed, result.spikes, hex(result.spike_hash),
                   result.stopped_by, figures_of(result), run_json(settings, experiment, result)});
}

void SweepSummary::Row::visit_state(StateArchive& archive) {
  visit_all(archive, "settings", settings, [&](Setting& each) {
    archive("key", each.key);
    archive("value", each.value);
  });
  archive("seed", seed);
  archive("spikes", spikes);
  archive("spike_hash", spike_hash);
  archive("stopped_by", stopped_by);
  visit_all(archive, "figures", figures, [&](Figure& each) {
    archive("name", each.name);
    archive("heading", each.heading);
    archive("format", each.format);
    archive("value", each.value);
  });
  std::string text = archive.restores() ? "" : json.dump();
  archive("json", text);
  if (archive.restores()) json = Json::parse(text);
}

void SweepSummary::visit_run(StateArchive& archive, std::size_t run) {
  if (archive.restores()) rows_.emplace_back();
  archive("row", rows_[run]);
}

Json SweepSummary::to_json() const {
  Json runs = Json::array();
  for (const Row& row : rows_) runs.push_back(row.json);
  return {{"runs", runs}};
}

std::string SweepSummary::to_text() const {
  const Row& front = rows_.front();
  std::vector<std::vector<std::string>> table{{"run"}};
  for (const Setting& each : front.settings) table[0].push_back(each.key);
  table[0].insert(table[0].end(), {"seed", "spikes"});
  for (const Figure& each : front.figures)
    if (!each.heading.empty()) table[0].push_back(each.heading);
  table[0].insert(table[0].end(), {"spike hash", "ended by"});
  for (const Row& row : rows_) {
    std::vector<std::string> cells{std::to_string(table.size() - 1)};
    for (const Setting& each : row.settings) cells.push_back(each.value);
    cells.push_back(std::to_string(row.seed));
    cells.push_back(grouped(static_cast<std::int64_t>(row.spikes)));
    for (const Figure& each : front.figures)
      if (!each.heading.empty())
        cells.push_back(text_or_dash(each.format, row.value_of(each.name)));
    cells.insert(cells.end(), {row.spike_hash, row.stopped_by});
    table.push_back(std::move(cells));
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
  for (const Figure& each : front.figures)
    numbers(each.name, [&](const Row& row) { return row.value_of(each.name); });
  texts("spike_hash", [](const Row& row) { return row.spike_hash; });
  texts("stopped_by", [](const Row& row) { return row.stopped_by; });
  return summary;
}

}  // namespace synfire
