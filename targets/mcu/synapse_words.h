// Tables of synapses in the words that the kernels add: targets and sources in the order in which
// they lie in memory.
#pragma once

#include "targets/mcu/spiking_plan.h"

namespace synfire::mcu {

using Words = std::vector<std::uint32_t>;

/// Bytes w + 128 of lanes 0, 2, 1, 3: [source][words].
struct DenseWords {
  Words weight;
  std::int64_t words = 0;
};

struct ConvColumn {
  std::uint32_t touched = 0;
  std::int64_t weight = 0, sum = 0, taps = 0, words = 0;
};

struct ConvRow {
  std::int64_t weight = 0, row = 0, taps = 0;
};

/// snn_conv_t of the runtime.
struct ConvWords {
  Words weight;
  std::vector<ConvColumn> columns;
  std::vector<ConvRow> rows;
  std::int64_t channel_words = 0, tap_words = 0, row_words = 0, row_step = 0;
  std::int64_t run_weights = 0, run_sums = 0, group_lanes = 0, last_word = 0;
};

DenseWords dense_words(const DenseRows& rows, const Synapses& synapses, const SpikingLayer& target);
ConvWords conv_words(const Convolution& conv, const SpikingLayer& target);
/// Of an explicit list of targets.
std::vector<std::int64_t> lanes_of(std::span<const std::int32_t> targets,
                                   const SpikingLayer& target);
/// Synapses in the order of the sources' spikes.
SparseRows in_order(const SparseRows& rows, const Places& source);
Pairs in_order(const Pairs& pairs, const Places& source);
std::vector<std::int32_t> pair_targets(const Pairs& pairs, const Places& source);

/// The largest sum of each target: of the weights of all sources, or of `most_events` events.
std::vector<std::int64_t> largest_sums(const SynapseTable& table, std::int64_t targets,
                                       std::int64_t most_events, bool from_input);

}  // namespace synfire::mcu
