#include "core/engine/partition.h"

#include <algorithm>

namespace synfire {
namespace {

constexpr std::size_t kGrain = 128;

/// Where the next slice may begin: at a vector, and at a page of sums when it has that many itself
/// (huge_array.h, StateArray).
std::size_t aligned(std::size_t offset, std::size_t count) {
  const std::size_t step = count >= 1024 ? 1024 : 16;
  return (offset + step - 1) / step * step;
}

std::size_t boundary(std::size_t neurons, std::size_t shard, std::size_t shards) {
  if (shard == shards) return neurons;
  return std::min(neurons, neurons * shard / shards / kGrain * kGrain);
}

bool fits(const Network& network, std::size_t shards) {
  for (std::size_t shard = 0; shard < shards; ++shard) {
    const auto slices = shard_slices(network, shard, shards);
    if (slices.empty()) continue;
    const ShardSlice& last = slices.back();
    if (last.offset + static_cast<std::size_t>(last.slice.count) > kMaxShardNeurons) return false;
  }
  return true;
}

}  // namespace

std::vector<ShardSlice> shard_slices(const Network& network, std::size_t shard,
                                     std::size_t shards) {
  std::vector<ShardSlice> slices;
  std::size_t offset = 0;
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const auto neurons = static_cast<std::size_t>(network.populations[p].size());
    const std::size_t first = boundary(neurons, shard, shards);
    const std::size_t count = boundary(neurons, shard + 1, shards) - first;
    if (count == 0) continue;
    offset = aligned(offset, count);
    slices.push_back(
        {p, {static_cast<std::int64_t>(first), static_cast<std::int64_t>(count)}, offset});
    offset += count;
  }
  return slices;
}

std::size_t shard_count(const Network& network, std::size_t wanted) {
  std::size_t shards = std::max<std::size_t>(wanted, 1);
  while (!fits(network, shards)) ++shards;
  return shards;
}

}  // namespace synfire
