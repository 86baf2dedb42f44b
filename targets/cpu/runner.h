// Runs a network over samples on this machine's CPU.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/engine/delivery.h"
#include "core/engine/probe.h"
#include "core/io/samples.h"

namespace synfire {

struct RunProgress {
  std::int64_t samples_done = 0;
  std::int64_t samples = 0;
  double wall_s = 0;
};

struct RunOptions {
  std::int32_t threads = 1;
  Kernels kernels = Kernels::automatic;
  /// Spikes of the first `record_samples` samples are kept per population.
  std::int64_t record_samples = 0;
  /// State variables recorded in the first max(1, record_samples) samples.
  std::vector<ProbeSpec> probes = {};
  std::function<void(const RunProgress&)> progress = {};  // called from one thread only
};

/// Totals over all samples of one population (its spikes, and the synaptic events and
/// multiply-accumulates of the projections that reach it).
struct LayerActivity {
  std::string population;
  std::string origin;
  std::int64_t neurons = 0;
  std::uint64_t spikes = 0;
  std::uint64_t synops = 0;
  std::uint64_t macs = 0;  // per sample, taps inside the map only; a pool's or ADD's sums count too
  std::uint64_t deliveries = 0;        // steps in which spikes arrived, per projection
  std::uint64_t dense_deliveries = 0;  // those of them that served every neuron

  /// What served its spikes: "event", "dense", "mixed", or "" when none arrived.
  std::string_view kernels() const;
};

/// Spikes of one population: sample s starts at s * steps_per_sample.
struct SpikeRecord {
  std::string population;
  std::vector<std::int64_t> steps;
  std::vector<std::uint64_t> neurons;
  std::vector<std::int32_t> payloads;
};

struct RunResult {
  Tensor outputs;  // {samples, values} in the output's own element type
  Tensor logits;   // {samples, values} after the first decoder (int8 for int8 models)
  std::vector<std::int64_t> predictions;  // argmax of the logits, the first of equals
  std::vector<LayerActivity> layers;
  std::vector<SpikeRecord> spikes;
  std::vector<Trace> traces;  // one per probe
  std::int64_t samples = 0;
  std::int64_t steps_per_sample = 0;
  double dt_ms = 1;
  double wall_s = 0;
  double cpu_s = 0;  // of the process, all threads
  std::uint64_t spikes_total = 0;
  std::uint64_t synops_total = 0;
  std::uint64_t macs_per_sample = 0;

  double per_sample(std::uint64_t total) const {
    return samples > 0 ? static_cast<double>(total) / static_cast<double>(samples) : 0;
  }
};

/// Of one sample: that of the input; where there are several, which must take a row a step, a row a
/// step with the columns of one input after the other. Throws network_invalid.
Shape sample_shape(const Network& network);

/// The network must have one output, and inputs that sample_shape takes. The result does not depend
/// on `threads`.
RunResult run_samples(const Network& network, const SampleSet& samples, const RunOptions& options);

/// Fraction of predictions equal to the labels; throws label_mismatch when there are too few labels
/// or one is not a class.
double accuracy(const RunResult& result, const std::vector<std::int64_t>& labels);

}  // namespace synfire
