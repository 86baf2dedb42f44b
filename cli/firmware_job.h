// What `generate` and `validate --target mcu` share: the options of a firmware or a package, its
// files, and the reports that lie beside them.
#pragma once

#include <optional>

#include "cli/arguments.h"
#include "targets/mcu/firmware.h"
#include "targets/mcu/measurement.h"
#include "targets/mcu/package.h"

namespace synfire {

struct FirmwareJob {
  mcu::Plan plan;
  const mcu::Board* board = nullptr;      // or
  const mcu::Package* package = nullptr;  // for whatever board
  mcu::FirmwareOptions options;
  std::vector<mcu::FirmwareFile> files;

  /// Of a package, on processors whose weights are packed: they need more RAM.
  mcu::Footprint footprint() const {
    return mcu::footprint(plan, board == nullptr || board->long_multiply, options);
  }
  std::string destination() const {
    return board != nullptr ? board->name : package->name + " package";
  }
};

/// Of --board or --package, --ring and --packed-weights; usage errors come before the network is
/// looked at. `stage`: "logits" leaves the decoders behind them to the firmware's user.
FirmwareJob make_firmware_job(const Arguments& arguments, const Network& network,
                              std::string_view stage);
const mcu::Board& board_of(const Arguments& arguments);
mcu::FirmwareOptions firmware_options(const Arguments& arguments);

OptionInfo board_option();
OptionInfo ring_option();
OptionInfo packed_weights_option();

/// What was computed from the plan.
Json computed_report(const FirmwareJob& job);
std::string computed_text(const FirmwareJob& job);

/// Sources with report.json and report.md; `measured` of both stands beside what was computed.
void write_firmware_folder(const std::filesystem::path& folder, const FirmwareJob& job,
                           const Json& measured = {}, const std::string& measured_text = {});

}  // namespace synfire
