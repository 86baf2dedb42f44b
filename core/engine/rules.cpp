#include "core/engine/rules.h"

#include <algorithm>
#include <cmath>

namespace synfire {

Random connection_random(std::uint64_t seed, std::uint64_t projection, std::int64_t target) {
  return {seed, Stream::connectivity, (projection << 32) | static_cast<std::uint64_t>(target)};
}

void draw_sources(const FixedInDegree& rule, std::int64_t count, std::int64_t excluded,
                  const Random& random, std::vector<std::uint32_t>& sources) {
  sources.clear();
  RandomSequence numbers(random);
  while (static_cast<std::int64_t>(sources.size()) < rule.in_degree) {
    // Rejected draws take the next random number.
    const std::uint32_t source = numbers.below(static_cast<std::uint32_t>(count));
    if (source == excluded) continue;
    if (!rule.multapses && std::find(sources.begin(), sources.end(), source) != sources.end())
      continue;
    sources.push_back(source);
  }
}

void draw_sources(const PairwiseBernoulli& rule, std::int64_t count, std::int64_t excluded,
                  const Random& random, std::vector<std::uint32_t>& sources) {
  sources.clear();
  if (rule.probability <= 0) return;
  RandomSequence numbers(random);
  const double log_miss = std::log1p(-rule.probability);
  // Geometric jumps over the sources that are not connected: one draw a synapse, not one a pair.
  for (double source = -1;;) {
    const double jump =
        rule.probability < 1 ? std::floor(std::log1p(-numbers.uniform()) / log_miss) : 0;
    source += 1 + jump;
    if (source >= static_cast<double>(count)) return;
    const auto id = static_cast<std::uint32_t>(source);
    if (id != excluded) sources.push_back(id);
  }
}

}  // namespace synfire
