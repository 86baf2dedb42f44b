#include "targets/mcu/spiking_firmware.h"

#include <fmt/format.h>

#include "core/base/diagnostics.h"
#include "targets/mcu/synapse_words.h"

namespace synfire::mcu {
namespace {

template <typename Values>
std::int64_t bytes_of(const Values& values) {
  return std::ssize(values) * static_cast<std::int64_t>(sizeof values[0]);
}

/// Bytes of a projection's tables.
struct TableBytes {
  const Synapses& synapses;
  const SpikingLayer& target;
  SpikingFootprint& use;

  void operator()(const DenseRows& rows) {
    use.weight_bytes += bytes_of(dense_words(rows, synapses, target).weight);
  }
  void operator()(const Convolution& conv) {
    const ConvWords words = conv_words(conv, target);
    use.weight_bytes += bytes_of(words.weight);
    use.constant_bytes += 12 * std::ssize(words.columns) + 8 * std::ssize(words.rows);
  }
  void operator()(const Pairs& pairs) {
    use.weight_bytes += bytes_of(pairs.weight);
    use.constant_bytes += 2 * std::ssize(pairs.weight);
  }
  void operator()(const SparseRows& rows) {
    use.weight_bytes += bytes_of(rows.weight);
    use.constant_bytes += 4 * std::ssize(rows.row) + 2 * std::ssize(rows.target);
  }
};

/// Constants of neurons: threshold and reset of those that are quiet.
std::int64_t neuron_bytes(const SpikingLayer& layer) {
  if (!layer.quiet) return bytes_of(layer.neurons);
  return 8 * std::ssize(layer.neurons) + 2 * std::ssize(layer.scale) +
         (layer.decays_late() ? bytes_of(layer.rise) : 0);
}

}  // namespace

SpikingFootprint footprint(const SpikingPlan& plan) {
  SpikingFootprint use;
  for (const SpikingLayer& layer : plan.layers) {
    use.constant_bytes += neuron_bytes(layer) + bytes_of(layer.start);
    for (const Synapses& synapses : layer.incoming) {
      TableBytes bytes{synapses, layer, use};
      std::visit([&](const auto& table) { bytes(table); }, synapses.table);
    }
  }
  use.potential_bytes = 4 * plan.lanes;
  use.sum_bytes = 4 * plan.sum_words;
  use.spike_bytes = 4 * plan.spike_words;
  use.ring_bytes = 2 * plan.ring;
  const std::int64_t words = plan.lanes + plan.sum_words + plan.spike_words + plan.marks +
                             plan.touched + at_least_one(plan.epochs) +
                             2 * at_least_one(plan.clocks) + at_least_one(plan.limits) + 5;
  use.state_bytes = 4 * words + (use.ring_bytes + 2 * at_least_one(plan.waits) + 3) / 4 * 4;
  return use;
}

std::vector<FirmwareFile> network_files(const SpikingPlan& plan, const FirmwareOptions& options) {
  std::vector<FirmwareFile> files = runtime_files("targets/mcu/spiking/");
  files.push_back(model_header(plan, options));
  files.push_back(model_source(plan, options));
  return files;
}

std::vector<FirmwareFile> make_firmware(const SpikingPlan& plan, const Board& board,
                                        const FirmwareOptions& options) {
  const SpikingFootprint use = footprint(plan);
  expect_room(board, use.weight_bytes + use.constant_bytes, use.state_bytes);
  std::vector<FirmwareFile> files = network_files(plan, options);
  add_board(files, board, kSpikingDemo);
  return files;
}

}  // namespace synfire::mcu
