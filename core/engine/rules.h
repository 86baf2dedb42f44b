// Random connectivity, drawn target by target: the sources of a target depend on (seed, projection,
// target) only, so that any part of a network can be built anywhere.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "core/net/connectivity.h"

namespace synfire {

/// The random numbers of one target of projection number `projection`.
Random connection_random(std::uint64_t seed, std::uint64_t projection, std::int64_t target);

/// Replaces `sources` by the target's sources in the order drawn, out of `count`; `excluded` (the
/// target itself where autapses are not wanted, else -1) is never among them.
void draw_sources(const FixedInDegree& rule, std::int64_t count, std::int64_t excluded,
                  const Random& random, std::vector<std::uint32_t>& sources);
void draw_sources(const PairwiseBernoulli& rule, std::int64_t count, std::int64_t excluded,
                  const Random& random, std::vector<std::uint32_t>& sources);

}  // namespace synfire
