// A network in the engine that serves it, advanced piece by piece.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/exchange.h"
#include "core/engine/model.h"
#include "core/engine/plastic_weights.h"
#include "core/io/recording.h"
#include "core/io/spike_piece.h"
#include "core/net/experiment.h"

namespace synfire {

class StateArchive;  // state_archive.h

class NetworkRun {
 public:
  virtual ~NetworkRun() = default;
  /// "parallel clock", "clock" or "event".
  virtual std::string_view engine() const = 0;
  /// Until `end_ms`, which is not before now. Throws activity_limit.
  virtual void run_until(double end_ms) = 0;
  virtual double now_ms() const = 0;

  // Totals since the start.
  virtual std::uint64_t spikes(std::size_t population) const = 0;
  virtual std::uint64_t synaptic_events() const = 0;
  /// Of the engine's own kind: equal for equal spikes.
  virtual std::uint64_t spike_hash() const = 0;
  virtual std::uint64_t synapses() const = 0;

  /// From now on keeps what the probes of states ask for and, with `spikes`, all spikes but those
  /// of generators. Once.
  virtual void start_recording(const std::vector<ProbeRequest>& probes, bool spikes) = 0;
  /// Of all synapses that change.
  virtual std::uint64_t weight_hash() const { return 0; }
  /// The spikes that were recorded since the last call: a piece for every population but
  /// generators. Called by all ranks.
  virtual std::vector<SpikePiece> take_spikes() = 0;
  /// The synapses of a projection and their weights now; none where the engine changes no weights.
  /// Called by all ranks.
  virtual PlasticWeights weights(const std::string&) const { return {}; }
  /// The values that were recorded since the last call: one trace per probe of a state, in their
  /// order.
  virtual std::vector<StateTrace> take_traces() = 0;

  /// Of a run of the same experiment with as many parts, between two pieces; after start_recording
  /// where that was called before it was saved, and when everything recorded was taken.
  virtual void visit_state(StateArchive& archive) = 0;
  // What an Environment does, between two pieces; called by all ranks. Throw network_invalid where
  // the engine cannot.

  /// The rates, in Hz, at which the neurons of a generator (ModelInfo::takes_rates) send spikes
  /// from now on. Those that were sent before still arrive. Throws parameter_invalid.
  virtual void set_rates(std::size_t population, std::span<const double> rates_hz);
  /// Spikes of a generator (ModelInfo::takes_spikes), `times_ms` from now on, each of one of the
  /// population's `neurons`; in any order. In the clock engine they go to the step that is nearest.
  /// Throws parameter_invalid.
  virtual void send_spikes(std::size_t population, std::span<const double> times_ms,
                           std::span<const std::uint32_t> neurons);
  /// From now on counts the spikes of each neuron of a population that is no generator.
  virtual void count_spikes(std::size_t population);
  /// By neuron, since the last call.
  virtual std::vector<std::uint64_t> take_counts(std::size_t population);
  /// Now, to all projections with a rule that heeds rewards.
  virtual void reward(double amount);
  /// How fast weights change from now on, as a factor of their rules' rates of learning; 0: they
  /// stay, and what neurons learn by themselves.
  virtual void learn(double speed);
};

/// The clock engine that splits networks over threads, the one that runs every network on one
/// thread, or the event engine. Throws Failure with every fault of the network; network_invalid
/// where the event engine cannot run it; ranks_unavailable where an exchange does not help.
/// `parts`: as for how many threads of each rank the network is split, 0: those of the experiment.
std::unique_ptr<NetworkRun> make_network_run(const Experiment& experiment,
                                             const ModelRegistry& registry, Exchange* exchange,
                                             std::int32_t parts = 0);

}  // namespace synfire
