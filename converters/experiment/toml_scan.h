// What is looked at in a TOML file before the library reads it.
#pragma once

#include <string>
#include <string_view>

namespace synfire {

/// Throws experiment_syntax, located at "name:line:column", where there are control characters, or
/// letters beyond ASCII outside of strings and comments: TOML has neither, and release 3.3 of the
/// library has undefined behaviour there (is_non_ascii_horizontal_whitespace).
void refuse_foreign_characters(std::string_view text, const std::string& name);

}  // namespace synfire
