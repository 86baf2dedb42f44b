#include "core/engine/memory.h"

#include <fstream>
#include <limits>
#include <string>

#include "core/base/diagnostics.h"

namespace synfire {

std::uint64_t available_memory() {
  std::ifstream file("/proc/meminfo");
  std::string name, unit;
  for (std::uint64_t kilobytes = 0; file >> name >> kilobytes >> unit;)
    if (name == "MemAvailable:") return kilobytes * 1024;
  return std::numeric_limits<std::uint64_t>::max();
}

void require_memory(std::uint64_t bytes, std::string_view where, std::string_view what) {
  const std::uint64_t available = available_memory();
  if (bytes <= available) return;
  const auto megabytes = [](std::uint64_t count) { return std::to_string(count >> 20) + " MB"; };
  fail(Code::resource_limit, std::string(where),
       std::string(what) + " need " + megabytes(bytes) + ", " + megabytes(available) +
           " are available",
       "take a smaller network or a machine with more memory");
}

}  // namespace synfire
