#include <fmt/format.h>

#include <algorithm>

#include "cli/arguments.h"
#include "cli/expectation.h"
#include "cli/session.h"
#include "cli/simulation.h"
#include "cli/table.h"

namespace synfire {
namespace {

struct Difference {
  std::size_t bytes = 0;    // that differ
  std::size_t samples = 0;  // with a byte that differs
  std::size_t first = 0;    // value index of the first
};

/// One sample tells the type and width of the logits, which only the decoders know.
ExpectContext context_of(const Network& network, const SampleSet& samples, bool limited) {
  const Output& output = network.outputs.front();
  ExpectContext context{
      {{"output", output.element, element_count(output.shape)}}, samples.count(), limited};
  const Tensor logits = run_samples(network, first_samples(samples, 1), {}).logits;
  if (logits.empty()) return context;
  context.stages.push_back({"logits", logits.type(), static_cast<std::int64_t>(logits.size())});
  return context;
}

CompareStage stage_of(const Arguments& arguments, const ExpectContext& context) {
  const std::string wanted = arguments.text("stage");
  if (wanted != "auto") return named_stage(wanted, context);
  const auto& stages = context.stages;
  const bool alike =
      stages.size() == 2 && stages[0].type == stages[1].type && stages[0].row == stages[1].row;
  // The network's own output is meant unless the file can only be something else.
  ExpectContext open = context;
  if (alike) open.stages.resize(1);
  return choose_stage(arguments.text("expect"), open);
}

Tensor first_rows(const Tensor& rows, std::int64_t count) {
  return first_samples({rows, {rows.shape()[1]}, {}}, count).data;
}

/// The rows to compare: as many as there are of both.
Tensor open_expected(const Arguments& arguments, const CompareStage& stage,
                     const ExpectContext& context, Diagnostics& diagnostics) {
  const std::string path = arguments.text("expect");
  const Tensor rows = read_rows(path, stage.type, stage.row);
  const std::int64_t count = rows.shape()[0];
  const bool cut = context.limited && context.samples == sample_limit(arguments);
  if (count > context.samples && !cut)
    fail(Code::sample_size, path,
         fmt::format("{} rows of {} outputs, but the input has {} samples", count, stage.row,
                     context.samples));
  if (count == 0) fail(Code::sample_size, path, "there are no rows in it");
  if (count < context.samples)
    diagnostics.warning(
        Code::expect_rows, path,
        fmt::format("{} rows for {} samples: only the first {} samples are compared", count,
                    context.samples, count));
  return first_rows(rows, std::min(count, context.samples));
}

Difference compare(const Tensor& expected, const Tensor& got, std::size_t row) {
  const std::size_t width = size_of(expected.type());
  Difference difference;
  std::size_t last_sample = 0;
  for (std::size_t i = 0; i < expected.bytes().size(); ++i) {
    if (expected.bytes()[i] == got.bytes()[i]) continue;
    const std::size_t value = i / width;
    const std::size_t sample = value / row;
    if (difference.bytes++ == 0) difference.first = value;
    if (difference.samples == 0 || sample != last_sample) ++difference.samples;
    last_sample = sample;
  }
  return difference;
}

Json value_json(const Tensor& tensor, std::size_t index) {
  const bool real = tensor.type() == DataType::float32 || tensor.type() == DataType::float64;
  if (real) return tensor.number(index);
  return static_cast<std::int64_t>(tensor.number(index));
}

std::string value_text(const Tensor& tensor, std::size_t index) {
  return fmt::format("{:.9g}", tensor.number(index));
}

void fill(Outcome& outcome, const CompareStage& stage, const Tensor& expected,
          const Difference& difference) {
  const std::int64_t samples = expected.shape()[0];
  outcome.data["stage"] = stage.name;
  outcome.data["element"] = to_string(stage.type);
  outcome.data["samples"] = samples;
  outcome.data["values_per_sample"] = stage.row;
  outcome.data["bytes"] = expected.bytes().size();
  outcome.data["different_bytes"] = difference.bytes;
  outcome.data["different_samples"] = difference.samples;
  outcome.data["first_difference"] = nullptr;
  outcome.text =
      fmt::format("{}: {} samples x {} {} compared at the {}, {} of {} bytes differ\n",
                  difference.bytes == 0 ? "equal" : "different", samples, stage.row,
                  to_string(stage.type), stage.name, difference.bytes, expected.bytes().size());
}

void report_difference(Outcome& outcome, Diagnostics& diagnostics, const CompareStage& stage,
                       const Tensor& expected, const Tensor& got, const Difference& difference) {
  const auto row = static_cast<std::size_t>(stage.row);
  const std::size_t sample = difference.first / row;
  const std::size_t index = difference.first % row;
  outcome.data["first_difference"] = {{"sample", sample},
                                      {"output", index},
                                      {"expected", value_json(expected, difference.first)},
                                      {"got", value_json(got, difference.first)}};
  diagnostics.error(Code::expect_mismatch,
                    fmt::format("sample {}, {} {}", sample, stage.name, index),
                    fmt::format("expected {}, got {}; {} of {} bytes differ, in {} of {} samples",
                                value_text(expected, difference.first),
                                value_text(got, difference.first), difference.bytes,
                                expected.bytes().size(), difference.samples, expected.shape()[0]));
}

Outcome run(const Arguments& arguments, Session& session) {
  const Network network = open_network(arguments, session);
  const SampleSet samples = open_samples(arguments, network, session);
  const ExpectContext context = context_of(network, samples, arguments.given("samples"));
  const CompareStage stage = stage_of(arguments, context);
  if (stage.name == "logits" && arguments.text("stage") == "auto")
    session.message("the expected file fits the logits, not the output: comparing there");
  Diagnostics diagnostics;
  const Tensor expected = open_expected(arguments, stage, context, diagnostics);
  const RunResult result =
      simulate(network, first_samples(samples, expected.shape()[0]),
               {.threads = thread_count(arguments), .kernels = kernels_of(arguments)}, session);
  const Tensor& got = stage.name == "output" ? result.outputs : result.logits;
  if (got.type() != expected.type() || got.size() != expected.size())
    fail(Code::internal, "synfire validate", "the run's outputs are not of the announced size");
  const Difference difference = compare(expected, got, static_cast<std::size_t>(stage.row));
  Outcome outcome;
  fill(outcome, stage, expected, difference);
  outcome.data["network_hash"] = content_hash(network);
  outcome.data["wall_s"] = result.wall_s;
  if (difference.bytes > 0)
    report_difference(outcome, diagnostics, stage, expected, got, difference);
  outcome.diagnostics = diagnostics.list();
  return outcome;
}

std::vector<std::string> stage_names() { return {"auto", "output", "logits"}; }

}  // namespace

extern const Verb verb_validate{
    .name = "validate",
    .summary = "simulate and compare every output byte with an expected file",
    .examples = {"synfire validate kws.nir --input x.bin --expect y.bin",
                 "synfire validate lenet.nir --input t10k-images-idx3-ubyte.gz --expect "
                 "logits_int8_5000x10.bin --stage logits"},
    .options = {input_option(),
                {.name = "expect",
                 .letter = 'e',
                 .kind = ValueKind::input_file,
                 .value = "FILE",
                 .meaning = "the expected outputs: .bin, .npy or .csv, a row for each sample",
                 .required = true},
                samples_option(),
                {.name = "stage",
                 .kind = ValueKind::choice,
                 .value = "NAME",
                 .meaning = "where to compare",
                 .fallback = "auto",
                 .choices = stage_names},
                threads_option(),
                kernels_option()},
    .arguments = {{"NETWORK", "a network (.nir)"}},
    .run = run,
};

}  // namespace synfire
