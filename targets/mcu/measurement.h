// What a firmware needed when it ran: counted by the emulator, read from the linked program.
#pragma once

#include <cstdint>

#include "targets/mcu/elf_size.h"

namespace synfire::mcu {

struct Measurement {
  std::int64_t samples = 0;
  std::int64_t instructions_least = 0, instructions_greatest = 0;  // of an inference
  std::int64_t instructions_total = 0;
  std::int64_t stack_bytes = 0;  // the deepest that was reached
  /// Of spiking networks, whose samples are steps.
  std::int64_t events = 0, push_instructions = 0, dropped = 0;
  ElfSize size;  // of the whole demo, start-up and test sample included

  /// Rounded to the nearest.
  std::int64_t instructions_mean() const {
    return samples == 0 ? 0 : (instructions_total + samples / 2) / samples;
  }
  std::int64_t flash_bytes() const { return size.flash(); }
  std::int64_t ram_bytes() const { return size.ram() + stack_bytes; }
};

}  // namespace synfire::mcu
