#include "cli/platform.h"

#include <algorithm>
#include <thread>

namespace synfire {

std::string instruction_set() {
#if defined(__x86_64__)
  std::string text = "x86-64";
  if (__builtin_cpu_supports("sse4.2")) text += " sse4.2";
  if (__builtin_cpu_supports("avx2")) text += " avx2";
  if (__builtin_cpu_supports("avx512f")) text += " avx512f";
  return text;
#elif defined(__aarch64__)
  return "aarch64 neon";
#else
  return "generic";
#endif
}

int hardware_threads() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace synfire
