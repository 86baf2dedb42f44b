// A NIR file as it is: nodes with named values, and edges. Nested graphs are flattened.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/net/network.h"

namespace synfire::nir {

/// 0-dimensional numbers are int64 or double, whatever their width in the file. Strings of one
/// dimension or more are lists in C order.
using Value = std::variant<std::int64_t, double, std::string, Tensor, std::vector<std::string>>;
/// A slash in a name is a subgroup: "parameters/tau_mem_ms".
using Values = std::map<std::string, Value, std::less<>>;
using Edge = std::pair<std::string, std::string>;

struct Node {
  std::string name;
  std::string type;
  Values values;
  Values metadata;
};

struct Graph {
  std::string version;
  std::string file;  // for diagnostics
  std::vector<Node> nodes;
  std::vector<Edge> edges;  // unique, in the order of the file
  Values metadata;

  /// "kws.nir:lif1"
  std::string where(const std::string& node) const { return file + ":" + node; }
};

/// Network names may hold what link names may not: the slash, NUL, "." alone, nothing.
std::string to_link_name(std::string_view name);
std::string from_link_name(std::string_view link);

enum class Detail : std::uint8_t { all, types_only };
Graph load_graph(const std::filesystem::path& path, Detail detail = Detail::all);
void save_graph(const Graph& graph, const std::filesystem::path& path);

/// Typed access; throws file_format located at the node.
const Value* find(const Values& values, std::string_view name);
Tensor tensor_of(const Values& values, std::string_view name, const std::string& where);
std::int64_t integer_of(const Values& values, std::string_view name, const std::string& where);
double number_of(const Values& values, std::string_view name, const std::string& where);
std::string text_of(const Values& values, std::string_view name, const std::string& where);
std::string text_or(const Values& values, std::string_view name, std::string fallback);
std::vector<std::string> texts_of(const Values& values, std::string_view name);

}  // namespace synfire::nir
