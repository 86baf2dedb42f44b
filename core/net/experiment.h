// One run of a network: how long, in which engine, what is recorded and what ends it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/tensor.h"
#include "core/net/event_source.h"
#include "core/net/network.h"

namespace synfire {

enum class EngineKind : std::uint8_t {
  clock,  // steps of dt
  event   // continuous time
};

/// What is recorded, from the end of the warm-up on.
enum class ProbeKind : std::uint8_t { spikes, state, weights };
struct ProbeRequest {
  std::string name;
  ProbeKind kind = ProbeKind::spikes;
  std::string of;                      // the population, or the projection of weights
  std::string variable;                // the state of the population's model
  double interval_ms = 0;              // of states
  std::vector<double> times_ms;        // of weights, from the start of the recording, ascending
  std::vector<std::uint64_t> neurons;  // ascending; empty: all
};

/// Rewards at known times.
struct RewardRequest {
  std::string name;
  double amount = 0;
  std::vector<double> times_ms;  // from the end of the warm-up, ascending
};

/// What a network acts in: a state is shown, the spikes of a trial choose an action, and its
/// reward, less the reward that was predicted, goes to the rules that heed rewards.
struct TaskRequest {
  std::string name;
  Stage task;                        // registered
  std::string states;                // generators: an equal part of them shows a state
  std::vector<std::string> actions;  // populations
  double rate_hz = 40, rest_rate_hz = 0;
  double trial_ms = 200, pause_ms = 50, reward_delay_ms = 0;
  double reward_scale = 1;
  double prediction_rate = 0.05;  // of the prediction, which follows its errors
  double discount = 0;            // of the prediction of the next state
  std::int64_t episodes = 0;      // after which the run ends; 0: it goes on
};

/// What ends a run before its time; 0 means never.
struct StopConditions {
  double rate_hz = 0;        // a population's mean rate over 50 ms is above this
  std::uint64_t spikes = 0;  // so many spikes after the warm-up
  double wall_s = 0;         // so much time was spent
};

/// How the spikes of neurons that have a class tell that of a sample.
enum class Vote : std::uint8_t {
  mean,  // the class whose neurons answer most in the mean
  share  // a neuron's spikes count for every class by its share of the neuron's answers
};

/// Samples that are shown to a network one after the other, as rates of generators or as the spikes
/// of recordings, and told apart by the spikes that answer. Each neuron that answers is assigned
/// the class to which it answers most; labels are nothing to the network.
struct Dataset {
  std::string name;
  std::string population;            // generators: one for each value of a sample, or spike trains
  std::string readout;               // whose spikes answer
  Vote vote = Vote::mean;            // how
  Stage encoder;                     // registered; gives rates
  Tensor samples;                    // float32 {samples, values}; or in their place
  std::vector<EventSample> events;   // of each sample that is shown; empty for the others
  std::vector<std::int64_t> labels;  // of each sample, 0 and up
  /// Samples by number: to learn from, `epochs` times; then, while nothing changes, to assign
  /// neurons to classes by, and to test.
  std::vector<std::int64_t> training, assignment, test;
  std::int64_t epochs = 1;
  std::vector<double> learning_rates;  // by epoch, factors of the rules'; the last goes on
  double shown_ms = 0, rest_ms = 0;    // of each sample; nothing is shown in the rest
  /// Samples that fewer spikes answer are shown again, with rates higher by `brighten` times the
  /// first ones.
  std::uint64_t least_spikes = 0;
  double brighten = 0.5;

  bool sends_events() const { return !events.empty(); }

  std::int64_t classes() const {
    std::int64_t most = -1;
    for (const std::int64_t label : labels) most = label > most ? label : most;
    return most + 1;
  }
  double learning_rate(std::size_t epoch) const {
    if (learning_rates.empty()) return 1;
    return epoch < learning_rates.size() ? learning_rates[epoch] : learning_rates.back();
  }
  /// Without samples that are shown again.
  double duration_ms() const {
    const auto turns = static_cast<double>(training.size()) * static_cast<double>(epochs) +
                       static_cast<double>(assignment.size() + test.size());
    return turns * (shown_ms + rest_ms);
  }
};

struct Experiment {
  Network network;
  EngineKind engine = EngineKind::clock;
  std::int32_t threads = 1;
  double warm_up_ms = 0;  // simulated before the recording starts
  double duration_ms = 0;
  std::vector<ProbeRequest> probes;
  bool keeps_spikes = true;  // of all populations, unless probes ask for some
  std::vector<RewardRequest> rewards;
  std::vector<TaskRequest> tasks;
  StopConditions stop;
  double checkpoint_every_ms = 0;  // of simulated time; 0: none
  std::vector<Dataset> datasets;
  bool ends_with_datasets = false;  // when all samples have been shown, whatever the duration

  bool chooses_spikes() const {
    for (const ProbeRequest& probe : probes)
      if (probe.kind == ProbeKind::spikes) return true;
    return false;
  }
  bool needs_spikes() const { return keeps_spikes || chooses_spikes(); }
};

}  // namespace synfire
