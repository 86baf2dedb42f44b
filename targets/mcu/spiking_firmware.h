// A spiking network's firmware as text: tables and calls, the runtime, and what builds and starts
// it.
#pragma once

#include "targets/mcu/firmware.h"
#include "targets/mcu/spiking_plan.h"

namespace synfire::mcu {

/// Bytes in flash and of one instance's state in RAM.
struct SpikingFootprint {
  std::int64_t weight_bytes = 0, constant_bytes = 0;
  std::int64_t potential_bytes = 0, sum_bytes = 0, spike_bytes = 0, ring_bytes = 0;
  std::int64_t state_bytes = 0;
};

SpikingFootprint footprint(const SpikingPlan& plan);

/// C has no arrays of nothing.
inline std::int64_t at_least_one(std::int64_t count) { return count > 0 ? count : 1; }

/// Throws `resource_limit` when the model cannot fit the board.
std::vector<FirmwareFile> make_firmware(const SpikingPlan& plan, const Board& board,
                                        const FirmwareOptions& options);

/// The model and the runtime; nothing of a board.
std::vector<FirmwareFile> network_files(const SpikingPlan& plan, const FirmwareOptions& options);

/// The model's own two files.
FirmwareFile model_header(const SpikingPlan& plan, const FirmwareOptions& options);
FirmwareFile model_source(const SpikingPlan& plan, const FirmwareOptions& options);

}  // namespace synfire::mcu
