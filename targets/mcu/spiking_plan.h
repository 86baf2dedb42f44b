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

/// Bits of so many steps, a power of two, `words` and their `busy` bits each; the input has none,
/// its events stay in the ring.
struct SpikeStore {
  std::int64_t at = 0, words = 0, busy = 0, depth = 1;
};

/// How the neurons of a population lie in memory: see spiking/snn_synapse.h.
struct Places {
  std::int64_t count = 0, channels = 0, lanes = 0;
  std::int64_t row = 0, rows = 0, shift = 0;
  bool map = false;

  std::int64_t lane_count() const { return count * lanes; }
  std::int64_t row_blocks() const { return (row + (1 << shift) - 1) >> shift; }
  std::int64_t place_of(std::int64_t neuron) const { return map ? neuron % count : neuron / lanes; }
  std::int64_t channel_of(std::int64_t neuron) const {
    return map ? neuron / count : neuron % lanes;
  }
  /// Where the spike, and the potential, of a neuron are.
  std::int64_t bit(std::int64_t neuron) const {
    return place_of(neuron) * channels + channel_of(neuron);
  }
  std::int64_t lane(std::int64_t neuron) const {
    return place_of(neuron) * lanes + channel_of(neuron);
  }
};

Places make_places(const Shape& shape);

struct DenseRows {
  std::vector<std::int8_t> weight;  // [target][source]
  std::int64_t sources = 0;
};

struct Convolution {
  std::vector<std::int8_t> weight;  // [output][channel of the group][row][column]
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

/// What arrives with one delay. Tables have the network's own order of neurons.
struct Synapses {
  std::string projection;
  std::string source;
  SpikeStore spikes;  // of the source
  Places places;      // of the source; the input's neurons keep their order
  std::int32_t delay = 1;
  std::int64_t count = 0;
  SynapseTable table;

  std::string_view kernel() const;  // "dense", "conv", "pairs", "sparse"
};

struct SpikingLayer {
  std::string name, origin;
  std::int64_t at = 0, size = 0;
  Places places;
  std::vector<synfire_fixed_lif_t> neurons;  // of the lanes of a place, or of all
  bool shared = false;                       // all places have the same
  synfire_fixed_rule_t rule{};
  std::vector<std::int32_t> rise, scale;  // of each step of a period
  bool quiet = false;                     // neurons without input need no work
  bool wide = false;                      // sums are not proven to fit 16 bits
  std::int64_t largest_sum = 0;           // that can arrive in a step
  std::vector<std::int32_t> start;        // of all lanes; empty: all 0
  std::int64_t touched_at = 0, epoch_at = 0, clock_at = 0, wait_at = 0;
  SpikeStore spikes;
  std::vector<Synapses> incoming;

  bool decays_late() const { return rise.size() > 1; }
  std::int64_t sum_words() const { return places.lane_count() / (wide ? 1 : 2); }
};

struct SpikingPlan {
  std::string name, hash;
  std::int64_t steps = 0;  // of a sample
  std::int64_t input_size = 0, input_delay = 1, marks = 4;
  std::int64_t ring = 0;         // events that may wait
  std::int64_t most_events = 0;  // of one step, for which sums are proven
  std::vector<SpikingLayer> layers;
  std::size_t output = 0;
  std::int64_t lanes = 0, sum_words = 0, spike_words = 0;
  std::int64_t touched = 0, epochs = 0, clocks = 0, limits = 0, waits = 0;

  const SpikingLayer& out() const { return layers[output]; }
};

/// For a ring of so many events. Throws a Failure with every part that has no kernel.
SpikingPlan make_spiking_plan(const Network& network, std::int64_t ring);

}  // namespace synfire::mcu
