#include "converters/experiment/parameters.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/short_text.h"
#include "core/base/units.h"

namespace synfire {
namespace {

/// Of the descriptor's parameters that are in units of the weights.
constexpr std::string_view kWeightUnit = "weight";

/// The unit of `units` that the first quantity of the node is in, else the first of them.
std::string_view fitting_unit(const TomlNode& node, const std::vector<std::string_view>& units) {
  if (const auto* const text = std::get_if<std::string>(&node.value))
    for (const std::string_view unit : units)
      if (std::holds_alternative<double>(read_quantity(*text, unit))) return unit;
  if (const TomlTable* const table = node.table())
    for (const TomlNode& item : table->items)
      if (const auto unit = fitting_unit(item, units); unit != units.front()) return unit;
  return units.front();
}

/// The unit in which a node that is a weight, or has weights, is read.
std::string_view weight_unit(const TomlNode& node, const WeightUnits& units) {
  const bool number = std::holds_alternative<double>(node.value) ||
                      std::holds_alternative<std::int64_t>(node.value);
  return units.plain && number ? std::string_view() : fitting_unit(node, units.names);
}

/// One parameter of a model, rule or generator.
class ParameterValue {
 public:
  ParameterValue(Section& section, const ParameterInfo& info, const WeightUnits& weights)
      : section_(section), info_(info), key_(key_of(info)), weights_(weights) {}

  std::optional<Parameter> read(const TomlNode& node) {
    if (std::holds_alternative<std::string>(info_.fallback)) return read_word(node);
    if (const TomlArray* const array = node.array()) return read_list(node, *array);
    const auto value = read_number(node);
    if (!value) return std::nullopt;
    if (!std::holds_alternative<std::int64_t>(info_.fallback)) return Parameter(*value);
    if (std::nearbyint(*value) == *value) return Parameter(static_cast<std::int64_t>(*value));
    section_.fault_at(node.where, key_, short_text(*value) + " is no integer");
    return std::nullopt;
  }

 private:
  std::optional<Parameter> read_word(const TomlNode& node) {
    if (const auto* const text = std::get_if<std::string>(&node.value)) return Parameter(*text);
    if (const TomlArray* const array = node.array(); array != nullptr && info_.list)
      return read_rows(*array);
    section_.fault_at(node.where, key_, "it must be a word in quotes");
    return std::nullopt;
  }

  /// Words of a list become the lines of one.
  std::optional<Parameter> read_rows(const TomlArray& array) {
    std::string rows;
    for (const TomlNode& item : array.items) {
      const auto* const text = std::get_if<std::string>(&item.value);
      if (text == nullptr) {
        section_.fault_at(item.where, key_, "a row must be a text in quotes");
        return std::nullopt;
      }
      rows += *text + '\n';
    }
    return Parameter(rows);
  }

  std::optional<Parameter> read_list(const TomlNode& node, const TomlArray& array) {
    std::vector<double> values;
    for (const TomlNode& item : array.items)
      if (const auto value = read_number(item)) values.push_back(*value);
    if (array.items.empty()) section_.fault_at(node.where, key_, "the list is empty");
    if (values.empty() || values.size() < array.items.size()) return std::nullopt;
    return Parameter(Tensor::of({static_cast<std::int64_t>(values.size())}, values));
  }

  std::optional<double> read_number(const TomlNode& node) {
    const std::string_view unit = unit_for(node);
    const auto value = section_.number_of(node, key_, unit);
    if (!value || (*value >= info_.low && *value <= info_.high)) return value;
    section_.fault_at(node.where, key_,
                      short_text(*value) + with_blank(unit) + " is outside " +
                          short_text(info_.low) + " to " + short_text(info_.high) +
                          with_blank(unit));
    return std::nullopt;
  }

  std::string_view unit_for(const TomlNode& node) const {
    if (info_.unit == kWeightUnit) return weight_unit(node, weights_);
    // A descriptor may have a unit that is for people only.
    return parse_unit(info_.unit) ? info_.unit : std::string_view();
  }

  static std::string with_blank(std::string_view unit) {
    return unit.empty() ? "" : " " + std::string(unit);
  }

  Section& section_;
  const ParameterInfo& info_;
  std::string key_;
  const WeightUnits& weights_;
};

constexpr std::string_view kFirst[] = {"value", "mean", "mu", "low"};
constexpr std::string_view kSecond[] = {"", "std", "sigma", "high"};

/// A table {distribution = ..., ...}.
class DistributionTable {
 public:
  DistributionTable(Section& section, std::string_view key, const TomlNode& table,
                    std::string_view unit)
      : section_(section), key_(key), table_(table), unit_(unit) {}

  std::optional<Distribution> read() {
    Distribution result;
    if (!read_kind(result.kind)) return std::nullopt;
    const auto kind = static_cast<std::size_t>(result.kind);
    const bool logarithmic = result.kind == DistributionKind::lognormal;
    bool good = number(kFirst[kind], logarithmic ? "" : unit_, result.first, true);
    if (!kSecond[kind].empty())
      good &= number(kSecond[kind], logarithmic ? "" : unit_, result.second, true);
    // The parameters of a logarithm are of the number of units.
    if (result.kind != DistributionKind::uniform)
      good &= number("low", unit_, result.low, false) && number("high", unit_, result.high, false);
    good &= read_clip(result.clipped);
    good &= refuse_rest();
    return good ? std::optional(result) : std::nullopt;
  }

 private:
  bool fault(const std::string& where, std::string message, std::string hint = {}) {
    section_.fault_at(where, key_, std::move(message), std::move(hint));
    return false;
  }

  const TomlNode* take(std::string_view name) {
    names_.emplace_back(name);
    return table_.find(name);
  }

  bool read_kind(DistributionKind& kind) {
    const TomlNode* const node = take("distribution");
    const auto* const text = node == nullptr ? nullptr : std::get_if<std::string>(&node->value);
    if (text != nullptr) kind_ = node;
    std::vector<std::string> names;
    for (const auto each : {DistributionKind::constant, DistributionKind::normal,
                            DistributionKind::lognormal, DistributionKind::uniform}) {
      kind = each;
      names.emplace_back(to_string(each));
      if (text != nullptr && *text == names.back()) return true;
    }
    if (text == nullptr)
      return fault(node == nullptr ? table_.where : node->where, "the table needs a distribution",
                   "such as {distribution = \"normal\", mean = ..., std = ...}");
    section_.unknown_name(key_, node->where, *text, "distribution", names);
    return false;
  }

  bool number(std::string_view name, std::string_view unit, double& value, bool required) {
    const TomlNode* const node = take(name);
    if (node == nullptr)
      return !required || fault(kind_->where, to_toml(*kind_) + " needs " + std::string(name));
    const auto read = section_.number_of(*node, std::string(key_) + "." + std::string(name), unit);
    if (read) value = *read;
    return read.has_value();
  }

  bool read_clip(bool& clipped) {
    const TomlNode* const node = take("clip");
    if (node == nullptr) return true;
    const auto* const value = std::get_if<bool>(&node->value);
    if (value != nullptr) clipped = *value;
    return value != nullptr || fault(node->where, "clip must be true or false");
  }

  bool refuse_rest() {
    bool good = true;
    for (const TomlNode& node : table_.table()->items) {
      if (std::ranges::find(names_, node.key) != names_.end()) continue;
      good = false;
      section_.refuse_key(node, std::string(key_) + "." + node.key, names_, kind_);
    }
    return good;
  }

  Section& section_;
  std::string_view key_;
  const TomlNode& table_;
  std::string_view unit_;
  const TomlNode* kind_ = nullptr;  // which parameters there are follows from it
  std::vector<std::string> names_;
};

}  // namespace

Parameters read_parameters(Section& section, const std::vector<ParameterInfo>& descriptor,
                           const std::string& part, Reading& reading, const WeightUnits& weights) {
  Parameters parameters;
  for (const ParameterInfo& info : descriptor) {
    const TomlNode* const node = section.take(key_of(info));
    if (node == nullptr) continue;
    reading.places[part + "." + std::string(info.name)] = node->where;
    if (auto value = ParameterValue(section, info, weights).read(*node))
      parameters.emplace(info.name, *std::move(value));
  }
  return parameters;
}

WeightUnits weight_units(const ModelInfo& model) {
  return model.weight_unit.empty() ? any_weight_units() : WeightUnits{{model.weight_unit}, false};
}

WeightUnits any_weight_units() { return {{"mV", "pA", "nS"}, true}; }

std::optional<Distribution> read_distribution(Section& section, std::string_view key,
                                              const WeightUnits& units) {
  const TomlNode* const node = section.take(key);
  if (node == nullptr) {
    if (section.lacks(key))
      section.fault(
          key, "is missing: " + std::string(units.names.front()) + " or a distribution of them");
    return std::nullopt;
  }
  const std::string_view unit = weight_unit(*node, units);
  if (node->table() != nullptr) return DistributionTable(section, key, *node, unit).read();
  const auto value = section.number_of(*node, key, unit);
  if (!value) return std::nullopt;
  Distribution result;
  result.first = *value;
  return result;
}

}  // namespace synfire
