// The board's own tools on this machine: its compiler and its emulator.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "targets/mcu/firmware.h"
#include "targets/mcu/measurement.h"

namespace synfire::mcu {

/// Throws `tool_missing` for every tool of the board that PATH does not have.
void expect_tools(const Board& board);

/// The first line of its --version.
std::string version_of(const std::string& tool, const std::filesystem::path& folder);

void write_firmware(const std::filesystem::path& folder, const std::vector<FirmwareFile>& files);

struct BuiltFirmware {
  std::filesystem::path elf;
  ElfSize size;
  std::string warnings;  // the compiler's words; empty is good
};

/// Compiles and links what write_firmware wrote. Throws `tool_failed` with the compiler's words.
BuiltFirmware build_firmware(const std::filesystem::path& folder,
                             const std::vector<FirmwareFile>& files, const Board& board);

struct EmulatedRun {
  Measurement measurement;
  std::vector<std::byte> output;  // SNN_OUTPUT_SIZE bytes a sample
};

/// Serves `input`, `samples` samples. Throws `tool_failed` when the emulator does not do it within
/// a minute and a second a sample.
EmulatedRun emulate_firmware(const std::filesystem::path& folder, const BuiltFirmware& firmware,
                             const Board& board, std::span<const std::byte> input,
                             std::int64_t samples);

/// What the demo reports, lines of "name value". Throws `tool_failed` when one is missing.
Measurement read_measurement(const std::string& report, const std::string& where);

}  // namespace synfire::mcu
