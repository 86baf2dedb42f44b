// Firmware as text: the model's tables and calls, the runtime, and what builds and starts it.
#pragma once

#include <string>
#include <vector>

#include "targets/mcu/board.h"
#include "targets/mcu/plan.h"

namespace synfire::mcu {

struct FirmwareFile {
  std::string path;  // in the firmware's folder
  std::string text;
};

struct FirmwareOptions {
  std::int64_t ring = 64;  // events that may wait, a power of two
  std::string version;     // of Synfire
};

/// Bytes of the model's constants in flash and of one instance's state in RAM.
struct Footprint {
  std::int64_t weight_bytes = 0, constant_bytes = 0;
  std::int64_t state_bytes = 0, arena_bytes = 0, event_bytes = 0, word_bytes = 0;
};

/// Of the state: decoded outputs, in whole words; 0 where the logits are the outputs.
std::int64_t decoded_bytes(const Plan& plan);

/// `long_multiply`: the processor's weights are packed in RAM, as Board has it.
Footprint footprint(const Plan& plan, bool long_multiply, const FirmwareOptions& options);

inline constexpr std::string_view kSpikingDemo = "targets/mcu/spiking/demo.c";

/// Throws `resource_limit` when the board has less flash, or RAM beside its stack.
void expect_room(const Board& board, std::int64_t flash, std::int64_t state);
/// A folder's runtime and the shared headers that it includes.
std::vector<FirmwareFile> runtime_files(std::string_view folder);
/// What builds `demo`, a file of this tree, and starts it.
void add_board(std::vector<FirmwareFile>& files, const Board& board, std::string_view demo);

/// Throws `resource_limit` when the model cannot fit the board.
std::vector<FirmwareFile> make_firmware(const Plan& plan, const Board& board,
                                        const FirmwareOptions& options);

/// The model and the runtime, all that an application needs; nothing of a board.
std::vector<FirmwareFile> network_files(const Plan& plan, const FirmwareOptions& options);

/// The model's own two files.
FirmwareFile model_header(const Plan& plan, const FirmwareOptions& options);
FirmwareFile model_source(const Plan& plan, const FirmwareOptions& options);

}  // namespace synfire::mcu
