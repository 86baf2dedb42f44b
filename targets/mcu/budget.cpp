#include "targets/mcu/budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace synfire::mcu {
namespace {

constexpr const char* kWhere = "--budget";

/// A limit for inferences holds for each of them, not for their mean.
constexpr std::array<BudgetKey, 3> kKeys{
    {{"flash", "bytes", 1024, [](const Measurement& m) { return m.flash_bytes(); }},
     {"ram", "bytes", 1024, [](const Measurement& m) { return m.ram_bytes(); }},
     {"instructions", "instructions", 1000,
      [](const Measurement& m) { return m.instructions_greatest; }}}};

std::string key_names() {
  std::string names;
  for (const BudgetKey& key : kKeys) names += (names.empty() ? "" : ", ") + std::string(key.name);
  return names;
}

/// "64K", "5M" or a plain number; -1 for anything else.
std::int64_t amount(std::string_view text, std::int64_t kilo) {
  std::int64_t number = -1;
  const char* const stop = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), stop, number);
  const std::string_view unit(end, static_cast<std::size_t>(stop - end));
  const std::int64_t factor = unit.empty() ? 1 : unit == "K" ? kilo : unit == "M" ? kilo * kilo : 0;
  const bool good = error == std::errc() && factor > 0 && number >= 0 &&
                    number <= std::numeric_limits<std::int64_t>::max() / factor;
  return good ? number * factor : -1;
}

bool has(const Budget& budget, const BudgetKey& key) {
  return std::any_of(budget.begin(), budget.end(),
                     [&](const Limit& limit) { return limit.key == &key; });
}

void add(std::string_view word, Budget& budget, Diagnostics& diagnostics) {
  const std::size_t equal = std::min(word.find('='), word.size());
  const std::string_view name = word.substr(0, equal);
  const auto complain = [&](const std::string& message) {
    diagnostics.error(Code::bad_option_value, kWhere, message,
                      "for example flash=64K,ram=20K,instructions=5M");
  };
  const auto* const key = std::find_if(kKeys.begin(), kKeys.end(),
                                       [&](const BudgetKey& known) { return known.name == name; });
  if (key == kKeys.end())
    return complain(fmt::format("'{}' is no key of a budget: they are {}", name, key_names()));
  if (has(budget, *key)) return complain(fmt::format("{} is limited twice", name));
  const std::string_view value = word.substr(std::min(equal + 1, word.size()));
  const std::int64_t allowed = amount(value, key->kilo);
  if (allowed < 0)
    return complain(
        fmt::format("{} is '{}', it must be a number of {}, with K or M if need be (keys: {})",
                    name, value, key->unit, key_names()));
  budget.push_back({key, allowed});
}

}  // namespace

Budget parse_budget(std::string_view text) {
  Budget budget;
  Diagnostics diagnostics;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    add(text.substr(0, comma), budget, diagnostics);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
    if (text.empty()) add(text, budget, diagnostics);
  }
  diagnostics.throw_if_error();
  return budget;
}

void check_budget(const Budget& budget, const Measurement& measurement, const std::string& where,
                  Diagnostics& diagnostics) {
  for (const Limit& limit : budget)
    if (limit.needed(measurement) > limit.allowed)
      diagnostics.error(Code::over_budget, where,
                        fmt::format("{}: {} {} are needed, the budget is {}", limit.key->name,
                                    limit.needed(measurement), limit.key->unit, limit.allowed));
}

}  // namespace synfire::mcu
