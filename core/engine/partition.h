// How a network is split over shards: every shard holds the same part of every population, so that
// neurons with the same index in populations of one size are always together.
#pragma once

#include <cstdint>
#include <vector>

#include "core/engine/model.h"

namespace synfire {

/// A shard's neurons of one population, at `offset` among the shard's neurons.
struct ShardSlice {
  std::size_t population = 0;
  Slice slice;
  std::size_t offset = 0;
};

/// Targets within a shard have 16 bits.
inline constexpr std::size_t kMaxShardNeurons = 1 << 16;

/// One slice per population, in the network's order; empty ones are left out. Slices begin at
/// multiples of 128, where vectors and random blocks begin.
std::vector<ShardSlice> shard_slices(const Network& network, std::size_t shard, std::size_t shards);

/// Shards are dealt out to the threads of all ranks in turn: thread t of rank r has those whose
/// number is r * threads + t modulo ranks * threads.
inline std::size_t rank_of_shard(std::size_t shard, std::size_t ranks, std::size_t threads) {
  return shard % (ranks * threads) / threads;
}

/// The least number of shards, at least `wanted`, none of which is too large.
std::size_t shard_count(const Network& network, std::size_t wanted);

}  // namespace synfire
