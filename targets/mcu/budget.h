// Limits for what a firmware may need: "flash=64K,ram=20K,instructions=5M".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"
#include "targets/mcu/measurement.h"

namespace synfire::mcu {

/// What can be limited. K and M are 2^10 and 2^20 of bytes, 10^3 and 10^6 of instructions.
struct BudgetKey {
  std::string_view name;
  std::string_view unit;
  std::int64_t kilo = 1024;
  std::int64_t (*needed)(const Measurement&) = nullptr;
};

struct Limit {
  const BudgetKey* key = nullptr;
  std::int64_t allowed = 0;

  std::int64_t needed(const Measurement& measurement) const { return key->needed(measurement); }
};

using Budget = std::vector<Limit>;

/// Throws every fault of it at once, as a usage error that names the keys. "" has no limits.
Budget parse_budget(std::string_view text);

/// An error for each limit that is exceeded.
void check_budget(const Budget& budget, const Measurement& measurement, const std::string& where,
                  Diagnostics& diagnostics);

}  // namespace synfire::mcu
