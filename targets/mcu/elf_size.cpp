#include "targets/mcu/elf_size.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/io/file_reader.h"

namespace synfire::mcu {
namespace {

// Offsets in the file's header and in a section's.
constexpr std::size_t kSectionTable = 32, kSectionSize = 46, kSectionCount = 48;
constexpr std::size_t kType = 4, kFlags = 8, kBytes = 20, kSectionHeader = 40;
constexpr std::uint32_t kNoBits = 8, kWrite = 1, kAllocated = 2;

class Elf {
 public:
  Elf(std::span<const std::byte> file, std::string where) : file_(file), where_(std::move(where)) {
    constexpr std::array<std::uint8_t, 6> kStart{0x7f, 'E', 'L', 'F', 1, 1};
    for (std::size_t i = 0; i < kStart.size(); ++i)
      if (number(i, 1) != kStart[i])
        fail(Code::file_corrupt, where_, "is no little-endian ELF file of 32 bits");
  }

  /// Little-endian.
  std::uint32_t number(std::size_t at, std::size_t bytes) const {
    if (at > file_.size() || file_.size() - at < bytes)
      fail(Code::file_corrupt, where_, "an ELF header lies outside the file");
    std::uint32_t value = 0;
    for (std::size_t i = bytes; i-- > 0;)
      value = value << 8 | std::to_integer<std::uint32_t>(file_[at + i]);
    return value;
  }

  ElfSize size() const {
    const std::size_t width = number(kSectionSize, 2), count = number(kSectionCount, 2);
    if (width < kSectionHeader) fail(Code::file_corrupt, where_, "has no section headers");
    ElfSize size;
    for (std::size_t i = 0; i < count; ++i) add(number(kSectionTable, 4) + i * width, size);
    return size;
  }

 private:
  void add(std::size_t section, ElfSize& size) const {
    const std::uint32_t flags = number(section + kFlags, 4);
    const std::uint32_t bytes = number(section + kBytes, 4);
    if ((flags & kAllocated) == 0) return;
    if (number(section + kType, 4) == kNoBits)
      size.bss += bytes;
    else
      ((flags & kWrite) != 0 ? size.data : size.text) += bytes;
  }

  std::span<const std::byte> file_;
  std::string where_;
};

}  // namespace

ElfSize elf_size(std::span<const std::byte> file, const std::string& where) {
  return Elf(file, where).size();
}

ElfSize elf_size(const std::filesystem::path& path) {
  FileReader reader(path);
  std::vector<std::byte> bytes(static_cast<std::size_t>(reader.size()));
  reader.read(bytes);
  return elf_size(bytes, path.filename().string());
}

}  // namespace synfire::mcu
