// Numbers as C text.
#pragma once

#include <fmt/format.h>

#include <string>

namespace synfire::mcu {

/// Numbers by commas, in lines of at most 100 characters.
template <typename Numbers>
std::string list_of(const Numbers& numbers) {
  std::string text, line = "   ";
  for (const auto number : numbers) {
    const std::string word = fmt::format(" {},", static_cast<std::int64_t>(number));
    if (line.size() + word.size() > 100) text += line + "\n", line = "   ";
    line += word;
  }
  return text + line + "\n";
}

/// "static const int8_t name[3] = {...};"
template <typename Numbers>
std::string table_text(std::string_view type, const std::string& name, const Numbers& numbers) {
  return fmt::format("static const {} {}[{}] = {{\n{}}};\n", type, name, numbers.size(),
                     list_of(numbers));
}

}  // namespace synfire::mcu
