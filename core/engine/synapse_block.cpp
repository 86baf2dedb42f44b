#include "core/engine/synapse_block.h"

#include <algorithm>

#include "core/base/prefetch.h"
#include "core/engine/weights.h"

namespace synfire {
namespace {

/// What follows the first lines the processor fetches by itself.
template <typename Synapse>
void fetch_row(const void* synapses, std::uint32_t begin, std::uint32_t end) {
  constexpr std::uint32_t kLine = 64 / sizeof(Synapse), kLines = 8;
  end = std::min(end, begin + kLines * kLine);
  for (std::uint32_t s = begin; s < end; s += kLine)
    prefetch(static_cast<const Synapse*>(synapses) + s);
}

}  // namespace

void SynapseBlock::collect(std::size_t population, std::size_t which, std::int64_t first,
                           std::span<const std::uint32_t> ids,
                           std::span<const std::int32_t> payloads, std::int32_t* sums,
                           std::vector<RowTask>& tasks) const {
  const Sources& sources = sources_[population];
  const SynapseClass& kind = sources.classes[which];
  const bool stored = sources.stored.size() > 0;
  const void* const synapses =
      stored ? static_cast<const void*>(sources.stored.data()) : sources.targets.data();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::size_t source = static_cast<std::size_t>(first) + ids[i];
    const std::uint32_t* const begin =
        sources.begin.data() + source * sources.classes.size() + which;
    prefetch(begin);
    tasks.push_back({begin, synapses, sums, wrapping_product(kind.weight, payloads[i]), stored});
  }
}

void SynapseBlock::fetch(const RowTask& task) {
  if (task.stored)
    fetch_row<StoredSynapse>(task.synapses, task.begin[0], task.begin[1]);
  else
    fetch_row<std::uint16_t>(task.synapses, task.begin[0], task.begin[1]);
}

std::uint64_t SynapseBlock::serve(std::span<const RowTask> tasks) {
  constexpr std::size_t kAhead = 6;
  std::uint64_t served = 0;
  for (std::size_t i = 0; i < std::min(kAhead, tasks.size()); ++i) fetch(tasks[i]);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (i + kAhead < tasks.size()) fetch(tasks[i + kAhead]);
    const std::uint32_t begin = tasks[i].begin[0], end = tasks[i].begin[1];
    std::int32_t* const sums = tasks[i].sums;
    const std::int32_t weight = tasks[i].weight;
    if (tasks[i].stored) {
      const auto* const stored = static_cast<const StoredSynapse*>(tasks[i].synapses);
#pragma GCC unroll 4
      for (std::uint32_t s = begin; s < end; ++s)
        accumulate(sums[stored[s].target], stored[s].weight, weight);
    } else {
      const auto* const target = static_cast<const std::uint16_t*>(tasks[i].synapses);
#pragma GCC unroll 8
      for (std::uint32_t s = begin; s < end; ++s) accumulate(sums[target[s]], 1, weight);
    }
    served += end - begin;
  }
  return served;
}

std::uint64_t SynapseBlock::synapses() const {
  std::uint64_t total = 0;
  for (const Sources& sources : sources_) total += sources.targets.size() + sources.stored.size();
  return total;
}

std::uint64_t SynapseBlock::bytes() const {
  std::uint64_t total = 0;
  for (const Sources& sources : sources_)
    total += sources.targets.bytes() + sources.stored.bytes() + sources.begin.bytes();
  return total;
}

}  // namespace synfire
