// The tests run on the instruction set that SYNFIRE_SIMD names, like the program.
#include "core/base/instruction_set.h"

namespace {
[[maybe_unused]] const bool limited = [] {
  synfire::limit_instruction_set_by_environment();
  return true;
}();
}  // namespace
