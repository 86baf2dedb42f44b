#include "core/base/instruction_set.h"

#include <hwy/targets.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

constexpr std::string_view kVariable = "SYNFIRE_SIMD";

struct Target {
  std::string_view name;
  std::int64_t bit;  // a better one has a lower bit
};

// Those for which Highway compiles code, the narrowest first.
#if HWY_ARCH_X86
constexpr std::array kTargets{Target{"scalar", HWY_SCALAR}, Target{"ssse3", HWY_SSSE3},
                              Target{"sse4", HWY_SSE4}, Target{"avx2", HWY_AVX2},
                              Target{"avx512", HWY_AVX3}};
#else
constexpr std::array kTargets{Target{"baseline", HWY_STATIC_TARGET}};
#endif

constexpr auto kNames = [] {
  std::array<std::string_view, kTargets.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kTargets[i].name;
  return names;
}();

}  // namespace

std::span<const std::string_view> instruction_set_names() { return kNames; }

void limit_instruction_set(std::string_view name) {
  const auto found = std::find_if(kTargets.begin(), kTargets.end(),
                                  [&](const Target& target) { return target.name == name; });
  if (found == kTargets.end()) {
    std::string all;
    for (const std::string_view known : kNames)
      all += (all.empty() ? "" : ", ") + std::string(known);
    fail(Code::bad_option_value, std::string(kVariable),
         "'" + std::string(name) + "' is no instruction set", "one of " + all);
  }
  hwy::DisableTargets(found->bit - 1);
}

void limit_instruction_set_by_environment() {
  if (const char* const name = std::getenv(kVariable.data())) limit_instruction_set(name);
}

std::string used_instruction_set() {
  const std::int64_t supported = hwy::SupportedTargets();
  const auto best = std::find_if(kTargets.rbegin(), kTargets.rend(), [&](const Target& target) {
    return (supported & target.bit) != 0;
  });
  return std::string(best == kTargets.rend() ? kTargets[0].name : best->name);
}

}  // namespace synfire
