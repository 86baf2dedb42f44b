// Which of the instruction sets that the vector code is compiled for runs. All give the same bits:
// the choice exists so that tests can compare them, and for machines where a narrower one is
// faster.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace synfire {

/// Those that this build has code for and this processor runs, the widest first: "avx512_vnni",
/// "avx512", "avx2", "sse4", "ssse3", "scalar" on x86-64; "scalar" is C++ without vector types.
std::vector<std::string> simd_names();
/// The one in use.
std::string simd_in_use();
/// From now on uses none wider than the named one; to be called before the first vector code runs.
/// Throws bad_option_value at `where` when it is not among simd_names().
void use_simd(std::string_view name, const std::string& where);

}  // namespace synfire
