#include "cli/comparison.h"

#include <algorithm>

#include "cli/simulation.h"

namespace synfire {
namespace {

std::int64_t different_bytes(const Tensor& a, const Tensor& b) {
  if (a.bytes().size() != b.bytes().size())
    fail(Code::sample_size, "--expect", "its rows do not have the size of the model's output");
  std::int64_t count = 0;
  for (std::size_t i = 0; i < a.bytes().size(); ++i) count += a.bytes()[i] != b.bytes()[i] ? 1 : 0;
  return count;
}

std::vector<std::int64_t> first_classes(const Tensor& rows) {
  const auto width = static_cast<std::size_t>(rows.shape()[1]);
  std::vector<std::int64_t> classes;
  for (std::size_t first = 0; first < rows.size(); first += width) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < width; ++i)
      if (rows.number(first + i) > rows.number(first + best)) best = i;
    classes.push_back(static_cast<std::int64_t>(best));
  }
  return classes;
}

double fraction_equal(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  std::size_t equal = 0;
  for (std::size_t i = 0; i < a.size(); ++i) equal += a[i] == b[i] ? 1U : 0U;
  return a.empty() ? 1 : static_cast<double>(equal) / static_cast<double>(a.size());
}

CodingResult simulate_coding(Network network, const CodingRun& run, const SampleSet& samples,
                             const ComparisonSettings& settings, const Session& session) {
  Diagnostics approximations;  // the table states them
  apply_coding(network, run.coding, run.options, approximations);
  CodingResult coding;
  coding.run = run;
  coding.layers = layer_report(network, run.coding, run.options);
  session.detail("simulating " + run.label);
  coding.result = simulate(
      network, samples,
      {.threads = settings.threads, .record_samples = settings.record_samples, .progress = {}},
      session);
  return coding;
}

}  // namespace

bool CodingResult::claims_exact() const {
  return std::all_of(layers.begin(), layers.end(),
                     [](const LayerReport& row) { return row.fidelity == Fidelity::exact; });
}

Comparison compare_codings(const Network& graded, SampleSet samples,
                           std::vector<std::int64_t> labels, Tensor reference,
                           const ComparisonSettings& settings, const Session& session) {
  Comparison comparison;
  comparison.model = graded.name;
  comparison.samples = std::move(samples);
  comparison.labels = std::move(labels);
  comparison.reference = std::move(reference);
  comparison.reference_origin = "the expected outputs";
  if (comparison.reference.empty()) {
    const CodingRun run{"graded", "graded", {}};
    comparison.reference =
        simulate_coding(graded, run, comparison.samples, settings, session).result.outputs;
    comparison.reference_origin = "the graded network's outputs";
  }
  const auto classes = first_classes(comparison.reference);
  if (!comparison.labels.empty())
    comparison.reference_accuracy = fraction_equal(classes, comparison.labels);
  const auto simulate_all = [&](const std::vector<CodingRun>& runs) {
    std::vector<CodingResult> results;
    for (const CodingRun& run : runs) {
      CodingResult coding = simulate_coding(graded, run, comparison.samples, settings, session);
      coding.different_bytes = different_bytes(coding.result.outputs, comparison.reference);
      coding.agreement = fraction_equal(first_classes(coding.result.outputs), classes);
      if (!comparison.labels.empty()) coding.accuracy = accuracy(coding.result, comparison.labels);
      results.push_back(std::move(coding));
    }
    return results;
  };
  comparison.codings = simulate_all(settings.table);
  comparison.two_phase = simulate_all(settings.two_phase);
  comparison.pipelined = simulate_all(settings.pipelined);
  return comparison;
}

}  // namespace synfire
