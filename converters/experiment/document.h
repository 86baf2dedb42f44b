// A TOML file as a tree whose nodes are in the order of the file and know their places.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace synfire {

struct TomlNode;
struct TomlArray {
  std::vector<TomlNode> items;
};
struct TomlTable {
  std::vector<TomlNode> items;
};

struct TomlNode {
  std::string key;                              // "" in arrays
  std::string where;                            // "exp.toml:5:1"
  std::uint32_t line = UINT32_MAX, column = 0;  // behind all others where it is from no file
  bool changed = false;                         // by --set or a sweep, against what the file has
  std::variant<bool, std::int64_t, double, std::string, TomlArray, TomlTable> value = false;

  const TomlTable* table() const { return std::get_if<TomlTable>(&value); }
  const TomlArray* array() const { return std::get_if<TomlArray>(&value); }
  /// A member of a table; null when there is none, or this is no table.
  const TomlNode* find(std::string_view member) const;
};

/// In the order of the file.
bool comes_before(const TomlNode& a, const TomlNode& b);

/// Throws experiment_syntax, located at "name:line:column".
TomlNode parse_toml(std::string_view text, const std::string& name);
/// Throws file_not_found and file_too_large.
std::string read_toml_text(const std::filesystem::path& path);

/// "a.b=c": replaces or adds a value, located at `where`. A right side that is not TOML is taken as
/// a string: run.duration=2s. Throws bad_option_value.
void set_value(TomlNode& root, const std::string& assignment, const std::string& where);
/// The same with a value at hand; the path's parts are bare keys.
void set_value(TomlNode& root, std::string_view path, TomlNode value);

/// Nothing where there is no such member.
void remove_value(TomlNode& root, std::string_view member);

/// A key as TOML writes it: bare or quoted.
std::string toml_key(std::string_view key);
/// As TOML writes it, on one line.
std::string to_toml(const TomlNode& node);

}  // namespace synfire
