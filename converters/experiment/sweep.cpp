#include "converters/experiment/sweep.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
constexpr std::int64_t kMostValues = 1'000'000;

/// A number and what is written behind it.
struct Valued {
  double number = 0;
  std::string unit;
  bool integer = false;
};

std::optional<Valued> valued(const TomlNode& node) {
  if (const auto* const integer = std::get_if<std::int64_t>(&node.value))
    return Valued{static_cast<double>(*integer), "", true};
  if (const auto* const real = std::get_if<double>(&node.value)) return Valued{*real, "", false};
  const auto* const text = std::get_if<std::string>(&node.value);
  if (text == nullptr) return std::nullopt;
  Valued result;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, result.number);
  if (error != std::errc()) return std::nullopt;
  result.unit = std::string(rest, end);
  return result;
}

/// The decimal that was meant: `number`, off by rounding, to 12 digits of the greater end.
double meant(double number, double low, double high) {
  const double greater = std::max(std::abs(low), std::abs(high));
  if (!(greater > 0)) return number;
  const int decimals = std::max(0, 11 - static_cast<int>(std::floor(std::log10(greater))));
  char text[400];
  const auto end =
      std::to_chars(text, text + sizeof text, number, std::chars_format::fixed, decimals).ptr;
  std::from_chars(text, end, number);
  return number == 0 ? 0 : number;  // not -0
}

/// The shortest text that is the number.
std::string text_of(double number) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

class SweepReader {
 public:
  explicit SweepReader(const TomlNode& table) : table_(table) {}

  Sweep read() {
    if (table_.table() == nullptr)
      fault(table_.where, "", "must be a table");
    else
      for (const TomlNode& node : table_.table()->items) read_member(node, "");
    if (sweep_.listed) check_lengths();
    found_.throw_if_error();
    return std::move(sweep_);
  }

 private:
  void fault(const std::string& where, const std::string& path, std::string message,
             std::string hint = {}) {
    found_.error(Code::experiment_value, where,
                 (path.empty() ? "sweep: " : "sweep." + path + ": ") + std::move(message),
                 std::move(hint));
  }

  void read_member(const TomlNode& node, const std::string& prefix) {
    const std::string path = prefix.empty() ? node.key : prefix + "." + node.key;
    if (path == "mode") return read_mode(node);
    if (node.find("from") != nullptr) return read_range(node, path);
    if (const TomlTable* const table = node.table()) {
      for (const TomlNode& item : table->items) read_member(item, path);
      return;
    }
    if (node.array() == nullptr || node.array()->items.empty())
      return fault(node.where, path, "it must be a list of values",
                   "or {from = ..., to = ..., count = ...}");
    sweep_.keys.push_back({path, node.array()->items});
  }

  void read_mode(const TomlNode& node) {
    const auto* const text = std::get_if<std::string>(&node.value);
    sweep_.listed = text != nullptr && *text == "listed";
    if (text == nullptr || (*text != "listed" && *text != "grid"))
      fault(node.where, "mode", "it must be \"grid\" or \"listed\"");
  }

  void read_range(const TomlNode& node, const std::string& path) {
    const TomlNode *const from = node.find("from"), *const to = node.find("to"),
                          *const count = node.find("count");
    const auto* const number =
        count == nullptr ? nullptr : std::get_if<std::int64_t>(&count->value);
    if (to == nullptr || number == nullptr || node.table()->items.size() != 3)
      return fault(node.where, path, "a range has from, to and count");
    if (*number < 2 || *number > kMostValues)
      return fault(count->where, path, "count must be 2 to 1000000");
    const auto low = valued(*from), high = valued(*to);
    if (!low || !high || low->unit != high->unit)
      return fault(from->where, path, "from and to must be numbers with the same unit");
    SweptKey key{path, {}};
    for (std::int64_t i = 0; i < *number; ++i)
      key.values.push_back(
          value_at(node, *low, *high, static_cast<double>(i) / static_cast<double>(*number - 1)));
    sweep_.keys.push_back(std::move(key));
  }

  static TomlNode value_at(const TomlNode& node, const Valued& low, const Valued& high,
                           double share) {
    TomlNode value;
    value.where = node.where;
    const double number = share == 1 ? high.number
                                     : meant(low.number + share * (high.number - low.number),
                                             low.number, high.number);
    if (low.integer && high.integer && std::nearbyint(number) == number)
      value.value = static_cast<std::int64_t>(number);
    else
      value.value = number;
    if (!low.unit.empty()) value.value = text_of(number) + low.unit;
    return value;
  }

  void check_lengths() {
    for (const SweptKey& key : sweep_.keys)
      if (key.values.size() != sweep_.keys.front().values.size())
        fault(key.values.front().where, key.path,
              std::to_string(key.values.size()) + " values, " + sweep_.keys.front().path + " has " +
                  std::to_string(sweep_.keys.front().values.size()),
              "a listed sweep takes the first values of all keys, the second ones, and so on");
  }

  const TomlNode& table_;
  Sweep sweep_;
  Diagnostics found_;
};

}  // namespace

std::vector<std::string> SweptKey::paths() const {
  std::vector<std::string> paths;
  std::string_view rest = path;
  while (true) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    const std::size_t first = part.find_first_not_of(' '), last = part.find_last_not_of(' ');
    paths.emplace_back(first == part.npos ? "" : part.substr(first, last - first + 1));
    if (comma == rest.npos) return paths;
    rest.remove_prefix(comma + 1);
  }
}

std::uint64_t Sweep::size() const {
  if (listed) return keys.empty() ? 1 : keys.front().values.size();
  std::uint64_t points = 1;
  for (const SweptKey& key : keys) {
    if (points > kMost / key.values.size()) return kMost;
    points *= key.values.size();
  }
  return points;
}

std::vector<const TomlNode*> Sweep::point(std::uint64_t index) const {
  std::vector<const TomlNode*> values(keys.size());
  for (std::size_t k = keys.size(); k-- > 0;) {
    const std::uint64_t size = keys[k].values.size();
    values[k] = &keys[k].values[listed ? index : index % size];
    if (!listed) index /= size;
  }
  return values;
}

Sweep read_sweep(const TomlNode& root) {
  const TomlNode* const node = root.find("sweep");
  return node == nullptr ? Sweep() : SweepReader(*node).read();
}

}  // namespace synfire
