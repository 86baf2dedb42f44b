#include "cli/comparison_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/table.h"

namespace synfire {
namespace {

std::string percent(double fraction) { return fmt::format("{:.2f} %", 100 * fraction); }

std::string accuracy_text(const CodingResult& coding) {
  return coding.accuracy ? percent(*coding.accuracy) : percent(coding.agreement) + " agree";
}

std::string exactness_text(const CodingResult& coding, const Tensor& reference) {
  if (coding.is_exact()) return "all bytes equal";
  return fmt::format("{} of {} bytes differ", coding.different_bytes, reference.bytes().size());
}

Table coding_table(const Comparison& comparison) {
  Table table{"Every coding over the same " + std::to_string(comparison.samples.count()) +
                  " samples; bytes against " + comparison.reference_origin,
              {{"coding"},
               {"accuracy", true},
               {"exactness"},
               {"spikes / sample", true},
               {"SynOps / sample", true},
               {"SynOps / MAC", true},
               {"steps", true}},
              {}};
  for (const CodingResult& coding : comparison.codings) {
    const double synops = coding.result.per_sample(coding.result.synops_total);
    const auto macs = static_cast<double>(coding.result.macs_per_sample);
    table.rows.push_back(
        {coding.run.label, accuracy_text(coding),
         Cell(exactness_text(coding, comparison.reference),
              coding.is_exact() ? Tone::good : Tone::warning),
         fmt::format("{:.0f}", coding.result.per_sample(coding.result.spikes_total)),
         fmt::format("{:.0f}", synops), fmt::format("{:.2f}", macs > 0 ? synops / macs : 0),
         std::to_string(coding.result.steps_per_sample)});
  }
  return table;
}

Series curve(const std::string& name, const std::vector<CodingResult>& results) {
  Series series{name, {}, {}};
  for (const CodingResult& coding : results) {
    series.x.push_back(coding.run.options.steps);
    series.y.push_back(100 * coding.accuracy.value_or(coding.agreement));
  }
  return series;
}

LineChart accuracy_chart(const Comparison& comparison) {
  const bool labelled = comparison.reference_accuracy.has_value();
  LineChart chart;
  chart.title = "Rate coding: accuracy against T";
  chart.description = "Accuracy of the rate-coded network for each number of steps T.";
  chart.x_label = "steps T per layer (two-phase) or in all (pipelined)";
  chart.y_label = labelled ? "accuracy (%)" : "agreement with the quantized model (%)";
  chart.x_scale = Scale::log2;
  chart.series = {curve("two-phase", comparison.two_phase),
                  curve("pipelined", comparison.pipelined)};
  if (labelled)
    chart.references = {{"quantized model " + percent(*comparison.reference_accuracy),
                         100 * *comparison.reference_accuracy}};
  return chart;
}

BarChart activity_chart(const Comparison& comparison) {
  BarChart chart;
  chart.title = "Work per layer and sample";
  chart.description = "MACs of each layer beside the SynOps of each exact coding.";
  chart.value_label = "operations";
  BarSeries macs{"MACs of the quantized model", {}};
  std::vector<BarSeries> synops;
  for (const CodingResult& coding : comparison.codings)
    if (coding.claims_exact() && coding.run.coding != "rate")
      synops.push_back({"SynOps, " + coding.run.label, {}});
  const RunResult& first = comparison.codings.front().result;
  for (std::size_t i = 0; i < first.layers.size(); ++i) {
    if (first.layers[i].macs == 0) continue;
    chart.groups.push_back(first.layers[i].population);
    macs.values.push_back(static_cast<double>(first.layers[i].macs));
    std::size_t at = 0;
    for (const CodingResult& coding : comparison.codings)
      if (coding.claims_exact() && coding.run.coding != "rate")
        synops[at++].values.push_back(coding.result.per_sample(coding.result.layers[i].synops));
  }
  chart.series = {macs};
  chart.series.insert(chart.series.end(), synops.begin(), synops.end());
  return chart;
}

RasterPlot raster(const CodingResult& coding) {
  RasterPlot plot;
  plot.title = "Spikes of the first sample, " + coding.run.label;
  plot.description = "Every spike of one inference, layer below layer.";
  plot.x_label = "step", plot.x_is_time = false;
  for (std::size_t i = 0; i < coding.result.spikes.size(); ++i) {
    const SpikeRecord& record = coding.result.spikes[i];
    SpikeBand band{record.population, coding.result.layers[i].neurons, {}, record.neurons};
    for (const std::int64_t step : record.steps) band.times.push_back(static_cast<double>(step));
    plot.bands.push_back(std::move(band));
  }
  return plot;
}

/// One rate is enough to see what rates look like; long ones make long pages.
bool is_shown(const CodingResult& coding) {
  return coding.run.coding != "rate" || coding.run.options.steps == 16;
}

/// Samples are drawn when they look like grey pictures: {height, width} or {height, width, 1}.
bool has_pictures(const SampleSet& samples) {
  const Shape& shape = samples.shape;
  const bool grey = shape.size() == 2 || (shape.size() == 3 && shape[2] == 1);
  return grey && shape[0] > 1 && shape[1] > 1 && shape[0] <= 64 && shape[1] <= 64;
}

GreyImage picture(const Tensor& sample, const Shape& shape) {
  double low = sample.number(0), high = low;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    low = std::min(low, sample.number(i));
    high = std::max(high, sample.number(i));
  }
  GreyImage image{shape[1], shape[0], {}, {}, false};
  for (std::size_t i = 0; i < sample.size(); ++i)
    image.pixels.push_back(
        static_cast<std::uint8_t>(high > low ? 255 * (sample.number(i) - low) / (high - low) : 0));
  return image;
}

/// Wrongly classified samples first, as they are the ones to look at.
std::vector<std::int64_t> chosen_samples(const Comparison& comparison, const RunResult& result) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(comparison.samples.count()));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
  if (!comparison.labels.empty())
    std::stable_partition(order.begin(), order.end(), [&](std::int64_t i) {
      const auto at = static_cast<std::size_t>(i);
      return result.predictions[at] != comparison.labels[at];
    });
  order.resize(std::min<std::size_t>(order.size(), kShownSamples));
  return order;
}

ImageGrid sample_grid(const Comparison& comparison) {
  const RunResult& result = comparison.codings.front().result;
  ImageGrid grid;
  grid.title = "Samples and what the spiking network says of them";
  grid.description = "Pictures of samples with the class that the network gives.";
  grid.highlight_label = "wrong (shown first)";
  for (const std::int64_t index : chosen_samples(comparison, result)) {
    const auto at = static_cast<std::size_t>(index);
    GreyImage image = picture(comparison.samples.sample(index), comparison.samples.shape);
    image.caption = std::to_string(result.predictions[at]);
    if (!comparison.labels.empty() && result.predictions[at] != comparison.labels[at]) {
      image.highlight = true;
      image.caption += " (is " + std::to_string(comparison.labels[at]) + ")";
    }
    grid.images.push_back(std::move(image));
  }
  return grid;
}

Table fidelity_table(const CodingResult& coding) {
  Table table{"Layers, coding " + coding.run.label,
              {{"layer"},
               {"operator"},
               {"number format"},
               {"neurons", true},
               {"synapses", true},
               {"accumulator bits", true},
               {"fidelity"}},
              {}};
  for (const LayerReport& row : coding.layers)
    table.rows.push_back({row.layer, row.origin, row.format, std::to_string(row.neurons),
                          std::to_string(row.synapses), std::to_string(row.accumulator_bits),
                          Cell(std::string(to_string(row.fidelity)),
                               row.fidelity == Fidelity::exact ? Tone::good : Tone::warning)});
  return table;
}

KeyNumbers key_numbers(const Comparison& comparison) {
  const CodingResult& first = comparison.codings.front();
  const double synops = first.result.per_sample(first.result.synops_total);
  KeyNumbers key;
  key.numbers.push_back({"accuracy, " + first.run.label, accuracy_text(first),
                         comparison.reference_accuracy
                             ? "quantized model " + percent(*comparison.reference_accuracy)
                             : "no labels were given",
                         Tone::plain});
  key.numbers.push_back({"bits kept", first.is_exact() ? "all" : "not all",
                         exactness_text(first, comparison.reference),
                         first.is_exact() ? Tone::good : Tone::bad});
  key.numbers.push_back({"SynOps per sample", grouped(static_cast<std::int64_t>(synops)),
                         grouped(static_cast<std::int64_t>(first.result.macs_per_sample)) +
                             " MACs in the quantized model",
                         Tone::plain});
  return key;
}

bool promises_kept(const Comparison& comparison) {
  return std::all_of(comparison.codings.begin(), comparison.codings.end(),
                     [](const CodingResult& c) { return !c.claims_exact() || c.is_exact(); });
}

}  // namespace

Report comparison_report(const Comparison& comparison, const Network& graded,
                         const std::vector<std::string>& argv) {
  Report report;
  report.title = comparison.model + " as a spiking network";
  report.subtitle =
      fmt::format("{} samples, {} layers", comparison.samples.count(), graded.populations.size());
  const bool kept = promises_kept(comparison);
  report.verdict =
      kept ? "Every coding that claims to be exact reproduces every byte of " +
                 comparison.reference_origin + "."
           : "A coding that claims to be exact differs from " + comparison.reference_origin + ".";
  report.tone = kept ? Tone::good : Tone::bad;
  report.sections.push_back({"Result", {key_numbers(comparison), coding_table(comparison)}});
  if (!comparison.two_phase.empty())
    report.sections.push_back({"Accuracy against T", {accuracy_chart(comparison)}});
  report.sections.push_back({"Where the work is", {activity_chart(comparison)}});
  ReportSection spikes{"What the spikes look like", {}};
  for (const CodingResult& coding : comparison.codings)
    if (!coding.result.spikes.empty() && is_shown(coding)) spikes.blocks.push_back(raster(coding));
  if (!spikes.blocks.empty()) report.sections.push_back(std::move(spikes));
  if (has_pictures(comparison.samples))
    report.sections.push_back({"Samples", {sample_grid(comparison)}});
  report.sections.push_back({"Layers", {fidelity_table(comparison.codings.front())}});
  report.provenance = {{"command", fmt::format("{}", fmt::join(argv, " "))},
                       {"network", content_hash(graded)}};
  for (const auto& [key, value] : graded.metadata) report.provenance.emplace_back(key, value);
  return report;
}

}  // namespace synfire
