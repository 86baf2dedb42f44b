// The words of the commands that build and run a board's firmware: for this program, and for the
// CMakeLists.txt that firmware comes with.
#pragma once

#include <string>
#include <vector>

#include "targets/mcu/board.h"

namespace synfire::mcu {

/// What the board adds to the demo, of the folder of boards.
std::vector<std::string> start_up_files(const Board& board);
/// Of every compiler, the host's too.
std::vector<std::string> warning_options();
/// Of the board's compiler, to compile and to link.
std::vector<std::string> machine_options(const Board& board);
/// Beside machine_options; the linker script follows.
std::vector<std::string> link_options(const Board& board);
/// The emulator up to the firmware's file; it has files and standard output by semihosting.
std::vector<std::string> emulator_command(const Board& board);

inline constexpr const char* kOptimisation = "-O2";

}  // namespace synfire::mcu
