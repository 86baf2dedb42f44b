// Numbers with units on the command line.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/arguments.h"

namespace synfire {

/// Units and how many of the first they are.
using Units = std::vector<std::pair<std::string_view, double>>;

/// ms and s, in ms.
const Units& time_units();

enum class Sign : std::uint8_t { positive, any };

/// A number with one of the units, in multiples of the first. Throws bad_option_value at `where`
/// ("synfire bench").
double quantity(const Arguments& arguments, std::string_view option, const Units& units,
                std::string_view where, Sign sign = Sign::positive);

}  // namespace synfire
