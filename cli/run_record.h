// What `run` leaves in its -o file: spikes, outputs, activity, and everything needed to make it
// again.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/session.h"
#include "core/io/recording.h"
#include "targets/cpu/runner.h"

namespace synfire {

/// Refuses, before the simulation, files that cannot be written, that are inputs, or that two
/// options name.
void check_run_outputs(const Arguments& arguments);
/// The -o and --report files that were asked for.
void write_run_outputs(const Arguments& arguments, const Recording& recording);
/// The page of --report.
void write_run_report(const Arguments& arguments, const Recording& recording);

class RunRecord {
 public:
  /// Notes the time at which the run starts.
  RunRecord(const Arguments& arguments, const Session& session);
  /// Of a run that kept the spikes of its first `record_samples` samples.
  Recording recording(const Network& network, const RunResult& result,
                      const std::vector<std::int64_t>& labels, std::int64_t record_samples) const;
  /// Of a run that took `wall_s` until now.
  Provenance provenance(const Network& network, double wall_s) const;

 private:
  const Arguments& arguments_;
  const Session& session_;
  std::string started_;
};

}  // namespace synfire
