// Synapses whose effect or weight changes, as the engines see them. What changes a weight lives in
// neurons/plasticity, what changes the effect of a spike in neurons/synapses, one file each; both
// reach the engine through descriptors (model.h).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/engine/event_group.h"
#include "core/engine/homeostasis.h"
#include "core/engine/plastic_synapses.h"

namespace synfire {

class StateArchive;  // state_archive.h

/// A row whose spikes arrive: a generator's neuron may send several in one step, which act one
/// after the other.
struct PlasticArrival {
  std::uint32_t row;
  std::int32_t payload;
};

/// Where the effects of rows are added: sums[target] += round(weight * per_weight).
struct PlasticSums {
  std::int32_t* sums;
  float per_weight;
};

/// What spikes do to a synapse, for all synapses of a row alike: they get the same spikes.
class SynapseDynamics {
 public:
  virtual ~SynapseDynamics() = default;
  /// The factor, within [0, 1], on the weights of `row` for a spike that arrives at `now_ms`. Times
  /// do not decrease.
  virtual float arrive(std::uint32_t row, double now_ms) = 0;
  virtual std::uint64_t bytes() const = 0;
  /// All that arrivals change.
  virtual void visit_state(StateArchive& archive) = 0;
};

struct SynapseContext {
  const Projection& projection;
  std::size_t rows;
};

/// What a rule is told about the projection whose weights it changes.
struct PlasticContext {
  const Network& network;
  const Projection& projection;
  std::size_t neurons;  // targets here
  PlasticSynapses synapses;
  std::unique_ptr<SynapseDynamics> dynamics = {};  // null: none
  /// The targets in continuous time; null: their potentials are shown step by step.
  const EventGroup* potentials = nullptr;

  double number(std::string_view parameter, double fallback) const;
  /// From the parameters that all rules have. The delay throws parameter_invalid where it is longer
  /// than the least delay of all synapses.
  double dendritic_delay_ms(double least_delay_ms) const;
  Homeostasis::Options homeostasis() const;
  std::string word(std::string_view parameter, std::string_view fallback) const;
};

/// The synapses of one projection onto one shard's neurons, with their rule. Calls are in the order
/// of time; of one instant, `begin` comes first, then arrivals, then the spikes of the targets.
class PlasticRows {
 public:
  virtual ~PlasticRows() = default;
  /// What is done at intervals, if it is time.
  virtual void begin(double now_ms) = 0;
  /// Spikes reach the rows: the weights change, then act. Returns the number of synapses.
  virtual std::uint64_t arrive(double now_ms, std::span<const PlasticArrival> arrivals,
                               const PlasticSums& to) = 0;
  /// One spike reaches one row: `effects` has room for every synapse of it.
  virtual void arrive(double now_ms, std::uint32_t row, std::span<float> effects) = 0;
  /// Targets spike.
  virtual void spike(double now_ms, std::span<const std::uint32_t> targets) = 0;
  /// Whether the rule goes by the targets' potentials: one of the two calls that follow is made.
  virtual bool follows_potentials() const = 0;
  /// On a grid, after every step: the potentials of all targets, after their spikes.
  virtual void follow(double now_ms, std::span<const float> potentials) = 0;
  /// In continuous time: those of these targets, which PlasticContext::potentials tells, change.
  virtual void catch_up(double now_ms, std::span<const std::uint16_t> targets) = 0;
  /// How fast weights change from now on: a factor of the rule's rates of learning. While it is 0
  /// they stay, and traces of spikes go on.
  virtual void learn(double now_ms, double speed) = 0;
  /// For rules that heed rewards; others ignore it.
  virtual void reward(double now_ms, double amount) = 0;
  /// What rules that follow potentials in continuous time have not caught up with, for `read`.
  virtual std::vector<float> ahead(double now_ms) const = 0;
  /// The weights of one row at a time not before the last call; nothing changes.
  virtual void read(double now_ms, std::size_t row, std::span<const float> ahead,
                    std::span<float> weights) const = 0;
  virtual std::uint64_t bytes() const = 0;
  /// All that the calls above change: weights, traces, marks.
  virtual void visit_state(StateArchive& archive) = 0;

  const PlasticSynapses& synapses() const { return synapses_; }

 protected:
  explicit PlasticRows(PlasticSynapses synapses) : synapses_(std::move(synapses)) {}
  PlasticSynapses synapses_;
};

/// Weights that stay, for synapses with dynamics.
std::unique_ptr<PlasticRows> make_kept_rows(PlasticContext context);

}  // namespace synfire
