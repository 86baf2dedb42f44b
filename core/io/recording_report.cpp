#include "core/io/recording_report.h"

#include <fmt/format.h>

#include <cmath>

#include "core/io/common/axis.h"
#include "core/io/spike_statistics.h"

namespace synfire {
namespace {

struct Totals {
  double neurons = 0, spikes = 0, active = 0;
};

Totals totals_of(const RecordingView& view) {
  Totals totals;
  for (const PopulationView& each : view.populations) {
    totals.neurons += static_cast<double>(each.neurons);
    totals.spikes += static_cast<double>(each.train.node_ids.size());
    totals.active += static_cast<double>(times_by_neuron(each.train, view.interval).size());
  }
  return totals;
}

KeyNumbers key_numbers(const RecordingView& view) {
  const Totals totals = totals_of(view);
  const double seconds = view.interval.length() / 1000;
  const double neurons = std::max(1.0, totals.neurons);
  KeyNumbers key;
  const auto add = [&](std::string label, std::string value, std::string note) {
    key.numbers.push_back({std::move(label), std::move(value), std::move(note), Tone::plain});
  };
  add("simulated time", svg::readable(view.interval.length()) + " ms",
      fmt::format("from {} ms", svg::readable(view.interval.begin_ms)));
  if (view.populations.empty()) return key;
  add("neurons", svg::compact(totals.neurons),
      fmt::format("in {} population{}", view.populations.size(),
                  view.populations.size() == 1 ? "" : "s"));
  add("spikes", svg::compact(totals.spikes),
      fmt::format("{:.0f} % of the neurons spike", 100 * totals.active / neurons));
  add("mean rate", svg::readable(totals.spikes / neurons / seconds) + " Hz", "of all neurons");
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
  Section section{std::string(kind.heading), {}};
  for (Picture& picture : draw(kind, view, options))
    std::visit([&](auto& chart) { section.blocks.emplace_back(std::move(chart)); }, picture);
  report.sections.push_back(std::move(section));
}

}  // namespace

Table population_table(const RecordingView& view) {
  Table table{"",
              {{"population"},
               {"neurons", true},
               {"spikes", true},
               {"rate [Hz]", true},
               {"CV of intervals", true},
               {"correlation", true}},
              {}};
  for (const PopulationView& each : view.populations) {
    const SpikeStatistics some =
        spike_statistics(each.train, std::max<std::int64_t>(1, each.neurons),
                         view.interval.begin_ms, view.interval.end_ms);
    table.rows.push_back({each.name, svg::readable(static_cast<double>(each.neurons)),
                          svg::readable(static_cast<double>(each.train.node_ids.size())),
                          fmt::format("{:.3f}", some.rate_hz), text_or_dash("{:.3f}", some.isi_cv),
                          text_or_dash("{:.5f}", some.correlation)});
  }
  return table;
}

Report recording_report(const Recording& recording, const RecordingView& view,
                        std::span<const PictureKind* const> kinds, const PictureOptions& options) {
  Report report;
  report.title = options.title.empty() ? "Recording" : options.title;
  Section summary{"", {key_numbers(view)}};
  if (!view.populations.empty()) summary.blocks.emplace_back(population_table(view));
  report.sections.push_back(std::move(summary));
  PictureOptions own_titles = options;
  own_titles.title.clear();
  const auto fitting = kinds.empty() ? fitting_kinds(view, options)
                                     : std::vector<const PictureKind*>(kinds.begin(), kinds.end());
  for (const PictureKind* const kind : fitting) add_pictures(report, *kind, view, own_titles);
  report.provenance = provenance_of(recording.provenance);
  return report;
}

}  // namespace synfire
