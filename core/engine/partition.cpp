#include "core/engine/partition.h"

#include <algorithm>

namespace synfire {
namespace {

constexpr std::size_t kBlock = 128;

constexpr std::size_t divided_up(std::size_t count, std::size_t by) {
  return (count + by - 1) / by;
}

/// Where the next slice may begin: at a vector, and at a page of sums when it has that many itself
/// (huge_array.h, StateArray).
std::size_t aligned(std::size_t offset, std::size_t count) {
  const std::size_t step = count >= 1024 ? 1024 : 16;
  return divided_up(offset, step) * step;
}

}  // namespace

Partition::Partition(const Network& network, const ModelRegistry& registry, std::size_t threads) {
  std::size_t neurons = 0;
  for (const Population& population : network.populations) {
    const bool receives = !registry.find(population.model)->generates();
    parts_.push_back({static_cast<std::size_t>(population.size()), receives, parts_.size()});
    if (receives) neurons += parts_.back().neurons;
  }
  for (const Projection& projection : network.projections) {
    if (!std::holds_alternative<OneToOne>(projection.connectivity)) continue;
    const std::size_t one = parts_[network.index_of(projection.source)].deal;
    const std::size_t other = parts_[network.index_of(projection.target)].deal;
    for (Part& part : parts_)
      if (part.deal == std::max(one, other)) part.deal = std::min(one, other);
  }
  threads = std::max<std::size_t>(threads, 1);
  const std::size_t least = std::max<std::size_t>(divided_up(neurons, kMaxShardNeurons), 1);
  shards_ = divided_up(least, threads) * threads;
  deal_blocks();
  for (; !fits(); deal_blocks()) shards_ += threads;
}

/// Blocks that do not go round are given to one shard after the other.
void Partition::deal_blocks() {
  std::size_t next = 0;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    parts_[p].first_spare = parts_[p].deal == p ? next : parts_[parts_[p].deal].first_spare;
    if (parts_[p].deal == p) next = (next + divided_up(parts_[p].neurons, kBlock)) % shards_;
  }
}

std::size_t Partition::begin(const Part& part, std::size_t shard) const {
  const std::size_t blocks = divided_up(part.neurons, kBlock);
  const std::size_t spare = blocks % shards_, end = part.first_spare + spare;
  const auto spare_before = [shard](std::size_t from, std::size_t to) {
    return std::min(shard, to) - std::min(shard, from);
  };
  const std::size_t spares = spare_before(part.first_spare, std::min(end, shards_)) +
                             spare_before(0, end > shards_ ? end - shards_ : 0);
  return std::min(part.neurons, (blocks / shards_ * shard + spares) * kBlock);
}

std::vector<ShardSlice> Partition::slices(std::size_t shard) const {
  std::vector<ShardSlice> slices;
  std::size_t offset = 0;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    const std::size_t first = begin(parts_[p], shard);
    const std::size_t count = begin(parts_[p], shard + 1) - first;
    if (count == 0) continue;
    if (parts_[p].receives) offset = aligned(offset, count);
    slices.push_back(
        {p, {static_cast<std::int64_t>(first), static_cast<std::int64_t>(count)}, offset});
    if (parts_[p].receives) offset += count;
  }
  return slices;
}

std::size_t Partition::sums(std::span<const ShardSlice> slices) const {
  std::size_t end = 0;
  for (const ShardSlice& slice : slices)
    if (parts_[slice.population].receives)
      end = slice.offset + static_cast<std::size_t>(slice.slice.count);
  return end;
}

bool Partition::fits() const {
  for (std::size_t shard = 0; shard < shards_; ++shard)
    if (sums(slices(shard)) > kMaxShardNeurons) return false;
  return true;
}

}  // namespace synfire
