// Quantities with units: "20 ms", "250 pA", "0.5 mV/ms", "1e-3 1/mV".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace synfire {

/// Exponents of s, V and A; all 0 for plain numbers.
struct Dimension {
  std::int32_t time = 0, voltage = 0, current = 0;
  bool operator==(const Dimension&) const = default;
};

/// One of the unit is factor * 10^exponent of the SI units of its dimension.
struct Unit {
  Dimension dimension;
  std::int32_t exponent = 0;
  double factor = 1;
};

/// Products and quotients of s, min, h, Hz, V, A, S, F, Ohm and C, with the prefixes f p n u m k M
/// G and with exponents ("mV/ms", "nS ms^-1", "1/mV"); "" for plain numbers, "%" for their
/// hundredths. Nothing when a word is no unit.
std::optional<Unit> parse_unit(std::string_view text);

/// "time", "voltage", ..., "plain number".
std::string_view name_of(const Dimension& dimension);

struct QuantityFault {
  std::string message, hint;
};

/// The number that `text` is in multiples of `unit`, correctly rounded where the two differ by a
/// power of ten; what is wrong when `text` is no quantity of that dimension. `unit` must be one.
std::variant<double, QuantityFault> read_quantity(std::string_view text, std::string_view unit);

/// The message for a number without the unit that is needed.
QuantityFault missing_unit(double number, std::string_view unit);

}  // namespace synfire
