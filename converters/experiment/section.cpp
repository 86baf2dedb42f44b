#include "converters/experiment/section.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/base/short_text.h"
#include "core/base/units.h"

namespace synfire {
namespace {

constexpr std::size_t kMostIntegers = 10'000'000;

struct KindName {
  std::string operator()(bool) const { return "a boolean"; }
  std::string operator()(std::int64_t) const { return "an integer"; }
  std::string operator()(double) const { return "a number"; }
  std::string operator()(const std::string&) const { return "a text"; }
  std::string operator()(const TomlArray&) const { return "a list"; }
  std::string operator()(const TomlTable&) const { return "a table"; }
};
std::string kind_of(const TomlNode& node) { return std::visit(KindName{}, node.value); }

/// "a:b" or "a:b:c", all whole numbers.
std::vector<std::int64_t> range_parts(const std::string& text) {
  std::vector<std::int64_t> parts;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    std::int64_t part = 0;
    const auto [rest, error] = std::from_chars(at, end, part);
    if (error != std::errc()) return {};
    parts.push_back(part);
    if (rest == end) break;
    if (*rest != ':') return {};
    at = rest + 1;
  }
  if (parts.size() == 2) parts.push_back(1);
  return parts.size() == 3 ? parts : std::vector<std::int64_t>{};
}

/// The fallback of a key as if the file had it.
TomlNode fallback_node(const KeyInfo& info, const std::string& where) {
  TomlNode node;
  node.key = std::string(info.name), node.where = where;
  const std::string text(info.fallback);
  if (info.kind == KeyKind::integer)
    node.value = static_cast<std::int64_t>(std::stoll(text));
  else if (info.kind == KeyKind::real)
    node.value = std::stod(text);
  else if (info.kind == KeyKind::boolean)
    node.value = text == "true";
  else
    node.value = text;
  return node;
}

}  // namespace

bool Reading::is_broken(const std::string& part) const {
  if (broken.contains(part)) return true;
  const auto inside = broken.lower_bound(part + ".");
  return inside != broken.end() && inside->starts_with(part + ".");
}

Section::Section(const TomlNode* node, std::string path, std::string_view kind, Reading& reading)
    : node_(node),
      path_(std::move(path)),
      where_(node == nullptr ? "experiment" : node->where),
      kind_(kind),
      reading_(reading) {
  if (node_ != nullptr && node_->table() == nullptr) {
    fault_at(where_, "", "is " + kind_of(*node_) + ", it must be a table");
    node_ = nullptr, is_no_table_ = true;
  }
  if (!path_.empty()) reading_.resolved += "\n[" + path_ + "]\n";
}

const TomlNode* Section::member(std::string_view key) {
  known_.emplace_back(key);
  const TomlNode* const found = node_ == nullptr ? nullptr : node_->find(key);
  if (found != nullptr) taken_.emplace(key);
  return found;
}

const TomlNode* Section::take(std::string_view key) {
  const TomlNode* const found = member(key);
  if (found != nullptr) note(key, to_toml(*found));
  return found;
}

void Section::note(std::string_view key, const std::string& value) {
  reading_.resolved += toml_key(key) + " = " + value + "\n";
}

const TomlNode* Section::node_for(std::string_view key) {
  const KeyInfo& info = key_info(kind_, key);
  if (const TomlNode* const found = take(key)) return found;
  if (info.fallback == kOptional) return nullptr;
  if (info.fallback == kRequired) {
    if (!is_no_table_) fault_at(where_, key, "is missing: " + std::string(info.meaning));
    return nullptr;
  }
  const auto [at, added] = fallbacks_.emplace(key, fallback_node(info, where_));
  if (added) note(key, to_toml(at->second));
  return &at->second;
}

std::optional<double> Section::number_of(const TomlNode& node, std::string_view name,
                                         std::string_view unit) {
  std::optional<double> plain;
  if (const auto* integer = std::get_if<std::int64_t>(&node.value))
    plain = static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&node.value)) plain = *real;
  if (plain && !std::isfinite(*plain)) {
    fault_at(node.where, name, "is not finite");
    return std::nullopt;
  }
  QuantityFault wrong;
  if (plain && parse_unit(unit)->dimension == Dimension{}) return plain;
  if (plain) {
    wrong = missing_unit(*plain, unit);
  } else if (const auto* text = std::get_if<std::string>(&node.value)) {
    auto result = read_quantity(*text, unit);
    if (const auto* number = std::get_if<double>(&result)) return *number;
    wrong = std::get<QuantityFault>(std::move(result));
  } else {
    wrong.message = "is " + kind_of(node) + ", it must be a " +
                    std::string(name_of(parse_unit(unit)->dimension));
  }
  fault_at(node.where, name, wrong.message, wrong.hint, Code::quantity_invalid);
  return std::nullopt;
}

bool Section::in_range(const TomlNode& node, const KeyInfo& info, double value) {
  if (value >= info.low && value <= info.high) return true;
  const std::string unit = info.unit.empty() ? "" : " " + std::string(info.unit);
  fault_at(node.where, info.name,
           short_text(value) + unit + " is outside " + short_text(info.low) + " to " +
               short_text(info.high) + unit);
  return false;
}

std::optional<double> Section::quantity(std::string_view key) {
  const KeyInfo& info = key_info(kind_, key);
  const TomlNode* const node = node_for(key);
  if (node == nullptr) return std::nullopt;
  const auto number = number_of(*node, key, info.unit);
  return number && in_range(*node, info, *number) ? number : std::nullopt;
}

std::optional<double> Section::real(std::string_view key) { return quantity(key); }

std::optional<std::int64_t> Section::integer(std::string_view key) {
  const TomlNode* const node = node_for(key);
  if (node == nullptr) return std::nullopt;
  const auto* const value = std::get_if<std::int64_t>(&node->value);
  if (value == nullptr) {
    fault_at(node->where, key, "is " + kind_of(*node) + ", it must be an integer");
    return std::nullopt;
  }
  if (!in_range(*node, key_info(kind_, key), static_cast<double>(*value))) return std::nullopt;
  return *value;
}

std::optional<bool> Section::boolean(std::string_view key) {
  const TomlNode* const node = node_for(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* const value = std::get_if<bool>(&node->value)) return *value;
  fault_at(node->where, key, "is " + kind_of(*node) + ", it must be true or false");
  return std::nullopt;
}

std::optional<std::string> Section::word(std::string_view key) {
  const TomlNode* const node = node_for(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* const text = std::get_if<std::string>(&node->value)) return *text;
  fault_at(node->where, key, "is " + kind_of(*node) + ", it must be a text in quotes");
  return std::nullopt;
}

std::vector<std::string> Section::words(std::string_view key) {
  const TomlNode* const node = node_for(key);
  if (node == nullptr) return {};
  if (const auto* const text = std::get_if<std::string>(&node->value)) return {*text};
  std::vector<std::string> list;
  if (const TomlArray* const array = node->array())
    for (const TomlNode& item : array->items) {
      if (const auto* const text = std::get_if<std::string>(&item.value))
        list.push_back(*text);
      else
        fault_at(item.where, key, "has " + kind_of(item) + " among its texts");
    }
  else
    fault_at(node->where, key, "is " + kind_of(*node) + ", it must be a text or a list of texts");
  if (node->array() != nullptr && node->array()->items.empty())
    fault_at(node->where, key, "is empty");
  return list;
}

void Section::expand_range(const TomlNode& node, const std::string& text, const KeyInfo& info,
                           std::vector<std::int64_t>& values) {
  const auto parts = range_parts(text);
  if (parts.empty() || parts[2] < 1 || parts[1] <= parts[0])
    return fault_at(node.where, info.name, "'" + text + "' is not a range",
                    "write \"first:end\" or \"first:end:step\", the end is not included");
  if (!in_range(node, info, static_cast<double>(parts[0])) ||
      !in_range(node, info, static_cast<double>(parts[1] - 1)))
    return;
  if ((parts[1] - parts[0]) / parts[2] > static_cast<std::int64_t>(kMostIntegers))
    return fault_at(node.where, info.name, "the range has more than 10 million numbers");
  for (std::int64_t i = parts[0]; i < parts[1]; i += parts[2]) values.push_back(i);
}

std::vector<std::int64_t> Section::integers(std::string_view key) {
  const TomlNode* const node = node_for(key);
  if (node == nullptr) return {};
  const KeyInfo& info = key_info(kind_, key);
  std::vector<std::int64_t> values;
  if (const auto* const text = std::get_if<std::string>(&node->value)) {
    expand_range(*node, *text, info, values);
    return values;
  }
  if (node->array() == nullptr) {
    fault_at(node->where, key,
             "is " + kind_of(*node) + ", it must be a list of integers or a range");
    return {};
  }
  for (const TomlNode& item : node->array()->items) {
    const auto* const value = std::get_if<std::int64_t>(&item.value);
    if (value == nullptr)
      fault_at(item.where, key, "has " + kind_of(item) + " among its integers");
    else if (in_range(item, info, static_cast<double>(*value)))
      values.push_back(*value);
  }
  if (node->array()->items.empty()) fault_at(node->where, key, "is empty");
  return values;
}

std::vector<double> Section::moments(std::string_view key) {
  const TomlNode* const node = node_for(key);
  if (node == nullptr) return {};
  const KeyInfo& info = key_info(kind_, key);
  std::vector<double> values;
  if (node->array() == nullptr) {
    fault_at(node->where, key, "is " + kind_of(*node) + ", it must be a list of quantities");
    return {};
  }
  for (const TomlNode& item : node->array()->items)
    if (const auto value = number_of(item, key, info.unit); value && in_range(item, info, *value))
      values.push_back(*value);
  return values;
}

std::optional<std::string> Section::choice(std::string_view key,
                                           const std::vector<std::string>& names) {
  auto text = word(key);
  if (!text || std::ranges::find(names, *text) != names.end()) return text;
  unknown_name(key, where_of(key), *text, key, names);
  return std::nullopt;
}

void Section::unknown_name(std::string_view key, const std::string& where, const std::string& name,
                           std::string_view what, const std::vector<std::string>& names) {
  const std::string near = nearest_name(name, names);
  std::string all;
  for (std::size_t i = 0; i < names.size() && all.size() < 80; ++i)
    all += (all.empty() ? "" : ", ") + names[i];
  fault_at(where, key, "there is no " + std::string(what) + " '" + name + "'",
           !near.empty()   ? "did you mean '" + near + "'?"
           : names.empty() ? ""
                           : "there are: " + all);
}

void Section::fault_at(const std::string& where, std::string_view key, std::string message,
                       std::string hint, Code code) {
  std::string place = path_;
  if (!key.empty()) place += (place.empty() ? "" : ".") + std::string(key);
  if (code != Code::experiment_key) reading_.broken.insert(place);
  reading_.diagnostics.error(code, where, place + ": " + std::move(message), std::move(hint));
}

void Section::fault(std::string_view key, std::string message, std::string hint, Code code) {
  fault_at(where_of(key), key, std::move(message), std::move(hint), code);
}

std::string_view Section::latest(std::string_view one, std::string_view other) const {
  const auto changed = [this](std::string_view key) {
    const TomlNode* const node = node_ == nullptr ? nullptr : node_->find(key);
    return node != nullptr && node->changed;
  };
  return changed(other) && !changed(one) ? other : one;
}

std::string Section::where_of(std::string_view key) const {
  const TomlNode* const node = node_ == nullptr ? nullptr : node_->find(key);
  return node == nullptr ? where_ : node->where;
}

void Section::refuse_rest(std::string_view decider) {
  if (node_ == nullptr) return;
  for (const TomlNode& node : node_->table()->items)
    if (!taken_.contains(node.key)) refuse_key(node, node.key, known_, node_->find(decider));
}

void Section::refuse_key(const TomlNode& node, const std::string& name,
                         const std::vector<std::string>& known, const TomlNode* decider) {
  if (decider != nullptr && decider->changed && !node.changed)
    return fault_at(decider->where, name,
                    to_toml(*decider) + " has no such key, which is at " + node.where,
                    "give the table new as a whole: an empty one, {}, takes away what the file has",
                    Code::experiment_key);
  const std::string near = nearest_name(node.key, known);
  fault_at(node.where, name, "nothing is named so here",
           near.empty() ? "`synfire list keys` shows every key" : "did you mean '" + near + "'?",
           Code::experiment_key);
}

}  // namespace synfire
