// What `generate` and `validate --target mcu` share for spiking networks.
#pragma once

#include "cli/arguments.h"
#include "cli/session.h"
#include "targets/mcu/measurement.h"
#include "targets/mcu/package.h"

namespace synfire {

struct SpikingJob {
  mcu::SpikingPlan plan;
  const mcu::Board* board = nullptr;      // or
  const mcu::Package* package = nullptr;  // for whatever board
  mcu::FirmwareOptions options;
  std::vector<mcu::FirmwareFile> files;

  std::string destination() const {
    return board != nullptr ? board->name : package->name + " package";
  }
};

/// Of --board or --package, and --ring.
SpikingJob make_spiking_job(const Arguments& arguments, const Network& network);

/// What was computed from the plan.
Json computed_report(const SpikingJob& job);
std::string computed_text(const SpikingJob& job);

/// Sources with report.json and report.md.
void write_firmware_folder(const std::filesystem::path& folder, const SpikingJob& job,
                           const Json& measured = {}, const std::string& measured_text = {});

/// `validate --target mcu` of a spiking network: all spikes of all steps, and the output's
/// potentials, against the desktop's engine.
Outcome validate_spiking(const Arguments& arguments, Session& session, const Network& network);

}  // namespace synfire
