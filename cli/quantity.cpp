#include "cli/quantity.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace synfire {

const Units& time_units() {
  static const Units units{{"ms", 1}, {"s", 1000}};
  return units;
}

double quantity(const Arguments& arguments, std::string_view option, const Units& units,
                std::string_view where, Sign sign) {
  const std::string text = arguments.text(option);
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  for (const auto& [unit, factor] : units)
    if (error == std::errc() && std::string_view(rest, end) == unit && std::abs(number) < 1e9 &&
        (number > 0 || sign == Sign::any))
      return number * factor;
  fail(Code::bad_option_value, std::string(where),
       fmt::format("--{} is '{}', it must be a {}number{}", option, text,
                   sign == Sign::positive ? "positive " : "",
                   units.size() > 1
                       ? fmt::format(" with the unit {} or {}", units[0].first, units[1].first)
                       : ""));
}

}  // namespace synfire
