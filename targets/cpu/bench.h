// Timed runs of the reference networks.
#pragma once

#include <cstdint>
#include <vector>

#include "core/engine/exchange.h"
#include "core/io/recording.h"
#include "core/net/network.h"

namespace synfire {

enum class BenchEngine : std::uint8_t { clock, event };

/// The event engine has one thread, no limit of the rate, and records nothing.
struct BenchOptions {
  BenchEngine engine = BenchEngine::clock;
  std::int32_t threads = 1;
  double warm_up_ms = 200;  // simulated, not timed
  double time_ms = 1000;
  double rate_limit_hz = 0;      // where the run is stopped; 0: RateWatch's own limits
  bool record = false;           // the spikes of the timed part
  Exchange* exchange = nullptr;  // of several ranks, who all call with the same options
};

struct BenchResult {
  double real_time_factor = 0;  // wall time / simulated time
  double synaptic_events_per_s = 0;
  double ceiling_events_per_s = 0;          // of one thread: delivery_ceiling, measured just after
  double rate_hz = 0;                       // of all neurons but generators
  std::vector<double> population_rates_hz;  // by population; generators too
  std::uint64_t spikes = 0;                 // generators not counted
  std::uint64_t spike_hash = 0;             // of the warm-up too
  double build_s = 0;
  std::uint64_t synapses = 0;
  double bytes_per_synapse = 0;
  std::uint64_t plastic_synapses = 0;  // of these, those that change
  double bytes_per_plastic_synapse = 0;
  std::uint64_t weight_hash = 0;  // of their weights at the end
  double mean_plastic_weight = 0;
  std::uint64_t peak_bytes = 0;     // of the process, over all ranks
  double weight_error = 0;          // greatest relative error of a weight in fixed point
  std::vector<SpikeTrain> trains;   // of all populations but generators, when recorded
  double begin_ms = 0, end_ms = 0;  // of the timed part
  std::int32_t ranks = 1;
};

/// Counts are those of all ranks, times those of the slowest. Throws Failure when the network
/// cannot be built or its activity explodes.
BenchResult run_bench(const Network& network, const BenchOptions& options);

}  // namespace synfire
