#include "core/io/recording_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/io/common/axis.h"

namespace synfire {
namespace {

using Summaries = std::vector<PopulationSummary>;

double active_neurons(const RecordingView& view) {
  double active = 0;
  for (const PopulationView& each : view.populations)
    active += static_cast<double>(times_by_neuron(each.train, view.interval).size());
  return active;
}

void add_accuracy(KeyNumbers& key, const Recording& recording) {
  const std::size_t count = std::min(recording.predictions.size(), recording.labels.size());
  if (count == 0) return;
  std::size_t right = 0;
  for (std::size_t i = 0; i < count; ++i)
    right += static_cast<std::size_t>(recording.predictions[i] == recording.labels[i]);
  key.numbers.push_back(
      {"accuracy",
       fmt::format("{:.2f} %", 100 * static_cast<double>(right) / static_cast<double>(count)),
       fmt::format("{} of {} samples", right, count), Tone::plain});
}

void add_accuracy(KeyNumbers& key, const Classification& each) {
  if (each.events_sent + each.events_cut > 0)
    key.numbers.push_back({each.dataset + " events",
                           svg::readable(static_cast<double>(each.events_sent)),
                           fmt::format("sent, {} cut", each.events_cut), Tone::plain});
  if (each.labels.empty()) return;
  key.numbers.push_back({each.dataset + " accuracy", fmt::format("{:.2f} %", 100 * each.accuracy()),
                         fmt::format("of {} samples", each.labels.size()), Tone::plain});
}

/// Rows are classes, columns what their samples were taken for.
HeatMap confusion_map(const Classification& each) {
  HeatMap map;
  map.title = "Samples of " + each.dataset;
  map.description = "What the tested samples are (rows), and what they were taken for (columns).";
  map.row_label = "class", map.column_label = "taken for";
  for (std::int64_t c = 0; c < each.classes; ++c) map.rows.push_back(std::to_string(c));
  map.columns = map.rows;
  map.columns.emplace_back("none");
  for (const std::uint64_t count : each.confusion())
    map.values.push_back(static_cast<double>(count));
  return map;
}

void add_classifications(Report& report, const std::vector<Classification>& classifications) {
  constexpr std::int64_t kMostClasses = 256;  // that a picture can tell apart
  for (const Classification& each : classifications)
    if (!each.labels.empty() && each.classes <= kMostClasses)
      report.sections.push_back({"Classification", {confusion_map(each)}});
}

KeyNumbers key_numbers(const Recording& recording, const RecordingView& view,
                       const Summaries& summaries) {
  double neurons = 0, spikes = 0;
  for (const PopulationSummary& each : summaries) {
    neurons += static_cast<double>(each.neurons);
    spikes += static_cast<double>(each.spikes);
  }
  const double seconds = view.interval.length() / 1000;
  KeyNumbers key;
  const auto add = [&](std::string label, std::string value, std::string note) {
    key.numbers.push_back({std::move(label), std::move(value), std::move(note), Tone::plain});
  };
  add_accuracy(key, recording);
  for (const Classification& each : recording.classifications) add_accuracy(key, each);
  if (const std::size_t runs = recording.summary.runs(); runs > 0) {
    add("runs", svg::readable(static_cast<double>(runs)), "of a sweep");
    return key;
  }
  add("shown", svg::readable_time(view.interval.length()),
      "from " + svg::readable_time(view.interval.begin_ms));
  if (neurons == 0) return key;
  add("neurons", svg::compact(neurons),
      "in " + svg::counted(static_cast<double>(summaries.size()), "population"));
  add("spikes", svg::compact(spikes),
      fmt::format("{:.0f} % of the neurons spike", 100 * active_neurons(view) / neurons));
  add("mean rate", svg::readable(spikes / neurons / seconds) + " Hz", "of all neurons");
  return key;
}

std::string text_or_dash(std::string_view format, double value) {
  return std::isfinite(value) ? fmt::format(fmt::runtime(format), value) : "\xe2\x80\x93";
}

std::vector<std::pair<std::string, std::string>> provenance_of(const Provenance& facts) {
  std::vector<std::pair<std::string, std::string>> rows;
  const auto add = [&](const char* name, std::string value) {
    if (!value.empty()) rows.emplace_back(name, std::move(value));
  };
  add("command", fmt::format("{}", fmt::join(facts.argv, " ")));
  add("synfire", facts.version);
  if (facts.version.empty()) return rows;  // another tool's file
  add("network", facts.network_hash);
  add("seed", std::to_string(facts.seed));
  for (const InputFile& input : facts.inputs) add("input", input.path + " " + input.sha256);
  add("started", facts.started);
  add("wall time", fmt::format("{:.3g} s on {} thread{}", facts.wall_s, facts.threads,
                               facts.threads == 1 ? "" : "s"));
  add("built with", facts.compiler);
  add("ran on", facts.isa);
  return rows;
}

void add_pictures(Report& report, const PictureKind& kind, const RecordingView& view,
                  const PictureOptions& options) {
  ReportSection section{std::string(kind.heading), {}};
  for (Picture& picture : draw(kind, view, options))
    std::visit([&](auto& chart) { section.blocks.emplace_back(std::move(chart)); }, picture);
  report.sections.push_back(std::move(section));
}

Table population_table(const Summaries& summaries) {
  Table table{"",
              {{"population"},
               {"neurons", true},
               {"spikes", true},
               {"rate [Hz]", true},
               {"CV of intervals", true},
               {"correlation", true}},
              {}};
  for (const PopulationSummary& each : summaries)
    table.rows.push_back({each.name, svg::readable(static_cast<double>(each.neurons)),
                          svg::readable(static_cast<double>(each.spikes)),
                          fmt::format("{:.3f}", each.statistics.rate_hz),
                          text_or_dash("{:.3f}", each.statistics.isi_cv),
                          text_or_dash("{:.5f}", each.statistics.correlation)});
  return table;
}

/// Work of every layer, over all samples.
void add_layers(Report& report, const Recording& recording) {
  BarChart chart;
  chart.title = "Work of the layers";
  chart.description = "Synaptic operations over all samples: one synapse served for one spike.";
  chart.value_label = "SynOps";
  chart.series = {{"SynOps", {}}};
  for (const LayerRow& row : recording.layers) {
    if (row.synops == 0) continue;
    chart.groups.push_back(row.population);
    chart.series.front().values.push_back(static_cast<double>(row.synops));
  }
  if (!chart.groups.empty()) report.sections.push_back({"Work", {std::move(chart)}});
}

}  // namespace

std::vector<PopulationSummary> summarize(const RecordingView& view) {
  Summaries summaries;
  for (const PopulationView& each : view.populations)
    summaries.push_back({each.name, each.neurons, each.train.node_ids.size(),
                         spike_statistics(each.train, std::max<std::int64_t>(1, each.neurons),
                                          view.interval.begin_ms, view.interval.end_ms)});
  return summaries;
}

Report recording_report(const Recording& recording, const RecordingView& view,
                        std::span<const PictureKind* const> kinds, const PictureOptions& options) {
  Report report;
  report.title = options.title.empty() ? "Recording" : options.title;
  if (!recording.provenance.started.empty())
    report.subtitle = fmt::format("recorded {} by synfire {}", recording.provenance.started,
                                  recording.provenance.version);
  const Summaries summaries = summarize(view);
  ReportSection summary{"", {key_numbers(recording, view, summaries)}};
  if (!summaries.empty()) summary.blocks.emplace_back(population_table(summaries));
  report.sections.push_back(std::move(summary));
  add_classifications(report, recording.classifications);
  PictureOptions own_titles = options;
  own_titles.title.clear();
  const auto fitting = kinds.empty() ? fitting_kinds(view, options)
                                     : std::vector<const PictureKind*>(kinds.begin(), kinds.end());
  for (const PictureKind* const kind : fitting) add_pictures(report, *kind, view, own_titles);
  add_layers(report, recording);
  report.provenance = provenance_of(recording.provenance);
  return report;
}

}  // namespace synfire
