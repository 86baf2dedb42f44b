#include "core/base/units.h"

#include <strings.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/base/short_text.h"

namespace synfire {
namespace {

struct Base {
  std::string_view name;
  Unit unit;
};
constexpr std::array<Base, 10> kBases{{{"s", {{1, 0, 0}}},
                                       {"Hz", {{-1, 0, 0}}},
                                       {"V", {{0, 1, 0}}},
                                       {"A", {{0, 0, 1}}},
                                       {"S", {{0, -1, 1}}},
                                       {"Ohm", {{0, 1, -1}}},
                                       {"F", {{1, -1, 1}}},
                                       {"C", {{1, 0, 1}}},
                                       {"min", {{1, 0, 0}, 0, 60}},
                                       {"h", {{1, 0, 0}, 0, 3600}}}};
constexpr std::size_t kPrefixed = 8;  // of them

struct Prefix {
  std::string_view name;
  std::int32_t exponent;
};
constexpr std::array<Prefix, 9> kPrefixes{{{"", 0},
                                           {"f", -15},
                                           {"p", -12},
                                           {"n", -9},
                                           {"u", -6},
                                           {"m", -3},
                                           {"k", 3},
                                           {"M", 6},
                                           {"G", 9}}};

struct NamedDimension {
  Dimension dimension;
  std::string_view name, example;
};
constexpr std::array<NamedDimension, 9> kDimensions{{{{0, 0, 0}, "plain number", "0.5"},
                                                     {{1, 0, 0}, "time", "10 ms"},
                                                     {{-1, 0, 0}, "rate", "8 Hz"},
                                                     {{0, 1, 0}, "voltage", "-65 mV"},
                                                     {{0, 0, 1}, "current", "250 pA"},
                                                     {{0, -1, 1}, "conductance", "10 nS"},
                                                     {{0, 1, -1}, "resistance", "40 MOhm"},
                                                     {{1, -1, 1}, "capacitance", "250 pF"},
                                                     {{1, 0, 1}, "charge", "1 pC"}}};

const NamedDimension* find(const Dimension& dimension) {
  for (const NamedDimension& each : kDimensions)
    if (each.dimension == dimension) return &each;
  return nullptr;
}

bool ends_word(char c) { return c == ' ' || c == '/' || c == '*' || c == '^'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<Unit> parse_word(std::string_view word) {
  if (word == "1") return Unit{};
  if (word == "%") return Unit{{}, -2, 1};
  for (std::size_t b = 0; b < kBases.size(); ++b)
    for (const Prefix& prefix : kPrefixes) {
      if (b >= kPrefixed && prefix.exponent != 0) continue;
      if (word.starts_with(prefix.name) && word.substr(prefix.name.size()) == kBases[b].name) {
        Unit unit = kBases[b].unit;
        unit.exponent = prefix.exponent;
        return unit;
      }
    }
  return std::nullopt;
}

/// unit *= factor^power
void multiply(Unit& unit, const Unit& factor, std::int32_t power) {
  unit.dimension.time += power * factor.dimension.time;
  unit.dimension.voltage += power * factor.dimension.voltage;
  unit.dimension.current += power * factor.dimension.current;
  unit.exponent += power * factor.exponent;
  unit.factor *= std::pow(factor.factor, power);
}

/// "^-2" at the front, which is taken; 1 without.
std::optional<std::int32_t> take_power(std::string_view& text) {
  if (text.empty() || text.front() != '^') return 1;
  std::int32_t power = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), power);
  if (error != std::errc() || std::abs(power) > 4) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return power;
}

/// 10^n for 0 <= n <= 22, exact.
double power_of_ten(std::int32_t n) {
  double power = 1;
  for (; n > 0; --n) power *= 10;
  return power;
}

std::string nearest_unit(std::string_view word) {
  std::vector<std::string> names;
  for (std::size_t b = 0; b < kBases.size(); ++b)
    for (const Prefix& prefix : kPrefixes)
      if (b < kPrefixed || prefix.exponent == 0)
        names.push_back(std::string(prefix.name) + std::string(kBases[b].name));
  std::string best = nearest_name(word, names);
  for (const std::string& name : names)  // "MS", "hz": only the case is wrong
    if (name.size() == word.size() && strncasecmp(name.data(), word.data(), name.size()) == 0)
      best = name;
  return best;
}

std::string example_of(std::string_view unit, double number) {
  return "\"" + short_text(number) + (unit.empty() ? "" : " ") + std::string(unit) + "\"";
}

QuantityFault wrong_dimension(std::string_view text, const Unit& found, std::string_view unit,
                              double number) {
  const std::string wanted(name_of(parse_unit(unit)->dimension));
  return {"'" + std::string(text) + "' is a " + std::string(name_of(found.dimension)) + ", a " +
              wanted + " is needed",
          unit.empty() ? "write the number without a unit"
                       : "write for example " + example_of(unit, number)};
}

}  // namespace

std::optional<Unit> parse_unit(std::string_view text) {
  text = trimmed(text);
  Unit unit;
  for (std::int32_t sign = 1; !text.empty();) {
    std::size_t size = 0;
    while (size < text.size() && !ends_word(text[size])) ++size;
    const auto factor = parse_word(text.substr(0, size));
    text.remove_prefix(size);
    const auto power = take_power(text);
    if (!factor || !power) return std::nullopt;
    multiply(unit, *factor, sign * *power);
    text = trimmed(text);
    sign = 1;
    if (text.empty()) break;
    if (text.front() == '/') sign = -1;
    if (text.front() == '/' || text.front() == '*') text = trimmed(text.substr(1));
    if (text.empty()) return std::nullopt;
  }
  return unit;
}

std::string_view name_of(const Dimension& dimension) {
  const NamedDimension* const named = find(dimension);
  return named == nullptr ? "product of units" : named->name;
}

QuantityFault missing_unit(double number, std::string_view unit) {
  return {short_text(number) + " has no unit, a " +
              std::string(name_of(parse_unit(unit)->dimension)) + " is needed",
          "write for example " + example_of(unit, number)};
}

std::variant<double, QuantityFault> read_quantity(std::string_view text, std::string_view unit) {
  const std::string_view words = trimmed(text);
  double number = 0;
  const char* const end = words.data() + words.size();
  const bool plus = words.starts_with('+');
  const auto [rest, error] = std::from_chars(words.data() + (plus ? 1 : 0), end, number);
  const Unit wanted = *parse_unit(unit);
  if (error != std::errc() || !std::isfinite(number)) {
    const NamedDimension* const named = find(wanted.dimension);
    return QuantityFault{"'" + std::string(text) + "' is not a number with a unit",
                         named == nullptr
                             ? "write for example " + example_of(unit, 1)
                             : "write for example \"" + std::string(named->example) + "\""};
  }
  const std::string_view word = trimmed({rest, end});
  const auto found = parse_unit(word);
  if (!found) {
    const std::string near = nearest_unit(word);
    return QuantityFault{"'" + std::string(word) + "' is not a unit",
                         near.empty() ? "units are such as ms, mV, pA, nS, pF, MOhm, Hz"
                                      : "did you mean '" + near + "'?"};
  }
  if (found->dimension != wanted.dimension)
    return word.empty() ? missing_unit(number, unit) : wrong_dimension(text, *found, unit, number);
  const std::int32_t shift = found->exponent - wanted.exponent;
  const double scaled =
      found->factor == wanted.factor ? number : number * found->factor / wanted.factor;
  return shift >= 0 ? scaled * power_of_ten(shift) : scaled / power_of_ten(-shift);
}

}  // namespace synfire
