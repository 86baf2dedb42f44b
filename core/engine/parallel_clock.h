// The clock engine of recurrent networks: neurons are split over shards by target, each thread
// advances its shards for as many steps as the least delay allows, and then all spikes are there
// for all. Inputs are summed in integers (weight_scale.h): any number of threads gives the same
// spikes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/engine/exchange.h"
#include "core/engine/model.h"
#include "core/engine/plastic_weights.h"
#include "core/engine/rate_watch.h"
#include "core/engine/recorded_spikes.h"
#include "core/engine/weight_scale.h"

namespace synfire {

class ParallelClock {
 public:
  /// Builds the network on `threads` threads. Throws Failure with every fault of the network, and
  /// network_invalid when `unsupported` gives a reason. With an exchange, which must outlive the
  /// engine, every rank makes the same engine on as many threads and calls the same functions; each
  /// builds and advances its own shards only. The network is split as for `parts` threads of each
  /// rank where that is not 0: the state of an engine fits those that were split alike.
  ParallelClock(const Network& network, const ModelRegistry& registry, std::int32_t threads,
                Exchange* exchange = nullptr, std::int32_t parts = 0);
  ~ParallelClock();

  /// Why the network needs the other clock engine, or "": schedules, inputs, maps and dense
  /// projections, and models that do not split.
  static std::string unsupported(const Network& network, const ModelRegistry& registry);

  /// Throws activity_limit where a population's mean rate over 50 ms is above its limit
  /// (rate_watch.h), after the same step on any number of threads and ranks; the engine stays
  /// there.
  void run(std::int64_t steps);
  /// One limit, in Hz, for all populations but generators.
  void limit_rate(double hz);
  std::int64_t steps_done() const { return now_; }

  // What happens now, before the next step; called by all ranks.

  /// To all projections with a rule that heeds rewards.
  void reward(double amount);
  /// How fast weights change, as a factor of their rules' rates of learning; 0: they stay, and what
  /// neurons learn by themselves (homeostatic thresholds).
  void learn(double speed);
  /// The rates, in Hz, at which the neurons of a generator send from the next step on; those of
  /// spikes that are under way stay. Throws network_invalid where the model takes none (ModelInfo),
  /// parameter_invalid where a rate cannot be.
  void set_rates(std::size_t population, std::span<const double> rates_hz);
  /// Spikes of a generator that takes them (ModelInfo::takes_spikes), at times from now on; as
  /// NeuronGroup::send_spikes.
  void send_spikes(std::size_t population, std::span<const double> times_ms,
                   std::span<const std::uint32_t> neurons);

  /// From now on counts the spikes of each neuron of a population that is no generator.
  void count_spikes(std::size_t population);
  /// By neuron since the last call, of all ranks, who all call it.
  std::vector<std::uint64_t> take_counts(std::size_t population);

  /// Totals over all ranks since the engine was made.
  /// Of generators that only project one to one, those that have arrived.
  std::uint64_t spikes(std::size_t population) const;
  /// Synapses served, one-to-one projections from generators not counted.
  std::uint64_t synaptic_events() const;
  /// Sum over all spikes of a mix of (step, neuron), generators left out: the same for the same
  /// spikes in any order.
  std::uint64_t spike_hash() const;

  /// From now on keeps the spikes of all populations but generators.
  void start_recording();
  /// Of one population, of all ranks; called by all.
  RecordedSpikes recorded(std::size_t population) const;
  /// The same since the last call, and forgets them.
  RecordedSpikes take_recorded(std::size_t population);

  /// From now on keeps a state of the population's neurons (ascending; all when empty) after the
  /// next step and every `interval`-th one after it; the model must have the state. Returns the
  /// probe's number. Called by all ranks.
  std::size_t add_probe(std::size_t population, const std::string& variable, std::int64_t interval,
                        std::vector<std::uint64_t> neurons = {});
  struct Traced {
    std::vector<std::int64_t> steps;  // after which the values were taken
    std::vector<double> values;       // {steps, neurons}
  };
  /// Of all ranks' neurons; called by all ranks.
  Traced traced(std::size_t probe) const;
  /// The same since the last call, and forgets them.
  Traced take_traced(std::size_t probe);

  std::uint64_t synapses() const;
  /// Memory of the synapses.
  std::uint64_t synapse_bytes() const;
  const WeightScale& scale() const { return *scale_; }

  /// The synapses that change, of those above, and their memory.
  std::uint64_t plastic_synapses() const;
  std::uint64_t plastic_bytes() const;
  /// Sum over all such synapses of a mix of (projection, source, target, weight now).
  std::uint64_t weight_hash() const;
  /// Their mean in one projection, without signs; 0 where it is static.
  double mean_weight(std::size_t projection) const;
  /// The weights now of one projection whose synapses change, of all ranks, in the order of
  /// (source, target, weight); empty for static projections.
  /// Called by all ranks.
  PlasticWeights weights(std::size_t projection) const;

  /// Of an engine of the same network, with as many shards and ranks, and the same probes; of ranks
  /// that of this one.
  void visit_state(StateArchive& archive);

 private:
  class Shard;
  struct Shared;
  struct StateProbe {
    std::size_t population;
    std::int64_t interval, begin;
    std::size_t neurons;

    void visit_state(StateArchive& archive);
  };

  std::size_t ranks() const { return exchange_ == nullptr ? 1 : exchange_->ranks(); }
  std::size_t rank() const { return exchange_ == nullptr ? 0 : exchange_->rank(); }
  template <typename Of>
  std::uint64_t total(const Of& of) const;
  std::vector<double> parts_of(std::size_t probe, std::size_t rows) const;
  template <typename Visit>
  void each_shard_of(std::size_t thread, const Visit& visit) const;
  void build_shards(const Network& network, const ModelRegistry& registry);
  void exchange_spikes(std::int64_t begin, std::int64_t end);
  template <typename Visit>
  void each_sent_list(std::size_t rank, std::int64_t begin, std::int64_t end, const Visit& visit);

  std::unique_ptr<const WeightScale> scale_;
  std::unique_ptr<const Network> synaptic_;  // without currents; null where there are none
  std::unique_ptr<Shared> shared_;
  std::unique_ptr<RateWatch> watch_;
  std::vector<StateProbe> probes_;
  std::vector<std::unique_ptr<Shard>> shards_;  // null where other ranks have them
  std::size_t threads_, parts_;                 // of a rank; parts_: that it is split for
  Exchange* exchange_;
  std::vector<std::uint32_t> message_;  // of one window
  std::vector<Exchange::Words> messages_;
  std::int64_t now_ = 0;
  RateWatch::Turn turn_;
};

}  // namespace synfire
