// Texts of this tree with places for values, @NAME@.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace synfire::mcu {

using TemplateValues = std::vector<std::pair<std::string_view, std::string>>;

/// A file that is part of the binary, by its path from the root of this tree.
std::string_view embedded_text(std::string_view path);

std::string filled(std::string text, const TemplateValues& values);

/// Names come from files: nothing of them may end a comment or a string.
std::string harmless(std::string text);

}  // namespace synfire::mcu
