#include "targets/mcu/spiking_firmware.h"

#include <fmt/format.h>

#include "core/base/diagnostics.h"

namespace synfire::mcu {
namespace {

template <typename Values>
std::int64_t bytes_of(const Values& values) {
  return std::ssize(values) * static_cast<std::int64_t>(sizeof values[0]);
}

/// Bytes of what is not weights; rows and targets are narrower in C.
struct IndexBytes {
  std::int64_t operator()(const SparseRows& rows) const {
    return 4 * std::ssize(rows.row) + 2 * std::ssize(rows.target);
  }
  std::int64_t operator()(const auto&) const { return 0; }
};

/// In the worst case all events of the ring belong to one step.
void expect_proven(const SpikingPlan& plan, const FirmwareOptions& options) {
  if (options.ring > plan.most_events)
    fail(Code::resource_limit, "--ring",
         fmt::format("{} events can arrive in one step, the sums of {} are proven for {}",
                     options.ring, plan.name, plan.most_events),
         "`synfire lower --most-events` proves more");
}

}  // namespace

SpikingFootprint footprint(const SpikingPlan& plan, const FirmwareOptions& options) {
  SpikingFootprint use;
  for (const SpikingLayer& layer : plan.layers) {
    use.constant_bytes += bytes_of(layer.neurons) + bytes_of(layer.start);
    for (const Synapses& synapses : layer.incoming) {
      use.weight_bytes +=
          std::visit([](const auto& table) { return bytes_of(table.weight); }, synapses.table);
      use.constant_bytes += std::visit(IndexBytes{}, synapses.table);
    }
  }
  use.potential_bytes = 4 * plan.neurons;
  use.sum_bytes = 4 * plan.sums;
  use.spike_bytes = 4 * plan.spike_words;
  use.ring_bytes = 2 * options.ring;
  use.state_bytes = use.potential_bytes + use.sum_bytes + use.spike_bytes + 4 * plan.marks + 16 +
                    (use.ring_bytes + 2 * plan.waits + 3) / 4 * 4;
  return use;
}

std::vector<FirmwareFile> network_files(const SpikingPlan& plan, const FirmwareOptions& options) {
  expect_proven(plan, options);
  std::vector<FirmwareFile> files = runtime_files("targets/mcu/spiking/");
  files.push_back(model_header(plan, options));
  files.push_back(model_source(plan, options));
  return files;
}

std::vector<FirmwareFile> make_firmware(const SpikingPlan& plan, const Board& board,
                                        const FirmwareOptions& options) {
  const SpikingFootprint use = footprint(plan, options);
  expect_room(board, use.weight_bytes + use.constant_bytes, use.state_bytes);
  std::vector<FirmwareFile> files = network_files(plan, options);
  add_board(files, board, kSpikingDemo);
  return files;
}

}  // namespace synfire::mcu
