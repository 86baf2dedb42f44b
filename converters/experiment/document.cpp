#include "converters/experiment/document.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "converters/experiment/toml_scan.h"
#include "core/base/diagnostics.h"
#include "core/io/file_reader.h"

// Header only: nothing to link, and no other file includes it. Some damaged files break what the
// library assumes of itself; in release builds it would go on all the same, so its assertions are
// kept, as exceptions.
namespace {
struct BrokenAssumption {};
constexpr void check_assumption(bool holds) {
  if (!holds) throw BrokenAssumption();
}
}  // namespace
#undef NDEBUG
#define TOML_ASSERT(expression) check_assumption(static_cast<bool>(expression))
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace synfire {
namespace {

std::string place_of(const toml::source_region& source, const std::string& name) {
  return name + ":" + std::to_string(source.begin.line) + ":" + std::to_string(source.begin.column);
}

[[noreturn]] void fail_syntax(const toml::parse_error& error, const std::string& name) {
  fail(Code::experiment_syntax, place_of(error.source(), name), std::string(error.description()));
}

TomlNode copy(const toml::node& from, const std::string& name);

/// toml++ sorts a table's keys by their letters; here they are sorted by place.
TomlTable copy_table(const toml::table& from, const std::string& name) {
  std::vector<TomlNode> members;
  for (const auto& [key, value] : from) {
    TomlNode node = copy(value, name);
    node.key = std::string(key.str());
    node.where = place_of(key.source(), name);
    node.line = key.source().begin.line, node.column = key.source().begin.column;
    members.push_back(std::move(node));
  }
  std::ranges::stable_sort(members, comes_before);
  return {std::move(members)};
}

TomlNode copy(const toml::node& from, const std::string& name) {
  TomlNode node;
  node.where = place_of(from.source(), name);
  if (const auto* table = from.as_table()) node.value = copy_table(*table, name);
  if (const auto* array = from.as_array()) {
    TomlArray items;
    for (const toml::node& item : *array) items.items.push_back(copy(item, name));
    node.value = std::move(items);
  }
  if (const auto* text = from.as_string()) node.value = text->get();
  if (const auto* integer = from.as_integer()) node.value = integer->get();
  if (const auto* real = from.as_floating_point()) node.value = real->get();
  if (const auto* boolean = from.as_boolean()) node.value = boolean->get();
  if (from.is_date() || from.is_time() || from.is_date_time())
    fail(Code::experiment_syntax, node.where, "dates and times of day have no meaning here");
  return node;
}

std::string toml_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) {
      result += c;
      continue;
    }
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    result += "\\u00";
    result += kHex[byte >> 4U];
    result += kHex[byte & 15U];
  }
  return result + "\"";
}

TomlNode parse_assignment(const std::string& assignment, const std::string& where) {
  const auto parsed = [](const std::string& text) -> std::optional<TomlNode> {
    try {
      return parse_toml(text, "--set");
    } catch (const Failure&) {
      return std::nullopt;
    }
  };
  if (auto node = parsed(assignment)) return *std::move(node);
  const std::size_t equal = assignment.find('=');
  if (equal != std::string::npos) {
    const std::string value = assignment.substr(equal + 1);
    if (auto node = parsed(assignment.substr(0, equal + 1) + toml_text(value)))
      return *std::move(node);
  }
  fail(Code::bad_option_value, where, "'" + assignment + "' is not KEY=VALUE",
       "for example --set run.seed=7 or --set projection.inhibition.weight=-0.6mV");
}

void relocate(TomlNode& node, const std::string& where) {
  node.where = where, node.line = UINT32_MAX;
  if (auto* table = std::get_if<TomlTable>(&node.value))
    for (TomlNode& item : table->items) relocate(item, where);
  if (auto* array = std::get_if<TomlArray>(&node.value))
    for (TomlNode& item : array->items) relocate(item, where);
}

/// Tables grow by what `from` has more, an empty one empties them; everything else is replaced.
void merge(TomlNode& into, TomlNode from) {
  auto* const table = std::get_if<TomlTable>(&into.value);
  auto* const more = std::get_if<TomlTable>(&from.value);
  if (table == nullptr || more == nullptr) {
    into.value = std::move(from.value), into.where = std::move(from.where), into.changed = true;
    return;
  }
  if (more->items.empty())
    table->items.clear(), into.where = std::move(from.where), into.changed = true;
  for (TomlNode& item : more->items) {
    const auto found = std::ranges::find(table->items, item.key, &TomlNode::key);
    if (found == table->items.end())
      item.changed = true, table->items.push_back(std::move(item));
    else
      merge(*found, std::move(item));
  }
}

struct Writer {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const {
    char text[40];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    std::string result(text, end);
    // TOML's reals have a point, an exponent or letters.
    return result.find_first_of(".en") == std::string::npos ? result + ".0" : result;
  }
  std::string operator()(const std::string& value) const { return toml_text(value); }
  std::string operator()(const TomlArray& array) const {
    std::string text;
    for (const TomlNode& item : array.items) text += (text.empty() ? "" : ", ") + to_toml(item);
    return "[" + text + "]";
  }
  std::string operator()(const TomlTable& table) const {
    std::string text;
    for (const TomlNode& item : table.items)
      text += (text.empty() ? "" : ", ") + toml_key(item.key) + " = " + to_toml(item);
    return "{" + text + "}";
  }
};

}  // namespace

std::string toml_key(std::string_view key) {
  const bool bare = !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  return bare ? std::string(key) : toml_text(key);
}

bool comes_before(const TomlNode& a, const TomlNode& b) {
  return std::pair(a.line, a.column) < std::pair(b.line, b.column);
}

const TomlNode* TomlNode::find(std::string_view member) const {
  const TomlTable* const members = table();
  if (members == nullptr) return nullptr;
  const auto found = std::ranges::find(members->items, member, &TomlNode::key);
  return found == members->items.end() ? nullptr : &*found;
}

TomlNode parse_toml(std::string_view text, const std::string& name) {
  refuse_foreign_characters(text, name);
  try {
    return copy(toml::parse(text, std::string_view(name)), name);
  } catch (const toml::parse_error& error) {
    fail_syntax(error, name);
  } catch (const BrokenAssumption&) {
    fail(Code::experiment_syntax, name, "it is not a TOML file");
  }
}

std::string read_toml_text(const std::filesystem::path& path) {
  constexpr std::int64_t kLongest = 64 << 20;
  if (regular_file_size(path) > kLongest)
    fail(Code::file_too_large, path.string(), "an experiment has at most 64 MB");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) fail(Code::file_not_found, path.string(), "the file cannot be opened");
  return {std::istreambuf_iterator<char>(stream), {}};
}

void set_value(TomlNode& root, const std::string& assignment, const std::string& where) {
  TomlNode value = parse_assignment(assignment, where);
  relocate(value, where);
  merge(root, std::move(value));
}

void set_value(TomlNode& root, std::string_view path, TomlNode value) {
  const std::string where = value.where;
  while (!path.empty()) {
    const std::size_t dot = path.rfind('.');
    value.key = std::string(path.substr(dot == std::string_view::npos ? 0 : dot + 1));
    path = path.substr(0, dot == std::string_view::npos ? 0 : dot);
    TomlNode table;
    table.where = where;
    table.value = TomlTable{{std::move(value)}};
    value = std::move(table);
  }
  merge(root, std::move(value));
}

void remove_value(TomlNode& root, std::string_view member) {
  if (auto* const table = std::get_if<TomlTable>(&root.value))
    std::erase_if(table->items, [&](const TomlNode& item) { return item.key == member; });
}

std::string to_toml(const TomlNode& node) { return std::visit(Writer{}, node.value); }

}  // namespace synfire
