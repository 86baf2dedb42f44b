// What a linked program takes, as `size` tells it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace synfire::mcu {

struct ElfSize {
  std::int64_t text = 0;  // code and constants
  std::int64_t data = 0;  // variables with a value: in flash, and in RAM
  std::int64_t bss = 0;   // variables that start at 0

  std::int64_t flash() const { return text + data; }
  std::int64_t ram() const { return data + bss; }
  bool operator==(const ElfSize&) const = default;
};

/// Of a little-endian ELF file of 32 bits. Throws `file_corrupt` with `where`.
ElfSize elf_size(std::span<const std::byte> file, const std::string& where);
ElfSize elf_size(const std::filesystem::path& path);

}  // namespace synfire::mcu
