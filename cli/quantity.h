// Numbers with units on the command line.
#pragma once

#include <cstdint>
#include <string_view>

#include "cli/arguments.h"

namespace synfire {

enum class Sign : std::uint8_t { positive, any };

/// A quantity in multiples of `unit`, "" for plain numbers. Throws bad_option_value at `where`
/// ("synfire bench").
double quantity(const Arguments& arguments, std::string_view option, std::string_view unit,
                std::string_view where, Sign sign = Sign::positive);

}  // namespace synfire
