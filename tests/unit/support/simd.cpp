// The tests run on the instruction set that SYNFIRE_SIMD names, like the program.
#include "core/base/simd.h"

#include <cstdlib>

namespace {
[[maybe_unused]] const bool chosen = [] {
  const char* const name = std::getenv("SYNFIRE_SIMD");
  if (name != nullptr) synfire::use_simd(name, "SYNFIRE_SIMD");
  return name != nullptr;
}();
}  // namespace
