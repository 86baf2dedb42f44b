// How many random cases a test tries.
#pragma once

namespace synfire::test {

/// `all`, or a tenth under sanitizers: they slow numbers down and look at memory.
constexpr int trials(int all) {
#ifdef SYNFIRE_SANITIZED
  return all < 20 ? 1 : all / 10;
#else
  return all;
#endif
}

}  // namespace synfire::test
