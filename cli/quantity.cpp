#include "cli/quantity.h"

#include <fmt/format.h>

#include <cmath>

#include "core/base/units.h"

namespace synfire {

double quantity(const Arguments& arguments, std::string_view option, std::string_view unit,
                std::string_view where, Sign sign) {
  const std::string text = arguments.text(option);
  const auto result = read_quantity(text, unit);
  if (const auto* const fault = std::get_if<QuantityFault>(&result))
    fail(Code::bad_option_value, std::string(where),
         fmt::format("--{} is '{}': {}", option, text, fault->message), fault->hint);
  const double number = std::get<double>(result);
  if (std::abs(number) < 1e9 && (number > 0 || sign == Sign::any)) return number;
  fail(Code::bad_option_value, std::string(where),
       fmt::format("--{} is '{}', it must be a {}number below 10^9{}", option, text,
                   sign == Sign::positive ? "positive " : "",
                   unit.empty() ? "" : fmt::format(" {}", unit)));
}

}  // namespace synfire
