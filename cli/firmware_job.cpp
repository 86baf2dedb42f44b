#include "cli/firmware_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "cli/interruption.h"
#include "cli/table.h"
#include "targets/mcu/toolchain.h"

namespace synfire {
namespace {

Json to_json(const mcu::Layer& layer) {
  const auto* linear = std::get_if<mcu::Linear>(&layer.work);
  const auto* depthwise = std::get_if<mcu::Depthwise>(&layer.work);
  const mcu::Rescale* rescale = linear      ? &linear->rescale
                                : depthwise ? &depthwise->rescale
                                            : nullptr;
  Json inputs_at = Json::array();
  for (const mcu::Input& input : layer.inputs) inputs_at.push_back(input.map.at);
  const bool in_place = std::ranges::any_of(
      layer.inputs, [&](const mcu::Input& input) { return input.map.at == layer.out.at; });
  return {{"layer", layer.name},
          {"operator", layer.origin},
          {"kernel", mcu::kernel_name(layer)},
          {"single_step_rescale", rescale != nullptr && rescale->single()},
          {"macs", layer.macs},
          {"in_place", in_place},
          {"inputs_at", inputs_at},
          {"output_at", layer.out.at}};
}

std::string markdown(const FirmwareJob& job, const std::string& measured) {
  const std::string rest =
      measured.empty()
          ? "\n`synfire validate --target mcu` measures code, stack and instructions on a board.\n"
          : fmt::format("\n## Measured\n\n```\n{}```\n", measured);
  return fmt::format("# Firmware of {} for {}\n\nNetwork {}.\n\n## Computed\n\n```\n{}```\n{}",
                     job.plan.name, job.destination(), job.plan.hash, computed_text(job), rest);
}

}  // namespace

const mcu::Board& board_of(const Arguments& arguments) {
  return mcu::find_board(arguments.text("board"));
}

mcu::FirmwareOptions firmware_options(const Arguments& arguments) {
  const auto ring = static_cast<std::uint64_t>(arguments.integer("ring"));
  if (!std::has_single_bit(ring))
    fail(Code::bad_option_value, "--ring", fmt::format("{} is not a power of two", ring));
  return {.ring = static_cast<std::int64_t>(ring), .version = SYNFIRE_VERSION};
}

FirmwareJob make_firmware_job(const Arguments& arguments, const Network& network,
                              std::string_view stage) {
  FirmwareJob job;
  if (arguments.given("package"))
    job.package = &mcu::find_package(arguments.text("package"));
  else
    job.board = &board_of(arguments);
  job.options = firmware_options(arguments);
  job.plan = mcu::make_plan(
      network, {.word_limit = arguments.integer("packed-weights"), .decodes = stage != "logits"});
  job.files = job.board != nullptr ? mcu::make_firmware(job.plan, *job.board, job.options)
                                   : mcu::make_package(job.plan, *job.package, job.options);
  return job;
}

OptionInfo board_option() {
  return {.name = "board",
          .kind = ValueKind::choice,
          .value = "NAME",
          .meaning = "the board",
          .choices = mcu::board_names};
}

OptionInfo ring_option() {
  return {.name = "ring",
          .kind = ValueKind::integer,
          .value = "N",
          .meaning = "events that may wait to be served, a power of two",
          .fallback = "64",
          .low = 2,
          .high = 32768};
}

OptionInfo packed_weights_option() {
  return {.name = "packed-weights",
          .kind = ValueKind::integer,
          .value = "BYTES",
          .meaning = "RAM that one layer's weights may take in packed form",
          .fallback = "8192",
          .low = 0,
          .high = 1 << 24};
}

Json computed_report(const FirmwareJob& job) {
  const mcu::Footprint use = job.footprint();
  Json layers = Json::array();
  for (const mcu::Layer& layer : job.plan.layers) layers.push_back(to_json(layer));
  return {{"kind", "computed"},
          {"network", job.plan.name},
          {"network_hash", job.plan.hash},
          {job.board != nullptr ? "board" : "package",
           job.board != nullptr ? job.board->name : job.package->name},
          {"weight_bytes", use.weight_bytes},
          {"constant_bytes", use.constant_bytes},
          {"state_bytes", use.state_bytes},
          {"arena_bytes", use.arena_bytes},
          {"event_bytes", use.event_bytes},
          {"packed_weight_bytes", use.word_bytes},
          {"decoders_left_out", job.plan.decoders},
          {"layers", layers}};
}

std::string computed_text(const FirmwareJob& job) {
  const mcu::Footprint use = job.footprint();
  std::vector<std::vector<std::string>> rows{{"layer", "operator", "kernel", "MACs", "output at"}};
  for (const mcu::Layer& layer : job.plan.layers)
    rows.push_back({layer.name, short_origin(layer.origin), mcu::kernel_name(layer),
                    grouped(layer.macs), std::to_string(layer.out.at)});
  return text_table(rows) +
         fmt::format(
             "\nflash: weights {} B, constants {} B, and the code\n"
             "RAM: state {} B (arena {}, events {}, packed weights {}), and the stack\n",
             use.weight_bytes, use.constant_bytes, use.state_bytes, use.arena_bytes,
             use.event_bytes, use.word_bytes);
}

void write_firmware_folder(const std::filesystem::path& folder, const FirmwareJob& job,
                           const Json& measured, const std::string& measured_text) {
  Json report = computed_report(job);
  if (!measured.is_null()) report["measured"] = measured;
  std::vector<mcu::FirmwareFile> files = job.files;
  files.push_back({"report.json", report.dump(2) + "\n"});
  files.push_back({"report.md", markdown(job, measured_text)});
  begin_writing();
  mcu::write_firmware(folder, files);
}

}  // namespace synfire
