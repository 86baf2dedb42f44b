// What is read of tools: an ELF file's sizes and the demo's report; tools that are not there.
#include "targets/mcu/toolchain.h"

#include <gtest/gtest.h>

#include "core/base/diagnostics.h"
#include "targets/mcu/commands.h"

namespace synfire::mcu {
namespace {

class ElfMaker {
 public:
  ElfMaker() : bytes_(52) {
    const char start[] =
        "\x7f"
        "ELF\1\1";
    for (std::size_t i = 0; i < 6; ++i) bytes_[i] = static_cast<std::byte>(start[i]);
    put(32, 52), put(46, 40);
  }
  ElfMaker& section(std::uint32_t type, std::uint32_t flags, std::uint32_t size) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + 40);
    put(at + 4, type), put(at + 8, flags), put(at + 20, size);
    bytes_[48] = static_cast<std::byte>(++count_);
    return *this;
  }
  void put(std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) bytes_[at + i] = static_cast<std::byte>(value >> (8 * i));
  }
  std::vector<std::byte> bytes_;

 private:
  int count_ = 0;
};

Code code_of(const std::vector<std::byte>& file) {
  try {
    elf_size(file, "test.elf");
  } catch (const Failure& failure) {
    return failure.diagnostics().front().code;
  }
  return Code::internal;
}

TEST(ElfSize, SectionsAreSummedAsSizeDoes) {
  ElfMaker elf;
  elf.section(0, 0, 0)         // the empty first one
      .section(1, 6, 1000)     // .text: allocated, executable
      .section(1, 2, 50)       // .rodata
      .section(1, 3, 24)       // .data: allocated, written
      .section(8, 3, 4000)     // .bss
      .section(1, 0, 123456);  // .debug
  EXPECT_EQ(elf_size(elf.bytes_, "test.elf"), (ElfSize{1050, 24, 4000}));
  EXPECT_EQ(elf_size(elf.bytes_, "test.elf").flash(), 1074);
  EXPECT_EQ(elf_size(elf.bytes_, "test.elf").ram(), 4024);
}

TEST(ElfSize, DamagedFilesAreRefused) {
  ElfMaker elf;
  elf.section(1, 6, 1000);
  const std::size_t needed = 52 + 24;  // up to the size of the only section
  for (std::size_t length = 0; length < needed; ++length) {
    const auto end = elf.bytes_.begin() + static_cast<std::ptrdiff_t>(length);
    EXPECT_EQ(code_of({elf.bytes_.begin(), end}), Code::file_corrupt) << length;
  }
  ElfMaker far;
  far.section(1, 6, 1000).put(32, 0xFFFFFFF0u);
  EXPECT_EQ(code_of(far.bytes_), Code::file_corrupt);
  ElfMaker wide;
  wide.bytes_[4] = std::byte{2};  // 64 bits
  EXPECT_EQ(code_of(wide.bytes_), Code::file_corrupt);
}

const std::string kReport =
    "samples 20\ninstructions_least 2345678\ninstructions_greatest 2456789\n"
    "instructions_thousands 47925\ninstructions_rest 729\nstack_bytes 416\n";

TEST(Measurement, IsReadFromTheReport) {
  const Measurement m = read_measurement("emulator: a warning\n" + kReport, "test");
  EXPECT_EQ(m.samples, 20);
  EXPECT_EQ(m.instructions_total, 47925729);
  EXPECT_EQ(m.instructions_mean(), 2396286);
  EXPECT_EQ(m.instructions_least, 2345678);
  EXPECT_EQ(m.instructions_greatest, 2456789);
  EXPECT_EQ(m.stack_bytes, 416);
}

TEST(Measurement, AReportThatLacksALineIsAFailedTool) {
  for (const char* name : {"samples", "instructions_least", "instructions_rest", "stack_bytes"}) {
    std::string report = kReport;
    report.replace(report.find(name), 3, "xxx");
    try {
      read_measurement(report, "test");
      FAIL() << name;
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.exit_status(), 4);
      EXPECT_NE(failure.diagnostics()[0].message.find(name), std::string::npos);
    }
  }
}

TEST(Toolchain, EveryMissingToolIsNamedWithItsPackages) {
  Board board = find_board("riscv32-virt");
  board.compiler = "no-such-gcc", board.emulator = "no-such-qemu";
  try {
    expect_tools(board);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit_status(), 4);
    ASSERT_EQ(failure.diagnostics().size(), 2U);
    EXPECT_NE(failure.diagnostics()[0].hint.find("picolibc-riscv64-unknown-elf"),
              std::string::npos);
    EXPECT_NE(failure.diagnostics()[1].hint.find("qemu-system-misc"), std::string::npos);
  }
}

TEST(Toolchain, CommandsAreTheBoardsWords) {
  const auto words = emulator_command(find_board("mps2-an386"));
  EXPECT_EQ(words.front(), "qemu-system-arm");
  EXPECT_EQ(words[2], "mps2-an386");
  EXPECT_EQ(words.back(), "-kernel");
  EXPECT_EQ(link_options(find_board("mps2-an386")).front(), "--specs=nosys.specs");
}

}  // namespace
}  // namespace synfire::mcu
