// How a network is split over shards: every shard holds the same part of every population, within
// blocks of neurons, and neurons that are joined one to one are together.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/engine/model.h"

namespace synfire {

/// A shard's neurons of one population; those that receive are at `offset` among the shard's sums.
struct ShardSlice {
  std::size_t population = 0;
  Slice slice;
  std::size_t offset = 0;
};

/// Targets within a shard have 16 bits.
inline constexpr std::size_t kMaxShardNeurons = 1 << 16;

/// Shards are dealt out to the threads of all ranks in turn: thread t of rank r has those whose
/// number is r * threads + t modulo ranks * threads.
inline std::size_t rank_of_shard(std::size_t shard, std::size_t ranks, std::size_t threads) {
  return shard % (ranks * threads) / threads;
}

class Partition {
 public:
  /// As many shards as `threads`, of all ranks, or the least multiple of it where none has more
  /// neurons than targets can be told apart: every thread has as many shards as any other.
  Partition(const Network& network, const ModelRegistry& registry, std::size_t threads);

  std::size_t shards() const { return shards_; }
  /// One slice per population, in the network's order; empty ones are left out. Slices begin at
  /// multiples of 128, where vectors and random blocks begin.
  std::vector<ShardSlice> slices(std::size_t shard) const;
  /// How many sums of each receptor a shard with these slices has.
  std::size_t sums(std::span<const ShardSlice> slices) const;

 private:
  struct Part {
    std::size_t neurons = 0;
    bool receives = true;         // generators do not: they need no sums
    std::size_t deal = 0;         // what it is joined with one to one: the first such population
    std::size_t first_spare = 0;  // the shard that gets the first block that does not go round
  };
  void deal_blocks();
  std::size_t begin(const Part& part, std::size_t shard) const;
  bool fits() const;

  std::vector<Part> parts_;  // by population
  std::size_t shards_;
};

}  // namespace synfire
