// The plan of a spiking network's firmware: its populations with the synapses that reach them, and
// where potentials and spikes are. Nothing of it depends on a board.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/net/network.h"
#include "neurons/fixed_lif.h"

namespace synfire::mcu {

/// Free-running, not layer after layer; firmware runs it where its neurons are in fixed point.
bool is_spiking(const Network& network);

/// Bits of so many steps, a power of two; the input has none, its events stay in the ring.
struct SpikeStore {
  std::int64_t at = 0, words = 0, depth = 1;
};

struct DenseRows {
  std::vector<std::int8_t> weight;  // [source][width]
  std::int64_t width = 0;           // targets, rounded up to whole lanes
};

struct Convolution {
  std::vector<std::int8_t> weight;  // [source channel][row][column][output of the group]
  MapSize source, target;
  std::int64_t group_channels = 1, group_outputs = 1;
  Pair kernel, stride, dilation;
  std::int32_t top = 0, left = 0;
};

struct Pairs {
  std::vector<std::int8_t> weight;
};

struct SparseRows {
  std::vector<std::int64_t> row;
  std::vector<std::int32_t> target;
  std::vector<std::int8_t> weight;
};

using SynapseTable = std::variant<DenseRows, Convolution, Pairs, SparseRows>;

/// What arrives with one delay.
struct Synapses {
  std::string projection;
  std::string source;
  SpikeStore spikes;  // of the source
  std::int32_t delay = 1;
  std::int64_t count = 0;
  SynapseTable table;

  std::string_view kernel() const;  // "dense", "conv", "pairs", "sparse"
};

struct SpikingLayer {
  std::string name, origin;
  std::int64_t at = 0, size = 0;
  std::vector<synfire_fixed_lif_t> neurons;  // each of `shared` neurons in a row
  std::int64_t shared = 1;
  synfire_fixed_rule_t rule{};
  bool rests = false;               // neurons without input stay as they are
  std::vector<std::int32_t> start;  // empty: all 0
  std::int64_t wait_at = 0;
  SpikeStore spikes;
  std::vector<Synapses> incoming;
};

struct SpikingPlan {
  std::string name, hash;
  std::int64_t steps = 0;  // of a sample
  std::int64_t input_size = 0, input_delay = 1, marks = 4;
  std::int64_t most_events = 0;  // of one step, for which sums are proven
  std::vector<SpikingLayer> layers;
  std::size_t output = 0;
  std::int64_t neurons = 0, sums = 0, spike_words = 0, waits = 0;

  const SpikingLayer& out() const { return layers[output]; }
};

/// Throws a Failure with every part that has no kernel.
SpikingPlan make_spiking_plan(const Network& network);

}  // namespace synfire::mcu
