// Which instruction set the vectorised code uses. It chooses the widest that the processor has;
// results are the same bits on any.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace synfire {

/// Names that limit_instruction_set takes, the narrowest first: scalar ... avx512 on x86-64.
std::span<const std::string_view> instruction_set_names();

/// Nothing wider than `name` is used from now on. To be called before the first vectorised
/// function; throws bad_option_value for a name that is not in the list.
void limit_instruction_set(std::string_view name);

/// Limits to what the environment variable SYNFIRE_SIMD says, if it is set.
void limit_instruction_set_by_environment();

/// The name of what is used.
std::string used_instruction_set();

}  // namespace synfire
