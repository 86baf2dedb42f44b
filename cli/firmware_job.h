// What `generate` and `validate --target mcu` share: the options of a firmware, its files, and the
// reports that lie beside them.
#pragma once

#include <optional>

#include "cli/arguments.h"
#include "targets/mcu/firmware.h"
#include "targets/mcu/measurement.h"

namespace synfire {

struct FirmwareJob {
  mcu::Plan plan;
  const mcu::Board* board = nullptr;
  mcu::FirmwareOptions options;
  std::vector<mcu::FirmwareFile> files;

  mcu::Footprint footprint() const { return mcu::footprint(plan, *board, options); }
};

/// Of --board, --ring and --packed-weights; usage errors come before the network is looked at.
FirmwareJob make_firmware_job(const Arguments& arguments, const Network& network);
const mcu::Board& board_of(const Arguments& arguments);
mcu::FirmwareOptions firmware_options(const Arguments& arguments);

OptionInfo board_option(bool required);
OptionInfo ring_option();
OptionInfo packed_weights_option();

/// What was computed from the plan.
Json computed_report(const FirmwareJob& job);
std::string computed_text(const FirmwareJob& job);

/// Sources with report.json and report.md; `measured` of both stands beside what was computed.
void write_firmware_folder(const std::filesystem::path& folder, const FirmwareJob& job,
                           const Json& measured = {}, const std::string& measured_text = {});

}  // namespace synfire
