#include "core/engine/synapse_block.h"

#include <algorithm>
#include <cstring>

#include "core/base/prefetch.h"
#include "core/engine/weights.h"

namespace synfire {

template <typename Synapse>
void SynapseBlock::add(std::span<const Synapse> row, std::int32_t weight, std::int32_t* sums) {
#pragma GCC unroll 8
  for (const Synapse& synapse : row) accumulate(sums[synapse.target], synapse.weight, weight);
}

template <typename Synapse>
void SynapseBlock::start(const std::uint32_t* first, const Synapse* synapses,
                         std::span<SpikeInFlight> spikes) {
  // Three passes: what the next one reads is on its way for all spikes at once.
  for (const SpikeInFlight& spike : spikes) prefetch(first + spike.at);
  for (SpikeInFlight& spike : spikes) prefetch(synapses + (spike.at = first[spike.at]));
  for (SpikeInFlight& spike : spikes) enter(synapses, spike.at, spike);
}

void SynapseBlock::start(std::size_t population, std::span<SpikeInFlight> spikes) const {
  const Sources& sources = sources_[population];
  if (sources.table.size() > 0)
    with_type(sources.bits, sources.table.data(),
              [&](const auto* synapses) { start(sources.first.data(), synapses, spikes); });
}

std::vector<SynapseBlock::Rows> SynapseBlock::rows(std::span<std::int32_t* const> sums) const {
  std::vector<Rows> all;
  for (std::size_t population = 0; population < sources_.size(); ++population) {
    const Sources& sources = sources_[population];
    const auto& classes = sources.classes;
    for (std::size_t c = 0, end = 0; c < classes.size(); ++c) {
      while (end < classes.size() && classes[end].delay_steps == classes[c].delay_steps) ++end;
      all.push_back({classes[c], static_cast<std::uint16_t>(c), static_cast<std::uint16_t>(end),
                     population, sources.table.data(), sources.bits,
                     sums[static_cast<std::size_t>(classes[c].receptor)]});
    }
  }
  return all;
}

/// What follows the first lines the processor fetches by itself. Rows of the same delay are taken
/// for equally long.
template <typename Synapse>
void SynapseBlock::fetch(const Synapse* synapses, const RowTask& task) {
  constexpr std::size_t kLine = 64 / sizeof(Synapse), kLines = 8;
  const std::size_t rows = std::size_t{task.rows->end} - task.rows->index;
  const std::size_t last = std::min((task.first.count + kHead<Synapse>)*rows, kLines * kLine) - 1;
  // Rows of up to two lines, wherever they begin, without a branch on their length.
  const Synapse* const begin = synapses + task.first.at;
  prefetch(begin), prefetch(begin + std::min(last, kLine)), prefetch(begin + last);
  for (std::size_t s = 2 * kLine; s < last; s += kLine) prefetch(begin + s);
}

std::uint64_t SynapseBlock::serve(std::span<const RowTask> tasks) {
  constexpr std::size_t kAhead = 16;
  const auto fetch_task = [](const RowTask& task) {
    with_type(task.rows->bits, task.rows->synapses,
              [&](const auto* synapses) { fetch(synapses, task); });
  };
  std::uint64_t served = 0;
  for (std::size_t i = 0; i < std::min(kAhead, tasks.size()); ++i) fetch_task(tasks[i]);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (i + kAhead < tasks.size()) fetch_task(tasks[i + kAhead]);
    const RowTask& task = tasks[i];
    with_type(task.rows->bits, task.rows->synapses, [&](const auto* synapses) {
      *task.spike = each_row(task, synapses, [&](const Rows& rows, const auto& row) {
        add(row, wrapping_product(rows.kind.weight, task.first.payload), rows.sums);
        served += row.size();
      });
    });
  }
  return served;
}

std::uint64_t SynapseBlock::synapses() const {
  std::uint64_t total = 0;
  for (const Sources& sources : sources_) total += sources.synapses;
  return total;
}

std::uint64_t SynapseBlock::bytes() const {
  std::uint64_t total = 0;
  for (const Sources& sources : sources_)
    total += sources.first.bytes() +
             sources.used * with_type(sources.bits, nullptr,
                                      [](const auto* synapse) { return sizeof *synapse; });
  return total;
}

}  // namespace synfire
