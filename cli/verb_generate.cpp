#include <fmt/format.h>

#include <bit>
#include <filesystem>

#include "cli/arguments.h"
#include "cli/interruption.h"
#include "cli/network_file.h"
#include "cli/session.h"
#include "cli/table.h"
#include "core/io/atomic_file.h"
#include "targets/mcu/firmware.h"

namespace synfire {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> target_names() { return {"mcu"}; }

mcu::FirmwareOptions firmware_options(const Arguments& arguments) {
  const auto ring = static_cast<std::uint64_t>(arguments.integer("ring"));
  if (!std::has_single_bit(ring))
    fail(Code::bad_option_value, "--ring", fmt::format("{} is not a power of two", ring));
  return {.ring = static_cast<std::int64_t>(ring), .version = SYNFIRE_VERSION};
}

Json to_json(const mcu::Layer& layer) {
  const auto* linear = std::get_if<mcu::Linear>(&layer.work);
  const auto* depthwise = std::get_if<mcu::Depthwise>(&layer.work);
  const mcu::Rescale* rescale = linear      ? &linear->rescale
                                : depthwise ? &depthwise->rescale
                                            : nullptr;
  return {{"layer", layer.name},
          {"operator", layer.origin},
          {"kernel", mcu::kernel_name(layer)},
          {"single_step_rescale", rescale != nullptr && rescale->single()},
          {"macs", layer.macs},
          {"in_place", layer.in().at == layer.out.at},
          {"input_at", layer.in().at},
          {"output_at", layer.out.at}};
}

Json report_of(const mcu::Plan& plan, const mcu::Board& board,
               const mcu::FirmwareOptions& options) {
  const mcu::Footprint use = mcu::footprint(plan, board, options);
  Json layers = Json::array();
  for (const mcu::Layer& layer : plan.layers) layers.push_back(to_json(layer));
  return {{"network", plan.name},
          {"network_hash", plan.hash},
          {"board", board.name},
          {"weight_bytes", use.weight_bytes},
          {"constant_bytes", use.constant_bytes},
          {"state_bytes", use.state_bytes},
          {"arena_bytes", use.arena_bytes},
          {"event_bytes", use.event_bytes},
          {"packed_weight_bytes", use.word_bytes},
          {"decoders_left_out", plan.decoders},
          {"layers", layers}};
}

std::string text_of(const mcu::Plan& plan, const mcu::Footprint& use) {
  std::vector<std::vector<std::string>> rows{{"layer", "operator", "kernel", "MACs", "output at"}};
  for (const mcu::Layer& layer : plan.layers)
    rows.push_back({layer.name, short_origin(layer.origin), mcu::kernel_name(layer),
                    grouped(layer.macs), std::to_string(layer.out.at)});
  return text_table(rows) +
         fmt::format(
             "\nflash: weights {} B, constants {} B, and the code\n"
             "RAM: state {} B (arena {}, events {}, packed weights {}), and the stack\n",
             use.weight_bytes, use.constant_bytes, use.state_bytes, use.arena_bytes,
             use.event_bytes, use.word_bytes);
}

std::string markdown(const mcu::Plan& plan, const mcu::Board& board, const std::string& table) {
  return fmt::format(
      "# Firmware of {} for {}\n\nNetwork {}.\nComputed when it was generated; instructions and "
      "stack "
      "are what the demo reports when it runs.\n\n```\n{}```\n",
      plan.name, board.name, plan.hash, table);
}

void write_all(const fs::path& folder, const std::vector<mcu::FirmwareFile>& files) {
  for (const mcu::FirmwareFile& file : files) {
    const fs::path path = folder / file.path;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error)
      fail(Code::file_write, path.parent_path().string(), "cannot be made: " + error.message());
    write_file(path, file.text);
  }
}

Outcome run(const Arguments& arguments, Session& session) {
  const mcu::Board& board = mcu::find_board(arguments.text("board"));
  const mcu::FirmwareOptions options = firmware_options(arguments);
  const Network network = read_network(arguments.text("NETWORK"));
  const mcu::Plan plan =
      mcu::make_plan(network, {.word_limit = arguments.integer("packed-weights")});
  std::vector<mcu::FirmwareFile> files = mcu::make_firmware(plan, board, options);
  Outcome outcome;
  outcome.data = report_of(plan, board, options);
  outcome.text = text_of(plan, mcu::footprint(plan, board, options));
  files.push_back({"report.json", outcome.data.dump(2) + "\n"});
  files.push_back({"report.md", markdown(plan, board, outcome.text)});
  const fs::path folder = arguments.text("output");
  begin_writing();
  write_all(folder, files);
  outcome.data["output"] = folder.string();
  session.message("wrote " + folder.string());
  return outcome;
}

}  // namespace

extern const Verb verb_generate{
    .name = "generate",
    .summary = "write firmware for a microcontroller: C99 sources, a demo and how to build it",
    .examples = {"synfire generate kws.nir --board mps2-an386 -o fw/",
                 "synfire generate kws.nir --board riscv32-virt --ring 256 -o fw/"},
    .options = {{.name = "output",
                 .letter = 'o',
                 .kind = ValueKind::text,
                 .value = "FOLDER",
                 .meaning = "the folder to write",
                 .required = true},
                {.name = "target",
                 .kind = ValueKind::choice,
                 .value = "NAME",
                 .meaning = "what the network is generated for",
                 .fallback = "mcu",
                 .choices = target_names},
                {.name = "board",
                 .kind = ValueKind::choice,
                 .value = "NAME",
                 .meaning = "the board",
                 .choices = mcu::board_names,
                 .required = true},
                {.name = "ring",
                 .kind = ValueKind::integer,
                 .value = "N",
                 .meaning = "events that may wait to be served, a power of two",
                 .fallback = "64",
                 .low = 2,
                 .high = 32768},
                {.name = "packed-weights",
                 .kind = ValueKind::integer,
                 .value = "BYTES",
                 .meaning = "RAM that one layer's weights may take in packed form",
                 .fallback = "8192",
                 .low = 0,
                 .high = 1 << 24}},
    .arguments = {{"NETWORK", "a network of graded neurons (.nir)"}},
    .run = run,
};

}  // namespace synfire
