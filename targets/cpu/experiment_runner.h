// Runs an experiment on this machine's CPU.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/exchange.h"
#include "core/io/recording.h"
#include "core/io/spike_statistics.h"
#include "core/net/experiment.h"
#include "targets/cpu/checkpoint.h"
#include "targets/cpu/environment.h"

namespace synfire {

struct ExperimentProgress {
  double time_ms = 0, end_ms = 0;  // of the network
  double wall_s = 0;
  std::uint64_t spikes = 0;
};

struct ExperimentOptions {
  Exchange* exchange = nullptr;  // of several ranks, who all call with the same options
  std::function<void(const ExperimentProgress&)> progress = {};
  /// Asked now and then whether the run shall end.
  std::function<bool()> interrupted = {};
  /// Gets the spikes that are to be recorded while the run goes on, on every rank. Where it throws
  /// file_write the run ends there.
  std::function<void(const std::vector<SpikeTrain>&)> record = {};
  bool keeps_spikes = true;  // in ExperimentResult::trains, else only where `record` puts them
  /// Where checkpoints go: every Experiment::checkpoint_every_ms, and when the run is stopped from
  /// outside (wall, interrupt). Where it has one the run goes on from there.
  CheckpointFolder* checkpoints = nullptr;
  /// How much of StopConditions::wall_s is over already; the ranks need not agree.
  double spent_s = 0;
  /// What acts on the network before what the experiment has, in this order, on every rank.
  std::vector<Environment*> environments = {};
};

struct PopulationResult {
  std::string name;
  std::int64_t neurons = 0;
  bool generates = false;
  std::uint64_t spikes = 0;  // after the warm-up
  double rate_hz = 0;
  SpikeStatistics statistics;  // of what was recorded; generators have none
};

struct ExperimentResult {
  std::string engine;
  std::vector<PopulationResult> populations;
  std::vector<SpikeTrain> trains;  // what was to be recorded, after the warm-up, if it was kept
  std::vector<StateTrace> traces;
  std::vector<WeightTrace> weights;
  std::vector<TrialTable> trials;               // of the tasks
  std::vector<Classification> classifications;  // of the data sets, in their order
  double begin_ms = 0, end_ms = 0;              // of the recording
  /// Until when ExperimentOptions::record got the spikes: end_ms, or before where the disk was
  /// full.
  double recorded_ms = 0;
  /// "spikes", "wall", "interrupt", "rate" or "disk"; empty when it ran to its end. The last two
  /// have diagnostics.
  std::string stopped_by;
  std::vector<Diagnostic> diagnostics;
  std::vector<Diagnostic> warnings;  // of checkpoints that could not be written
  std::uint64_t spikes = 0;          // after the warm-up, generators not counted
  std::uint64_t spike_hash = 0;      // of the warm-up too
  /// Of the synapses that change, in the end; nothing where there are none.
  std::optional<std::uint64_t> weight_hash;
  std::uint64_t synaptic_events = 0, synapses = 0;
  double build_s = 0, wall_s = 0;  // wall_s: of the simulation, with warm-up and earlier parts
};

/// Throws Failure when the network cannot be built, or the checkpoint is not of this experiment.
ExperimentResult run_experiment(const Experiment& experiment,
                                const ExperimentOptions& options = {});

}  // namespace synfire
