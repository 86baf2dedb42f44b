// One run of a network: how long, in which engine, what is recorded and what ends it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

/// What ends a run before its time; 0 means never.
struct StopConditions {
  double rate_hz = 0;        // a population's mean rate over 50 ms is above this
  std::uint64_t spikes = 0;  // so many spikes after the warm-up
  double wall_s = 0;         // so much time was spent
};

struct Experiment {
  Network network;
  EngineKind engine = EngineKind::clock;
  std::int32_t threads = 1;
  double warm_up_ms = 0;  // simulated before the recording starts
  double duration_ms = 0;
  std::vector<ProbeRequest> probes;
  bool keeps_spikes = true;  // of all populations, unless probes ask for some
  StopConditions stop;
  double checkpoint_every_ms = 0;  // of simulated time; 0: none

  bool chooses_spikes() const {
    for (const ProbeRequest& probe : probes)
      if (probe.kind == ProbeKind::spikes) return true;
    return false;
  }
  bool needs_spikes() const { return keeps_spikes || chooses_spikes(); }
};

}  // namespace synfire
