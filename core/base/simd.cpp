#include "core/base/simd.h"

#define HWY_WANT_AVX3_DL  // some kernels use it
#include <hwy/highway.h>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

std::string name_of(std::int64_t target) {
  if (target == HWY_SCALAR || target == HWY_EMU128) return "scalar";
  if (target == HWY_AVX3_DL) return "avx512_vnni";
  std::string name = hwy::TargetName(target);
  for (char& letter : name)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return name.starts_with("avx3") ? "avx512" + name.substr(4) : name;
}

/// Widest first, as Highway numbers them; the last is what it falls back to.
std::vector<std::int64_t> enabled_targets() {
  std::vector<std::int64_t> found = hwy::SupportedAndGeneratedTargets();
  if (found.empty() || found.back() != HWY_STATIC_TARGET) found.push_back(HWY_STATIC_TARGET);
  return found;
}

/// Before any was disabled.
const std::vector<std::int64_t>& targets() {
  static const std::vector<std::int64_t> all = enabled_targets();
  return all;
}

}  // namespace

std::vector<std::string> simd_names() {
  std::vector<std::string> names;
  for (const std::int64_t target : targets()) names.push_back(name_of(target));
  return names;
}

std::string simd_in_use() { return name_of(enabled_targets().front()); }

void use_simd(std::string_view name, const std::string& where) {
  std::string known;
  for (const std::int64_t target : targets()) {
    // Only the wider ones, which have lower bits: not every kernel is compiled for each.
    if (name_of(target) == name) return hwy::DisableTargets(target - 1);
    known += (known.empty() ? "" : ", ") + name_of(target);
  }
  fail(Code::bad_option_value, where,
       "'" + std::string(name) + "' is not an instruction set that this build and processor have",
       "there are " + known);
}

}  // namespace synfire
