#include <fmt/format.h>

#include <map>

#include "cli/model_info.h"
#include "cli/table.h"
#include "converters/nir/nir.h"
#include "neurons/models.h"

namespace synfire {
namespace {

Json to_json(const Population& population) {
  return {{"name", population.name},
          {"model", population.model},
          {"format", to_string(population.format)},
          {"shape", population.shape},
          {"neurons", population.size()},
          {"phase", population.phase},
          {"operator", population.origin}};
}

Json to_json(const Network& network, const Projection& projection) {
  return {{"name", projection.name},
          {"source", projection.source},
          {"target", projection.target},
          {"kind", kind_of(projection.connectivity)},
          {"synapses", synapse_count(network, projection)},
          {"delay_ms", projection.delay_ms},
          {"receptor", projection.receptor}};
}

Json stage_names(const std::vector<Stage>& stages) {
  Json names = Json::array();
  for (const Stage& stage : stages) names.push_back(stage.name);
  return names;
}

template <typename Edge>
Json edge_json(const Edge& edge, const std::vector<Stage>& stages) {
  return {{"name", edge.name},
          {"population", edge.population},
          {"element", to_string(edge.element)},
          {"shape", edge.shape},
          {"stages", stage_names(stages)}};
}

Json to_json(const Network& network) {
  Json data{{"name", network.name},
            {"hash", content_hash(network)},
            {"dt_ms", network.dt_ms},
            {"seed", network.seed},
            {"schedule", {{"window", network.schedule.window}, {"steps", network.schedule.steps}}},
            {"populations", Json::array()},
            {"projections", Json::array()},
            {"inputs", Json::array()},
            {"outputs", Json::array()},
            {"metadata", network.metadata}};
  for (const Population& p : network.populations) data["populations"].push_back(to_json(p));
  for (const Projection& p : network.projections)
    data["projections"].push_back(to_json(network, p));
  for (const Input& i : network.inputs) data["inputs"].push_back(edge_json(i, i.encoders));
  for (const Output& o : network.outputs) data["outputs"].push_back(edge_json(o, o.decoders));
  return data;
}

Json to_json(const NirSummary& summary) {
  Json nodes = Json::array();
  for (const NirNodeSummary& node : summary.nodes)
    nodes.push_back({{"name", node.name}, {"type", node.type}});
  return {{"format", "nir"},        {"version", summary.version},
          {"plain", summary.plain}, {"reasons", summary.reasons},
          {"nodes", nodes},         {"edges", summary.edges}};
}

std::string node_table(const NirSummary& summary) {
  std::vector<std::vector<std::string>> rows{{"node", "type"}};
  for (const NirNodeSummary& node : summary.nodes) rows.push_back({node.name, node.type});
  return text_table(rows);
}

/// "conv1: integer arithmetic" of every item would hide the few that say something else.
std::map<std::string, int> counted_reasons(const NirSummary& summary) {
  std::map<std::string, int> counts;
  for (const std::string& reason : summary.reasons) {
    const std::size_t colon = reason.find(": ");
    ++counts[colon == std::string::npos ? reason : reason.substr(colon + 2)];
  }
  return counts;
}

std::string summary_text(const NirSummary& summary) {
  std::string text = fmt::format(
      "NIR{}: {} nodes, {} edges, {}\n", summary.version.empty() ? "" : " " + summary.version,
      summary.nodes.size(), summary.edges.size(),
      summary.plain ? "plain (standard nodes only)" : "with synfire extensions");
  for (const auto& [reason, count] : counted_reasons(summary))
    text += fmt::format("  {} ({} items)\n", reason, count);
  return text + "\n";
}

std::string population_table(const Network& network) {
  std::vector<std::vector<std::string>> rows{
      {"population", "shape", "neurons", "model", "format", "phase", "operator"}};
  for (const Population& p : network.populations)
    rows.push_back({p.name, to_string(p.shape), grouped(p.size()), p.model,
                    std::string(to_string(p.format)), p.phase < 0 ? "" : std::to_string(p.phase),
                    short_origin(p.origin)});
  return text_table(rows);
}

std::string projection_table(const Network& network) {
  std::vector<std::vector<std::string>> rows{
      {"projection", "source", "target", "kind", "synapses", "delay [ms]"}};
  for (const Projection& p : network.projections)
    rows.push_back({p.name, p.source, p.target, std::string(kind_of(p.connectivity)),
                    grouped(synapse_count(network, p)), fmt::format("{:g}", p.delay_ms)});
  return text_table(rows);
}

/// "input: int8 49x10x1 to population input (offset)"
template <typename Edge>
std::string edge_text(std::string_view title, const Edge& edge, const std::vector<Stage>& stages) {
  std::vector<std::string> names;
  for (const Stage& stage : stages) names.push_back(stage.name);
  return fmt::format("{}: {} {}, population {}{}\n", title, to_string(edge.element),
                     to_string(edge.shape), edge.population,
                     names.empty() ? "" : fmt::format(" ({})", fmt::join(names, ", ")));
}

std::string network_text(const Network& network) {
  std::string text =
      fmt::format("{}: dt {:g} ms, window {} steps, {} steps a sample, seed {}\n", network.name,
                  network.dt_ms, network.schedule.window, network.schedule.steps, network.seed);
  for (const Input& input : network.inputs) text += edge_text("input", input, input.encoders);
  for (const Output& output : network.outputs) text += edge_text("output", output, output.decoders);
  return text + "\n" + population_table(network) + "\n" + projection_table(network);
}

std::string metadata_text(const Network& network) {
  std::string text = "hash: " + content_hash(network) + "\n";
  for (const auto& [key, value] : network.metadata) text += key + ": " + value + "\n";
  return text;
}

void add_network(const Network& network, Outcome& outcome) {
  Diagnostics found;
  validate_models(network, model_registry(), found);
  outcome.data["network"] = to_json(network);
  outcome.data["runs"] = !found.has_error();
  outcome.text += network_text(network) + "\n" + metadata_text(network);
  outcome.diagnostics = as_warnings(found.list());
}

}  // namespace

Outcome nir_info(const std::filesystem::path& path) {
  const NirSummary summary = summarize_nir(path);
  Outcome outcome;
  outcome.data = to_json(summary);
  outcome.text = summary_text(summary);
  try {
    add_network(read_nir(path), outcome);
  } catch (const Failure& failure) {
    outcome.data["runs"] = false;
    outcome.text += node_table(summary);
    outcome.diagnostics = as_warnings(failure.diagnostics());
  }
  return outcome;
}

std::vector<Diagnostic> as_warnings(std::vector<Diagnostic> diagnostics) {
  for (Diagnostic& diagnostic : diagnostics)
    if (diagnostic.severity == Severity::error) diagnostic.severity = Severity::warning;
  return diagnostics;
}

}  // namespace synfire
