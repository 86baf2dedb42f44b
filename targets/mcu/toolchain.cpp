#include "targets/mcu/toolchain.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <sstream>

#include "core/base/child_process.h"
#include "core/base/diagnostics.h"
#include "core/io/atomic_file.h"
#include "core/io/file_reader.h"
#include "targets/mcu/commands.h"

namespace synfire::mcu {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr double kBuildSeconds = 300, kVersionSeconds = 30;
constexpr double kRunSeconds = 60, kSampleSeconds = 1;
constexpr std::size_t kQuoted = 2000;  // characters of a tool's words in a message

/// The last lines tell what was wrong.
std::string end_of(const std::string& text) {
  const std::string rest =
      text.size() > kQuoted ? "..." + text.substr(text.size() - kQuoted) : text;
  return rest.substr(0, rest.find_last_not_of(" \n") + 1);
}

ChildResult run_tool(const Words& words, const fs::path& folder, double seconds) {
  try {
    ChildResult result = run_child(words, folder, seconds);
    if (result.timed_out)
      fail(Code::tool_failed, words.front(),
           fmt::format("did not end within {:.0f} s and was stopped", seconds));
    if (result.status != 0)
      fail(Code::tool_failed, words.front(),
           fmt::format("ended with status {}:\n{}", result.status, end_of(result.output)));
    return result;
  } catch (const std::system_error& error) {
    fail(Code::tool_failed, words.front(), fmt::format("cannot be started: {}", error.what()));
  }
}

void append(Words& words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
}

Words compiler_command(const Board& board, const std::vector<FirmwareFile>& files,
                       const std::string& elf) {
  Words words{board.compiler, kOptimisation, "-std=c99"};
  append(words, warning_options());
  append(words, machine_options(board));
  append(words, {"-I.", "-Iboard"});
  for (const FirmwareFile& file : files)
    if (file.path.ends_with(".c") && file.path != "board/host.c") words.push_back(file.path);
  append(words, link_options(board));
  append(words, {"board/link.ld", "-o", elf});
  return words;
}

std::map<std::string, std::int64_t> lines_of(const std::string& report) {
  std::map<std::string, std::int64_t> values;
  std::istringstream stream(report);
  for (std::string line; std::getline(stream, line);) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string::npos) continue;
    std::int64_t value = 0;
    const char* const stop = line.data() + line.size();
    const auto [end, error] = std::from_chars(line.data() + blank + 1, stop, value);
    if (error == std::errc() && end == stop) values[line.substr(0, blank)] = value;
  }
  return values;
}

std::vector<std::byte> bytes_of(const fs::path& path) {
  FileReader reader(path);
  std::vector<std::byte> bytes(static_cast<std::size_t>(reader.size()));
  reader.read(bytes);
  return bytes;
}

void expect_complete(const EmulatedRun& run, std::int64_t samples, const Board& board) {
  if (run.measurement.samples != samples)
    fail(Code::tool_failed, board.emulator,
         fmt::format("the firmware served {} of {} samples", run.measurement.samples, samples));
}

}  // namespace

void expect_tools(const Board& board) {
  Diagnostics diagnostics;
  const auto expect = [&](const std::string& tool, const std::string& packages) {
    if (find_program(tool).empty())
      diagnostics.error(Code::tool_missing, "board " + board.name, tool + " is not in PATH",
                        "on Debian: apt-get install " + packages);
  };
  expect(board.compiler, board.compiler_package);
  expect(board.emulator, board.emulator_package);
  diagnostics.throw_if_error();
}

std::string version_of(const std::string& tool, const fs::path& folder) {
  const std::string text = run_tool({tool, "--version"}, folder, kVersionSeconds).output;
  return text.substr(0, text.find('\n'));
}

void write_firmware(const fs::path& folder, const std::vector<FirmwareFile>& files) {
  for (const FirmwareFile& file : files) {
    const fs::path path = folder / file.path;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error)
      fail(Code::file_write, path.parent_path().string(), "cannot be made: " + error.message());
    write_file(path, file.text);
  }
}

BuiltFirmware build_firmware(const fs::path& folder, const std::vector<FirmwareFile>& files,
                             const Board& board) {
  BuiltFirmware firmware;
  firmware.elf = folder / "firmware.elf";
  const Words command = compiler_command(board, files, firmware.elf.filename().string());
  firmware.warnings = run_tool(command, folder, kBuildSeconds).output;
  firmware.size = elf_size(firmware.elf);
  return firmware;
}

EmulatedRun emulate_firmware(const fs::path& folder, const BuiltFirmware& firmware,
                             const Board& board, std::span<const std::byte> input,
                             std::int64_t samples) {
  write_file(folder / "input.bin", input);
  Words command = emulator_command(board);
  command.push_back(firmware.elf.filename().string());
  const double limit = kRunSeconds + kSampleSeconds * static_cast<double>(samples);
  const ChildResult result = run_tool(command, folder, limit);
  EmulatedRun run{read_measurement(result.output, board.emulator), bytes_of(folder / "output.bin")};
  run.measurement.size = firmware.size;
  expect_complete(run, samples, board);
  return run;
}

Measurement read_measurement(const std::string& report, const std::string& where) {
  const auto lines = lines_of(report);
  const auto value = [&](const std::string& name) {
    const auto found = lines.find(name);
    if (found == lines.end())
      fail(Code::tool_failed, where,
           fmt::format("the firmware does not report {}:\n{}", name, end_of(report)));
    return found->second;
  };
  Measurement measurement;
  measurement.samples = value("samples");
  measurement.instructions_least = value("instructions_least");
  measurement.instructions_greatest = value("instructions_greatest");
  measurement.instructions_total =
      1000 * value("instructions_thousands") + value("instructions_rest");
  measurement.stack_bytes = value("stack_bytes");
  const auto optional = [&](const std::string& name) {
    return lines.contains(name) ? value(name) : 0;
  };
  measurement.events = 1000 * optional("events_thousands") + optional("events_rest");
  measurement.push_instructions = optional("push_instructions");
  measurement.dropped = optional("dropped");
  return measurement;
}

}  // namespace synfire::mcu
