// Text tables with aligned columns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace synfire {

/// Columns whose cells are all numbers are aligned right. The first row is the header.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

/// In groups of three digits: "1 234 567".
std::string grouped(std::int64_t number);

/// The number by fmt's format, or "-" where there is none.
std::string text_or_dash(std::string_view format, double value);

/// "CONV_2D #0" of "CONV_2D #0 (a very long tensor name)".
std::string short_origin(const std::string& origin);

}  // namespace synfire
