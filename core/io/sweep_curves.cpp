#include "core/io/sweep_curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "core/base/diagnostics.h"
#include "core/base/units.h"

namespace synfire {
namespace {

constexpr std::string_view kAround = " \t\"'[]";

std::string_view trimmed(std::string_view text, std::string_view what = kAround) {
  const std::size_t first = text.find_first_not_of(what);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(what) - first + 1);
}

/// The keys of "a.b, c.d".
std::vector<std::string> parts_of(std::string_view keys) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = keys.find(',');
    parts.emplace_back(trimmed(keys.substr(0, comma), " "));
    if (comma == keys.npos) return parts;
    keys.remove_prefix(comma + 1);
  }
}

bool is_named(const std::string& keys, std::string_view name) {
  if (keys == name) return true;
  const auto parts = parts_of(keys);
  return std::ranges::find(parts, name) != parts.end();
}

const SummaryColumn* find_column(const Summary& summary, std::string_view name) {
  for (const SummaryColumn& column : summary.columns)
    if (column.name == name) return &column;
  return nullptr;
}

[[noreturn]] void refuse_name(std::string_view option, std::string_view what, std::string_view name,
                              const std::vector<std::string>& names) {
  const std::string near = nearest_name(name, names);
  fail(Code::unknown_name, std::string(option), fmt::format("the sweep has no {} '{}'", what, name),
       near.empty() ? fmt::format("it has {}", fmt::join(names, "; "))
                    : "did you mean '" + near + "'?");
}

const std::string& find_setting(const Summary& summary, std::string_view name) {
  if (summary.settings.empty())
    fail(Code::bad_option_value, "sweep", "no key was varied, only the seed");
  if (name.empty()) return summary.settings.front();
  std::vector<std::string> names;
  for (const std::string& setting : summary.settings) {
    if (is_named(setting, name)) return setting;
    for (std::string& part : parts_of(setting)) names.push_back(std::move(part));
  }
  refuse_name("x", "key", name, names);
}

const SummaryColumn& find_numbers(const Summary& summary, std::string_view name) {
  std::vector<std::string> names;
  for (const SummaryColumn& column : summary.columns) {
    if (!column.texts.empty()) continue;
    if (column.name == name) return column;
    names.push_back(column.name);
  }
  refuse_name("y", "result", name, names);
}

/// In multiples of `unit`; nothing where the dimensions differ.
std::optional<double> in_unit(const Measure& measure, const std::string& unit) {
  if (measure.unit == unit) return measure.number;
  const auto from = parse_unit(measure.unit), to = parse_unit(unit);
  if (!from || !to || !(from->dimension == to->dimension)) return std::nullopt;
  return measure.number * (from->factor / to->factor) *
         std::pow(10.0, from->exponent - to->exponent);
}

/// The values of x of all runs.
struct Abscissa {
  std::vector<double> values;
  std::string unit;
};

Abscissa abscissa_of(const SummaryColumn& column) {
  Abscissa x;
  for (const std::string& text : column.texts) {
    const auto measure = read_measure(text);
    if (measure && x.values.empty()) x.unit = measure->unit;
    const auto number = measure ? in_unit(*measure, x.unit) : std::nullopt;
    if (!number)
      fail(Code::bad_option_value, "x",
           fmt::format("{} has values that are no numbers of one dimension: {}", column.name, text),
           "choose another key with --x");
    x.values.push_back(*number);
  }
  return x;
}

/// Whether every value of x goes with one value of the column only.
bool follows_from(const std::vector<double>& x, const SummaryColumn& column) {
  std::map<double, std::string> seen;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (seen.emplace(x[i], column.texts[i]).first->second != column.texts[i]) return false;
  return true;
}

/// The last part of a key is what tells: "population.a.shift" is "a.shift".
std::string short_name(const std::string& keys) {
  const std::string key = parts_of(keys).front();
  const std::size_t dot = key.find('.');
  return dot == key.npos ? key : key.substr(dot + 1);
}

/// The runs of one curve, by x.
class CurveRuns {
 public:
  void add(double x, double y) {
    if (std::isfinite(y)) runs_[x].push_back(y);
  }

  void fill(SweepCurve& curve) const {
    const bool repeated =
        std::ranges::any_of(runs_, [](const auto& each) { return each.second.size() > 1; });
    for (const auto& [x, values] : runs_) {
      double mean = 0, squares = 0;
      const auto count = static_cast<double>(values.size());
      for (const double value : values) mean += value / count;
      for (const double value : values) squares += (value - mean) * (value - mean);
      curve.x.push_back(x), curve.y.push_back(mean);
      if (repeated)
        curve.deviation.push_back(count > 1 ? std::sqrt(squares / (count - 1) / count) : 0);
    }
  }

 private:
  std::map<double, std::vector<double>> runs_;
};

bool is_at(const SweepCurve& curve, const std::vector<Setting>& at) {
  return std::ranges::equal(curve.at, at, [](const Setting& a, const Setting& b) {
    return a.key == b.key && a.value == b.value;
  });
}

std::string curve_name(const std::vector<Setting>& at) {
  std::string name;
  for (const Setting& each : at)
    name += fmt::format("{}{} = {}", name.empty() ? "" : ", ", short_name(each.key),
                        trimmed(each.value));
  return name;
}

}  // namespace

std::optional<Measure> read_measure(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  Measure measure;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), measure.number);
  if (error != std::errc() || !std::isfinite(measure.number)) return std::nullopt;
  measure.unit = trimmed({end, text.data() + text.size()}, " ");
  if (!parse_unit(measure.unit)) return std::nullopt;
  return measure;
}

bool is_same_value(const std::string& a, const std::string& b) {
  const auto left = read_measure(a), right = read_measure(b);
  if (!left || !right) return trimmed(a) == trimmed(b);
  const auto number = in_unit(*left, right->unit);
  return number && std::abs(*number - right->number) <= 1e-9 * std::abs(right->number);
}

SweepCurves sweep_curves(const Summary& summary, std::string_view x, const std::string& y) {
  const std::string& key = find_setting(summary, x);
  const Abscissa abscissa = abscissa_of(*find_column(summary, key));
  const SummaryColumn& ordinate = find_numbers(summary, y);
  std::vector<const SummaryColumn*> others;
  for (const std::string& setting : summary.settings)
    if (const auto* const column = find_column(summary, setting);
        setting != key && !follows_from(abscissa.values, *column))
      others.push_back(column);
  SweepCurves result{key, abscissa.unit, y, {}};
  std::vector<CurveRuns> runs;
  for (std::size_t i = 0; i < abscissa.values.size(); ++i) {
    std::vector<Setting> at;
    for (const SummaryColumn* const column : others) at.push_back({column->name, column->texts[i]});
    const auto found = std::ranges::find_if(
        result.curves, [&](const SweepCurve& curve) { return is_at(curve, at); });
    const auto place = static_cast<std::size_t>(found - result.curves.begin());
    if (found == result.curves.end())
      result.curves.push_back({curve_name(at), at, {}, {}, {}}), runs.emplace_back();
    runs[place].add(abscissa.values[i], ordinate.numbers[i]);
  }
  for (std::size_t c = 0; c < runs.size(); ++c) runs[c].fill(result.curves[c]);
  return result;
}

std::vector<std::string> usual_columns(const Summary& summary) {
  for (const std::string_view kind : {" weight_change", " rate_hz"}) {
    std::vector<std::string> names;
    for (const SummaryColumn& column : summary.columns)
      if (column.texts.empty() && column.name.ends_with(kind)) names.push_back(column.name);
    if (!names.empty()) return names;
  }
  return {"spikes"};
}

}  // namespace synfire
