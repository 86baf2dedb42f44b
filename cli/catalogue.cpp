#include "cli/catalogue.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "cli/table.h"
#include "converters/experiment/keys.h"
#include "converters/passes/common/coding.h"
#include "core/engine/task.h"
#include "core/net/event_source.h"
#include "encoders/stage.h"
#include "neurons/models.h"

namespace synfire {
namespace {

std::string bound(double value) {
  if (std::isinf(value) || std::abs(value) > 1e30) return value < 0 ? "-inf" : "inf";
  return fmt::format("{:g}", value);
}

std::string range(const ParameterInfo& parameter) {
  const bool word = std::holds_alternative<std::string>(parameter.fallback);
  return word ? "" : fmt::format("{} .. {}", bound(parameter.low), bound(parameter.high));
}

std::string fallback(const ParameterInfo& parameter) {
  if (parameter.list) return "none";
  const auto* const real = std::get_if<double>(&parameter.fallback);
  return real == nullptr          ? to_string(parameter.fallback)
         : std::abs(*real) > 1e30 ? bound(*real)
                                  : fmt::format("{:g}", *real);
}

Json to_json(const ParameterInfo& parameter) {
  return {{"name", parameter.name},    {"symbol", parameter.symbol},
          {"unit", parameter.unit},    {"default", fallback(parameter)},
          {"range", range(parameter)}, {"meaning", parameter.meaning}};
}

Json to_json(const std::vector<ParameterInfo>& parameters) {
  Json list = Json::array();
  for (const ParameterInfo& parameter : parameters) list.push_back(to_json(parameter));
  return list;
}

std::string parameter_table(const std::vector<ParameterInfo>& parameters) {
  if (parameters.empty()) return "";
  std::vector<std::vector<std::string>> rows{
      {"parameter", "symbol", "unit", "default", "range", "meaning"}};
  for (const ParameterInfo& p : parameters)
    rows.push_back({std::string(p.name), std::string(p.symbol), std::string(p.unit), fallback(p),
                    range(p), std::string(p.meaning)});
  return "\n" + text_table(rows);
}

std::string paragraph(std::string_view title, std::string_view text) {
  return text.empty() ? "" : fmt::format("\n{}:\n{}\n", title, text);
}

/// One equation a line.
std::string lines_of(std::string_view equations) {
  std::string text(equations);
  for (std::size_t at; (at = text.find(";  ")) != std::string::npos;) text.replace(at, 3, "\n");
  return text;
}
std::string equation_paragraph(std::string_view equations) {
  return paragraph("Equations", lines_of(equations));
}

Json to_json(const std::vector<StateInfo>& states) {
  Json list = Json::array();
  for (const StateInfo& state : states)
    list.push_back({{"name", state.name}, {"unit", state.unit}});
  return list;
}

std::string probes_text(const std::vector<StateInfo>& states) {
  std::vector<std::string> texts;
  for (const StateInfo& state : states)
    texts.push_back(state.unit.empty() ? std::string(state.name)
                                       : fmt::format("{} [{}]", state.name, state.unit));
  return fmt::format("{}", fmt::join(texts, ", "));
}

CatalogueEntry model_entry(const ModelInfo& model) {
  Json detail{{"format", to_string(model.format)}, {"nir_name", model.nir_name},
              {"pynn_name", model.pynn_name},      {"receptors", model.receptors},
              {"equations", model.equations},      {"parameters", to_json(model.parameters)},
              {"states", to_json(model.states)},   {"source", model.source}};
  std::string text = fmt::format("number format: {}\n", to_string(model.format));
  if (!model.nir_name.empty()) text += fmt::format("NIR: {}\n", model.nir_name);
  if (!model.pynn_name.empty()) text += fmt::format("PyNN: {}\n", model.pynn_name);
  text += equation_paragraph(model.equations) + parameter_table(model.parameters);
  text += paragraph("Probes", probes_text(model.states));
  text += paragraph("Source", model.source);
  return {std::string(model.name), std::string(model.summary), std::move(detail), std::move(text)};
}

CatalogueEntry parameter_entry(std::string_view name, std::string_view summary,
                               const std::vector<ParameterInfo>& parameters,
                               std::string_view equations, std::string_view source) {
  Json detail{{"equations", equations}, {"parameters", to_json(parameters)}, {"source", source}};
  return {std::string(name), std::string(summary), std::move(detail),
          paragraph("Equations", equations) + parameter_table(parameters) +
              paragraph("Source", source)};
}

CatalogueEntry synapse_entry(const SynapseInfo& synapse) {
  CatalogueEntry entry = parameter_entry(synapse.name, synapse.summary, synapse.parameters,
                                         synapse.equations, synapse.source);
  entry.detail["pynn_name"] = synapse.pynn_name;
  if (!synapse.pynn_name.empty())
    entry.text = fmt::format("PyNN: {}\n", synapse.pynn_name) + entry.text;
  return entry;
}

CatalogueEntry plasticity_entry(const PlasticityInfo& rule) {
  return parameter_entry(rule.name, rule.summary, rule.parameters, rule.equations, rule.source);
}

CatalogueEntry task_entry(const TaskInfo& task) {
  return parameter_entry(task.name, task.summary, task.parameters, task.equations, task.source);
}

CatalogueEntry stage_entry(const StageInfo& stage) {
  return parameter_entry(stage.name, stage.summary, stage.parameters, stage.equations,
                         stage.source);
}

CatalogueEntry source_entry(const SourceInfo& source) {
  Json detail{
      {"extensions", source.extensions}, {"layout", source.layout}, {"source", source.source}};
  return {std::string(source.name), std::string(source.summary), std::move(detail),
          fmt::format("files: {}\n", fmt::join(source.extensions, ", ")) +
              paragraph("Layout", lines_of(source.layout)) + paragraph("Source", source.source)};
}

CatalogueEntry coding_entry(const CodingInfo& coding) {
  Json detail{{"guarantee", coding.guarantee}, {"source", coding.source}};
  return {std::string(coding.name), std::string(coding.summary), std::move(detail),
          paragraph("Guarantee", coding.guarantee) + paragraph("Source", coding.source)};
}

CatalogueEntry code_entry(const CodeInfo& code) {
  Json detail{{"exit_status", code.exit_status}, {"explanation", code.explanation}};
  return {std::string(code.number), std::string(code.title), std::move(detail),
          fmt::format("{}\nexit status: {}\n", code.explanation, code.exit_status)};
}

template <typename List, typename Make>
std::vector<CatalogueEntry> entries_of(const List& list, Make make) {
  std::vector<CatalogueEntry> entries;
  for (const auto* const item : list) entries.push_back(make(*item));
  return entries;
}

std::vector<CatalogueEntry> code_entries() {
  std::vector<CatalogueEntry> entries;
  for (const CodeInfo& code : all_codes()) entries.push_back(code_entry(code));
  return entries;
}

/// "quantity [ms]"
std::string kind_text(const KeyInfo& key) {
  std::string text(to_string(key.kind));
  return key.unit.empty() ? text : text + fmt::format(" [{}]", key.unit);
}

std::vector<CatalogueEntry> key_entries() {
  std::vector<CatalogueEntry> entries;
  for (const KeyInfo& key : experiment_keys()) {
    const std::string section = key.section.empty() ? "" : fmt::format("{}.", key.section);
    const std::string fallback(key.fallback == kOptional ? "none" : key.fallback);
    entries.push_back({section + std::string(key.name), std::string(key.meaning),
                       Json{{"section", key.section},
                            {"key", key.name},
                            {"value", kind_text(key)},
                            {"default", fallback}},
                       fmt::format("value: {}\ndefault: {}\n", kind_text(key), fallback)});
  }
  return entries;
}

std::vector<CatalogueEntry> rule_entries() {
  std::vector<CatalogueEntry> entries;
  for (const RuleName& rule : rule_names())
    entries.push_back({std::string(rule.name), std::string(rule.meaning),
                       Json{{"number", rule.number}},
                       rule.number.empty() ? "" : fmt::format("needs: {}\n", rule.number)});
  return entries;
}

struct FormatInfo {
  std::string_view name, summary, use;
};

constexpr std::array<FormatInfo, 9> kFormats{{
    {".tflite", "TensorFlow Lite model, full-integer int8", "info, convert"},
    {".nir", "NIR network (HDF5), plain or with synfire extensions",
     "info, convert -o, run, validate"},
    {".toml", "experiment: network, stimuli, probes, sweep", "run, new"},
    {".bin", "raw little-endian values of the network's element type",
     "--input, --expect, --save-output"},
    {".npy", "NumPy array, versions 1 to 3", "--input, --expect, --labels, --save-output"},
    {".csv", "comma-separated numbers, header optional",
     "--input, --expect, --labels, --save-output"},
    {"idx", "IDX images and labels (MNIST), plain or .gz", "--input, --labels"},
    {"folder", "one .bin a sample, with y_labels.csv (name,classes,label)", "--input"},
    {".h5", "recording: spikes in SONATA's shape, outputs, provenance", "run -o"},
}};

std::vector<CatalogueEntry> format_entries() {
  std::vector<CatalogueEntry> entries;
  for (const FormatInfo& format : kFormats)
    entries.push_back({std::string(format.name), std::string(format.summary),
                       Json{{"use", format.use}}, fmt::format("use: {}\n", format.use)});
  return entries;
}

const std::array<CatalogueSection, 12> kSections{{
    {"models", "neuron model", [] { return entries_of(neuron_models(), model_entry); }},
    {"synapses", "synapse model", [] { return entries_of(synapse_models(), synapse_entry); }},
    {"plasticity", "plasticity rule",
     [] { return entries_of(plasticity_rules(), plasticity_entry); }},
    {"tasks", "task", [] { return entries_of(tasks(), task_entry); }},
    {"rules", "rule of projections", rule_entries},
    {"keys", "key of experiments", key_entries},
    {"encoders", "encoder", [] { return entries_of(encoders(), stage_entry); }},
    {"sources", "format of recordings", [] { return entries_of(sources(), source_entry); }},
    {"decoders", "decoder", [] { return entries_of(decoders(), stage_entry); }},
    {"codings", "coding", [] { return entries_of(codings(), coding_entry); }},
    {"codes", "diagnostic", code_entries},
    {"formats", "file format", format_entries},
}};

}  // namespace

std::span<const CatalogueSection> catalogue() { return kSections; }

std::vector<std::string> section_names() {
  std::vector<std::string> names;
  for (const CatalogueSection& section : kSections) names.emplace_back(section.name);
  return names;
}

std::vector<std::string> coding_names() {
  std::vector<std::string> names;
  for (const CodingInfo* const coding : codings()) names.emplace_back(coding->name);
  return names;
}

}  // namespace synfire
