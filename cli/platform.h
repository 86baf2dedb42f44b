// What this program was built with and runs on, for `doctor` and the provenance of results.
#pragma once

#include <string>

namespace synfire {

/// "x86-64 sse4.2 avx2 avx512f": what the processor offers.
std::string instruction_set();
/// Threads that run at the same time, at least 1.
int hardware_threads();

}  // namespace synfire
