#include "cli/validation.h"

#include <fmt/format.h>

#include <algorithm>

namespace synfire {
namespace {

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

std::size_t row_of(const Tensor& rows) { return static_cast<std::size_t>(rows.shape()[1]); }

Json value_json(const Tensor& tensor, std::size_t index) {
  const bool real = tensor.type() == DataType::float32 || tensor.type() == DataType::float64;
  if (real) return tensor.number(index);
  return static_cast<std::int64_t>(tensor.number(index));
}

std::string value_text(const Tensor& tensor, std::size_t index) {
  return fmt::format("{:.9g}", tensor.number(index));
}

Json first_difference(const Tensor& expected, const Tensor& got, const Difference& difference) {
  if (difference.bytes == 0) return nullptr;
  return {{"sample", difference.first / row_of(expected)},
          {"output", difference.first % row_of(expected)},
          {"expected", value_json(expected, difference.first)},
          {"got", value_json(got, difference.first)}};
}

}  // namespace

Validation open_validation(const Arguments& arguments, Session& session) {
  if (!arguments.given("expect"))
    fail(Code::missing_argument, "synfire validate", "--expect is missing",
         "only spiking firmware is compared without an expected file");
  Validation validation;
  validation.network = open_network(arguments, session);
  validation.samples = open_samples(arguments, validation.network, session);
  const ExpectContext context =
      context_of(validation.network, validation.samples, arguments.given("samples"));
  validation.stage = stage_of(arguments, context);
  if (validation.stage.name == "logits" && arguments.text("stage") == "auto")
    session.message("the expected file fits the logits, not the output: comparing there");
  validation.expected = open_expected(arguments, validation.stage, context, validation.diagnostics);
  validation.samples = first_samples(validation.samples, validation.expected.shape()[0]);
  return validation;
}

RunResult simulate(const Validation& validation, const Arguments& arguments,
                   const Session& session) {
  return simulate(validation.network, validation.samples,
                  {.threads = thread_count(arguments), .kernels = kernels_of(arguments)}, session);
}

Difference difference_of(const Tensor& expected, const Tensor& got) {
  if (got.type() != expected.type() || got.size() != expected.size())
    fail(Code::internal, "synfire validate", "the run's outputs are not of the announced size");
  const std::size_t width = size_of(expected.type());
  Difference difference;
  std::size_t last_sample = 0;
  for (std::size_t i = 0; i < expected.bytes().size(); ++i) {
    if (expected.bytes()[i] == got.bytes()[i]) continue;
    const std::size_t value = i / width;
    const std::size_t sample = value / row_of(expected);
    if (difference.bytes++ == 0) difference.first = value;
    if (difference.samples == 0 || sample != last_sample) ++difference.samples;
    last_sample = sample;
  }
  return difference;
}

void compare_with_expected(Validation& validation, const Tensor& got, Outcome& outcome) {
  const CompareStage& stage = validation.stage;
  const Tensor& expected = validation.expected;
  const Difference difference = difference_of(expected, got);
  const std::int64_t samples = expected.shape()[0];
  outcome.data["stage"] = stage.name;
  outcome.data["element"] = to_string(stage.type);
  outcome.data["samples"] = samples;
  outcome.data["values_per_sample"] = stage.row;
  outcome.data["bytes"] = expected.bytes().size();
  outcome.data["different_bytes"] = difference.bytes;
  outcome.data["different_samples"] = difference.samples;
  outcome.data["first_difference"] = first_difference(expected, got, difference);
  outcome.text +=
      fmt::format("{}: {} samples x {} {} compared at the {}, {} of {} bytes differ\n",
                  difference.bytes == 0 ? "equal" : "different", samples, stage.row,
                  to_string(stage.type), stage.name, difference.bytes, expected.bytes().size());
  report_difference(validation.diagnostics, "expected", stage.name, expected, got, difference);
}

void report_difference(Diagnostics& diagnostics, const std::string& what, const std::string& stage,
                       const Tensor& expected, const Tensor& got, const Difference& difference) {
  if (difference.bytes == 0) return;
  const std::size_t row = row_of(expected);
  diagnostics.error(
      Code::expect_mismatch,
      fmt::format("sample {}, {} {}", difference.first / row, stage, difference.first % row),
      fmt::format("{} {}, got {}; {} of {} bytes differ, in {} of {} samples", what,
                  value_text(expected, difference.first), value_text(got, difference.first),
                  difference.bytes, expected.bytes().size(), difference.samples,
                  expected.shape()[0]));
}

}  // namespace synfire
