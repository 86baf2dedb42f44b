#include <fmt/format.h>

#include "cli/model_info.h"
#include "cli/table.h"
#include "converters/tflite/tflite.h"

namespace synfire {
namespace {

Json to_json(const TfliteTensorSummary& tensor) {
  return {{"name", tensor.name},
          {"shape", tensor.shape},
          {"type", tensor.type},
          {"constant", tensor.constant},
          {"scales", tensor.scale_count},
          {"scale", tensor.scale},
          {"zero_point", tensor.zero_point}};
}

Json to_json(const std::vector<TfliteTensorSummary>& tensors) {
  Json list = Json::array();
  for (const TfliteTensorSummary& tensor : tensors) list.push_back(to_json(tensor));
  return list;
}

Json to_json(const TfliteOperatorSummary& op) {
  return {{"index", op.index},
          {"operator", op.name},
          {"version", op.version},
          {"inputs", to_json(op.inputs)},
          {"outputs", to_json(op.outputs)},
          {"macs", op.macs},
          {"converts", op.converts},
          {"reason", op.reason}};
}

std::string quantization_text(const TfliteTensorSummary& tensor) {
  if (tensor.scale_count == 0) return "";
  if (tensor.scale_count > 1) return fmt::format("{} scales", tensor.scale_count);
  return fmt::format("{:.6g}, {}", tensor.scale, tensor.zero_point);
}

std::string tensor_text(const TfliteTensorSummary& tensor) {
  return fmt::format("{} {}", tensor.type, to_string(tensor.shape));
}

std::string weight_text(const TfliteOperatorSummary& op) {
  for (const TfliteTensorSummary& tensor : op.inputs)
    if (tensor.constant)
      return fmt::format("{} ({})", tensor_text(tensor), quantization_text(tensor));
  return "";
}

std::vector<std::string> row_of(const TfliteOperatorSummary& op) {
  const TfliteTensorSummary none;
  const TfliteTensorSummary& input = op.inputs.empty() ? none : op.inputs.front();
  const TfliteTensorSummary& output = op.outputs.empty() ? none : op.outputs.front();
  return {std::to_string(op.index), op.name,
          tensor_text(input),       weight_text(op),
          tensor_text(output),      quantization_text(output),
          grouped(op.macs),         op.converts ? "yes" : "no: " + op.reason};
}

std::string operator_table(const TfliteSummary& summary) {
  std::vector<std::vector<std::string>> rows{
      {"#", "operator", "input", "weight", "output", "scale, zero point", "MACs", "converts"}};
  for (const TfliteOperatorSummary& op : summary.operators) rows.push_back(row_of(op));
  return text_table(rows);
}

std::string edge_text(std::string_view title, const std::vector<TfliteTensorSummary>& tensors) {
  std::string text;
  for (const TfliteTensorSummary& tensor : tensors) {
    const std::string quantization = quantization_text(tensor);
    text += fmt::format("{}: {} {}{}\n", title, tensor.name, tensor_text(tensor),
                        quantization.empty() ? "" : " (" + quantization + ")");
  }
  return text;
}

}  // namespace

Outcome tflite_info(const std::filesystem::path& path) {
  const TfliteSummary summary = summarize_tflite(path);
  Outcome outcome;
  outcome.data = {{"format", "tflite"},
                  {"name", summary.name},
                  {"description", summary.description},
                  {"sha256", summary.sha256},
                  {"bytes", summary.bytes},
                  {"subgraphs", summary.subgraphs},
                  {"inputs", to_json(summary.inputs)},
                  {"outputs", to_json(summary.outputs)},
                  {"operators", Json::array()},
                  {"macs", summary.macs},
                  {"converts", summary.converts}};
  for (const TfliteOperatorSummary& op : summary.operators)
    outcome.data["operators"].push_back(to_json(op));
  outcome.text = fmt::format(
      "TFLite model {}: {} operators, {} MACs, {} bytes\nsha256: {}\n{}{}\n{}\n"
      "converts exactly: {}\n",
      summary.name, summary.operators.size(), grouped(summary.macs), summary.bytes, summary.sha256,
      edge_text("input", summary.inputs), edge_text("output", summary.outputs),
      operator_table(summary), summary.converts ? "yes, with the graded and radix codings" : "no");
  outcome.diagnostics = as_warnings(summary.diagnostics);
  return outcome;
}

}  // namespace synfire
