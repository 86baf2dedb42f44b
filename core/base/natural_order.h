// The order in which people expect names.
#pragma once

#include <compare>
#include <string_view>

namespace synfire {

/// Numbers within names by their values: "g2" before "g10". Names that differ in nothing but zeros
/// before numbers, such as "g2" and "g02", by their characters.
std::strong_ordering natural_order(std::string_view a, std::string_view b);

}  // namespace synfire
