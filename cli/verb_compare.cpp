#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "cli/arguments.h"
#include "cli/comparison_report.h"
#include "cli/interruption.h"
#include "cli/network_file.h"
#include "cli/simulation.h"
#include "cli/table.h"
#include "converters/tflite/tflite.h"

namespace synfire {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

std::int32_t steps_of(const std::string& text) {
  if (text.empty() || text.size() > 5 ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) ||
      std::stoi(text) < 1 || std::stoi(text) > 2047)
    fail(Code::bad_option_value, "synfire compare",
         "--steps has '" + text + "', expected numbers from 1 to 2047 such as 8,32,255");
  return std::stoi(text);
}

CodingRun rate_run(std::int32_t steps, bool pipelined) {
  return {fmt::format("rate T={}{}", steps, pipelined ? " pipelined" : ""),
          "rate",
          {.steps = steps, .pipelined = pipelined}};
}

ComparisonSettings settings_of(const Arguments& arguments) {
  ComparisonSettings settings;
  settings.threads = thread_count(arguments);
  settings.record_samples = arguments.given("report") ? 1 : 0;
  std::vector<std::int32_t> steps;
  for (const std::string& text : split(arguments.text("steps"))) steps.push_back(steps_of(text));
  for (const std::string& coding : split(arguments.text("codings"))) {
    find_coding(coding);
    if (coding != "rate") {
      settings.table.push_back({coding, coding, {}});
      continue;
    }
    for (const std::int32_t t : steps) settings.table.push_back(rate_run(t, false));
    for (const std::int32_t t : steps) settings.pipelined.push_back(rate_run(t, true));
  }
  if (settings.table.empty())
    fail(Code::missing_argument, "synfire compare", "--codings names no coding");
  return settings;
}

Tensor open_reference(const Arguments& arguments, const Network& network,
                      const SampleSet& samples) {
  if (!arguments.given("expect")) return {};
  const Output& output = network.outputs.front();
  const std::int64_t row = element_count(output.shape);
  const Tensor rows = read_rows(arguments.text("expect"), output.element, row);
  if (rows.shape()[0] < samples.count())
    fail(Code::sample_size, arguments.text("expect"),
         fmt::format("{} rows for {} samples", rows.shape()[0], samples.count()));
  Tensor first(rows.type(), {samples.count(), row});
  std::copy_n(rows.bytes().begin(), first.bytes().size(), first.bytes().begin());
  return first;
}

/// The rate runs of the table are the two-phase curve too: they are not simulated twice.
void share_two_phase(Comparison& comparison) {
  for (const CodingResult& coding : comparison.codings)
    if (coding.run.coding == "rate") comparison.two_phase.push_back(coding);
}

Json to_json(const CodingResult& coding) {
  Json row{{"coding", coding.run.coding},
           {"label", coding.run.label},
           {"steps", coding.run.options.steps},
           {"pipelined", coding.run.options.pipelined},
           {"claims_exact", coding.claims_exact()},
           {"different_bytes", coding.different_bytes},
           {"agreement", coding.agreement},
           {"spikes_per_sample", coding.result.per_sample(coding.result.spikes_total)},
           {"synops_per_sample", coding.result.per_sample(coding.result.synops_total)},
           {"macs_per_sample", coding.result.macs_per_sample},
           {"steps_per_sample", coding.result.steps_per_sample},
           {"wall_s", coding.result.wall_s}};
  if (coding.accuracy) row["accuracy"] = *coding.accuracy;
  return row;
}

std::vector<std::string> table_row(const CodingResult& coding) {
  const double synops = coding.result.per_sample(coding.result.synops_total);
  return {coding.run.label,
          coding.accuracy ? fmt::format("{:.4f}", *coding.accuracy) : "-",
          coding.is_exact() ? "yes" : fmt::format("{} bytes differ", coding.different_bytes),
          fmt::format("{:.1f}", coding.result.per_sample(coding.result.spikes_total)),
          fmt::format("{:.1f}", synops),
          grouped(static_cast<std::int64_t>(coding.result.macs_per_sample)),
          std::to_string(coding.result.steps_per_sample)};
}

void fill(Outcome& outcome, const Comparison& comparison) {
  std::vector<std::vector<std::string>> rows{
      {"coding", "accuracy", "exact", "spikes/sample", "SynOps/sample", "MACs/sample", "steps"}};
  outcome.data = {{"model", comparison.model},
                  {"samples", comparison.samples.count()},
                  {"reference", comparison.reference_origin},
                  {"codings", Json::array()}};
  if (comparison.reference_accuracy)
    outcome.data["reference_accuracy"] = *comparison.reference_accuracy;
  for (const auto* list : {&comparison.codings, &comparison.pipelined})
    for (const CodingResult& coding : *list) {
      rows.push_back(table_row(coding));
      outcome.data["codings"].push_back(to_json(coding));
    }
  outcome.text = fmt::format("{}: {} samples, exact = all bytes equal to {}\n\n", comparison.model,
                             comparison.samples.count(), comparison.reference_origin) +
                 text_table(rows);
}

void check_promises(const Comparison& comparison, Diagnostics& diagnostics) {
  for (const CodingResult& coding : comparison.codings)
    if (coding.claims_exact() && !coding.is_exact())
      diagnostics.error(
          Code::expect_mismatch, "coding " + coding.run.label,
          fmt::format("{} of {} bytes differ from {}", coding.different_bytes,
                      comparison.reference.bytes().size(), comparison.reference_origin));
}

Outcome run(const Arguments& arguments, Session& session) {
  const ComparisonSettings settings = settings_of(arguments);
  const std::filesystem::path model = arguments.text("MODEL");
  if (arguments.given("report")) check_output(arguments.text("report"), model);
  const Network network = read_tflite(model, {});
  SampleSet samples = open_samples(arguments, network, session);
  auto labels = open_labels(arguments, network, samples);
  Tensor reference = open_reference(arguments, network, samples);
  Comparison comparison = compare_codings(network, std::move(samples), std::move(labels),
                                          std::move(reference), settings, session);
  share_two_phase(comparison);
  Diagnostics diagnostics;
  check_promises(comparison, diagnostics);
  Outcome outcome;
  fill(outcome, comparison);
  outcome.diagnostics = diagnostics.list();
  if (arguments.given("report")) {
    begin_writing();
    write_document(arguments.text("report"),
                   to_html(comparison_report(comparison, network, session.argv())));
    outcome.data["report"] = arguments.text("report");
    session.message("wrote " + arguments.text("report"));
  }
  return outcome;
}

}  // namespace

extern const Verb verb_compare{
    .name = "compare",
    .summary =
        "convert a model with every coding, run them all and compare bits, accuracy and work",
    .examples = {"synfire compare digits.tflite --input x.bin --labels y.csv --report r.html",
                 "synfire compare kws.tflite --input x.bin --expect y.bin --codings graded,radix"},
    .options = {input_option(),
                labels_option(),
                {.name = "expect",
                 .letter = 'e',
                 .kind = ValueKind::input_file,
                 .value = "FILE",
                 .meaning = "the source model's own outputs, byte for byte"},
                samples_option(),
                threads_option(),
                {.name = "codings",
                 .kind = ValueKind::text,
                 .value = "LIST",
                 .meaning = "codings to compare, separated by commas",
                 .fallback = "graded,radix,ttfs,rate"},
                {.name = "steps",
                 .kind = ValueKind::text,
                 .value = "LIST",
                 .meaning = "T of rate coding, separated by commas",
                 .fallback = "4,8,16,32,64,128,255"},
                {.name = "report",
                 .letter = 'r',
                 .kind = ValueKind::output_file,
                 .value = "FILE",
                 .meaning = "write a self-contained page with pictures (.html)",
                 .stream_suffix = ".html"}},
    .arguments = {{"MODEL", "a full-integer .tflite model"}},
    .run = run,
};

}  // namespace synfire
