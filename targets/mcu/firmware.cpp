#include "targets/mcu/firmware.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/diagnostics.h"
#include "targets/mcu/coding.h"
#include "targets/mcu/commands.h"
#include "targets/mcu/embedded.h"
#include "targets/mcu/pipeline.h"
#include "targets/mcu/template_text.h"

namespace synfire::mcu {
namespace {

constexpr std::string_view kRuntime = "targets/mcu/runtime/";
constexpr std::string_view kBoards = "targets/mcu/boards/";

std::string linker_script(const Board& board) {
  return filled(std::string(embedded_text("targets/mcu/boards/link.ld.in")),
                {{"ENTRY", board.entry},
                 {"FLASH_ORIGIN", board.flash_origin},
                 {"FLASH_SIZE", std::to_string(board.flash_size)},
                 {"RAM_ORIGIN", board.ram_origin},
                 {"RAM_SIZE", std::to_string(board.ram_size)},
                 {"STACK_SIZE", std::to_string(board.stack_size)}});
}

std::string board_config(const Board& board) {
  return fmt::format(
      "/* Board {}. */\n#define BOARD_TIMER {}u\n#define BOARD_TICKS {}u\n"
      "#define BOARD_INSTRUCTIONS {}u\n",
      board.name, board.timer, board.ticks, board.instructions);
}

std::string cmake_lists(const Board& board) {
  const auto list = [](const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, " "));
  };
  return filled(std::string(embedded_text("targets/mcu/boards/CMakeLists.txt.in")),
                {{"BOARD", board.name},
                 {"COMPILER", board.compiler},
                 {"OPTIMISATION", kOptimisation},
                 {"WARNINGS", list(warning_options())},
                 {"FLAGS", list(machine_options(board))},
                 {"LINK_FLAGS", list(link_options(board))},
                 {"STARTUP", fmt::format("board/{}", fmt::join(start_up_files(board), " board/"))},
                 {"EMULATOR", list(emulator_command(board))}});
}

/// Whether one of the files includes it.
bool is_included(std::string_view path, const std::vector<FirmwareFile>& files) {
  const std::string line = fmt::format("#include \"{}\"", path);
  return std::ranges::any_of(
      files, [&](const FirmwareFile& file) { return file.text.find(line) != std::string::npos; });
}

std::int64_t rescale_bytes(const Rescale& rescale) {
  return static_cast<std::int64_t>(8 * rescale.steps.channel.size() +
                                   sizeof(synfire_graded_t) * rescale.exact.size());
}

}  // namespace

void expect_room(const Board& board, std::int64_t flash, std::int64_t state) {
  Diagnostics diagnostics;
  const auto check = [&](const char* what, std::int64_t needed, std::int64_t limit) {
    if (needed > limit)
      diagnostics.error(
          Code::resource_limit, "board " + board.name,
          fmt::format("the network needs {} bytes of {}, the board has {}", needed, what, limit));
  };
  check("flash", flash, board.flash_size);
  check("RAM", state + board.stack_size, board.ram_size);
  diagnostics.throw_if_error();
}

std::vector<FirmwareFile> runtime_files(std::string_view folder) {
  std::vector<FirmwareFile> files;
  for (const EmbeddedFile& file : embedded_files())
    if (file.path.starts_with(folder) && file.path != kSpikingDemo)
      files.push_back({std::string(file.path.substr(folder.size())), std::string(file.text)});
  for (std::size_t before = 0; before != files.size();) {
    before = files.size();
    for (const EmbeddedFile& file : embedded_files())
      if (!file.path.starts_with("targets/") && is_included(file.path, files) &&
          std::ranges::find(files, file.path, &FirmwareFile::path) == files.end())
        files.push_back({std::string(file.path), std::string(file.text)});
  }
  return files;
}

void add_board(std::vector<FirmwareFile>& files, const Board& board, std::string_view demo) {
  const auto copy = [&](const std::string& name) {
    files.push_back({"board/" + name, std::string(embedded_text(std::string(kBoards) + name))});
  };
  for (const char* name : {"board.h", "host.c", "semihosting.h", "semihosting.c"}) copy(name);
  for (const std::string& name : start_up_files(board)) copy(name);
  files.push_back({"main.c", std::string(embedded_text(demo))});
  files.push_back({"board/board_config.h", board_config(board)});
  files.push_back({"board/link.ld", linker_script(board)});
  files.push_back({"CMakeLists.txt", cmake_lists(board)});
}

std::int64_t decoded_bytes(const Plan& plan) {
  const std::int64_t outputs = plan.output.channels * plan.output.rows * plan.output.columns;
  return plan.decoding.any() ? (plan.decoding.bytes(outputs) + 3) / 4 * 4 : 0;
}

Footprint footprint(const Plan& plan, bool long_multiply, const FirmwareOptions& options) {
  Footprint use;
  for (const Layer& layer : plan.layers) {
    if (const auto* linear = std::get_if<Linear>(&layer.work)) {
      use.weight_bytes += static_cast<std::int64_t>(linear->weight.size());
      if (layer.spikes)
        use.weight_bytes += 4 * static_cast<std::int64_t>(layer.spikes->words.size());
      use.constant_bytes +=
          linear->packed ? 10 * linear->width * linear->groups : rescale_bytes(linear->rescale);
    } else if (const auto* depthwise = std::get_if<Depthwise>(&layer.work)) {
      use.weight_bytes += static_cast<std::int64_t>(depthwise->weight.size());
      use.constant_bytes += rescale_bytes(depthwise->rescale);
    } else if (const auto* relay = std::get_if<Relay>(&layer.work)) {
      use.constant_bytes += static_cast<std::int64_t>(sizeof relay->byte + 4 * relay->from.size());
    } else if (std::holds_alternative<Mean>(layer.work)) {
      use.constant_bytes += static_cast<std::int64_t>(sizeof(synfire_graded_t));
    } else if (const auto* add = std::get_if<Add>(&layer.work)) {
      use.constant_bytes +=
          static_cast<std::int64_t>(add->tables ? sizeof add->tables->operand : sizeof add->exact);
    }
  }
  if (plan.coding == Coding::pipelined) use.constant_bytes = pipeline_constant_bytes(plan);
  const std::int64_t outputs = plan.output.channels * plan.output.rows * plan.output.columns;
  use.arena_bytes = long_multiply ? plan.arena_bytes : plan.plain_arena_bytes;
  use.event_bytes = 8 * std::max<std::int64_t>(plan.events, 1);
  use.word_bytes =
      std::max<std::int64_t>({4, plan.spike_bytes, long_multiply ? plan.word_bytes : 0});
  use.state_bytes = use.word_bytes + use.event_bytes + 4 * options.ring + 12 + decoded_bytes(plan) +
                    (outputs + use.arena_bytes + 3) / 4 * 4;
  return use;
}

std::vector<FirmwareFile> network_files(const Plan& plan, const FirmwareOptions& options) {
  std::vector<FirmwareFile> files = runtime_files(kRuntime);
  if (const std::string_view folder = coding_folder(plan.coding); !folder.empty())
    for (const FirmwareFile& file : runtime_files(folder))
      if (std::ranges::find(files, file.path, &FirmwareFile::path) == files.end())
        files.push_back(file);
  files.push_back(model_header(plan, options));
  files.push_back(model_source(plan, options));
  return files;
}

std::vector<FirmwareFile> make_firmware(const Plan& plan, const Board& board,
                                        const FirmwareOptions& options) {
  const Footprint use = footprint(plan, board.long_multiply, options);
  expect_room(board, use.weight_bytes + use.constant_bytes, use.state_bytes);
  std::vector<FirmwareFile> files = network_files(plan, options);
  add_board(files, board, "targets/mcu/boards/main.c");
  return files;
}

}  // namespace synfire::mcu
