#include <algorithm>
#include <array>

#include "converters/nir/common/extension.h"
#include "converters/nir/common/graph.h"
#include "converters/nir/nir.h"

namespace synfire {
namespace {

constexpr std::array<std::string_view, 18> kStandardTypes{
    "Affine", "AvgPool2d", "Conv1d", "Conv2d",    "CubaLI", "CubaLIF",
    "Delay",  "Flatten",   "I",      "IF",        "Input",  "LI",
    "LIF",    "Linear",    "Output", "SumPool2d", "Scale",  "Threshold"};

bool is_standard_type(std::string_view type) {
  return std::find(kStandardTypes.begin(), kStandardTypes.end(), type) != kStandardTypes.end();
}

}  // namespace

NirSummary summarize_nir(const std::filesystem::path& path) {
  nir::Graph graph = nir::load_graph(path, nir::Detail::types_only);
  NirSummary summary;
  summary.version = graph.version;
  summary.edges = std::move(graph.edges);
  for (nir::Node& node : graph.nodes) {
    if (node.type.starts_with("port.")) node.type.erase(0, 5);
    if (!is_standard_type(node.type)) {
      summary.plain = false;
      summary.reasons.push_back(node.name + ": " +
                                nir::text_or(node.values, "reason", "type " + node.type));
    }
    summary.nodes.push_back({std::move(node.name), std::move(node.type)});
  }
  return summary;
}

}  // namespace synfire
