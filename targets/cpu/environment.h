// What is outside of a network and acts on it while it runs: shows it samples, rewards it.
#pragma once

#include <memory>
#include <vector>

#include "core/base/state_archive.h"
#include "core/net/experiment.h"

namespace synfire {

class NetworkRun;
struct ExperimentResult;

/// Acts between two steps, at times of its own choice. It decides by what it gets from the network,
/// which is the same on any number of threads and ranks, and by its own state.
class Environment {
 public:
  static constexpr double kNever = 1e300;

  virtual ~Environment() = default;
  /// When it acts next, after its last act; kNever when it is done. In the clock engine it acts
  /// before the step that is nearest. What is due at the run's end is done there.
  virtual double next_ms() const = 0;
  /// It is time. Called by all ranks.
  virtual void act(NetworkRun& run) = 0;
  /// Whether there is nothing left to run for.
  virtual bool ends_run() const { return false; }
  /// What came of it so far.
  virtual void report(ExperimentResult&) const {}
  /// For checkpoints.
  virtual void visit_state(StateArchive& archive) = 0;
};

/// Those that an experiment asks for. Throws Failure where one cannot be.
std::vector<std::unique_ptr<Environment>> make_environments(const Experiment& experiment);

}  // namespace synfire
