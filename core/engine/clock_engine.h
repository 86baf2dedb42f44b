// The clock engine: a grid of dt, event-driven delivery, exact integers or float32 (DESIGN.md
// section 4). A spike emitted in step t reaches its target in step t + delay; all inputs of a step
// are summed before the threshold is tested.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/engine/currents.h"
#include "core/engine/delivery.h"
#include "core/engine/model.h"

namespace synfire {

/// A network made ready to run: checked, random rules expanded, weights in kernel order. Immutable;
/// any number of engines on any number of threads may share it. Keeps a reference to the network.
class CompiledNetwork {
 public:
  /// Throws Failure with every fault of the network.
  CompiledNetwork(const Network& network, const ModelRegistry& registry,
                  Kernels kernels = Kernels::automatic);

  struct Link {
    std::size_t source = 0;
    std::size_t target = 0;
    std::int32_t receptor = 0;
    DelayedDelivery delivery;
  };
  struct Node {
    const ModelInfo* model = nullptr;
    GroupContext context;
    std::int32_t phase = -1;
    std::int32_t history = 1;           // steps for which its spikes are kept
    std::vector<std::size_t> incoming;  // links
  };

  const Network& network() const { return network_; }
  const ModelRegistry& registry() const { return registry_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<Link>& links() const { return links_; }
  std::size_t index_of(std::string_view population) const;

 private:
  void make_nodes();
  void make_links(Kernels kernels);
  void check_link(const Projection& projection, const Link& link) const;
  void describe_pool(Node& node, const Population& source, const Population& target,
                     const Pool2d& pool);

  const Network& network_;
  ModelRegistry registry_;
  std::vector<Node> nodes_;
  std::vector<Link> links_;
};

/// Running state: one per thread.
class ClockEngine {
 public:
  explicit ClockEngine(const CompiledNetwork& compiled);

  /// Back to the state before the first step; counters are kept.
  void reset();
  void step();
  void run(std::int64_t steps);
  std::int64_t steps_done() const { return now_; }
  double time_ms() const { return static_cast<double>(now_) * compiled_.network().dt_ms; }

  NeuronGroup& group(std::size_t population) { return *states_[population].group; }
  const NeuronGroup& group(std::size_t population) const { return *states_[population].group; }

  /// Totals since the engine was made.
  std::uint64_t spikes(std::size_t population) const { return states_[population].spikes; }
  std::uint64_t synops(std::size_t population) const { return states_[population].synops; }
  /// Deliveries to the population, and those of them that served every neuron (Delivered::dense).
  std::uint64_t deliveries(std::size_t population) const { return states_[population].deliveries; }
  std::uint64_t dense_deliveries(std::size_t population) const {
    return states_[population].dense_deliveries;
  }

  /// Called after every step for every population that spiked.
  using SpikeObserver =
      std::function<void(std::int64_t step, std::size_t population, const SpikeList& spikes)>;
  void observe(SpikeObserver observer) { observer_ = std::move(observer); }

  /// Of an engine of the same network, counters too.
  void visit_state(StateArchive& archive);

 private:
  struct State {
    std::unique_ptr<NeuronGroup> group;
    std::vector<CurrentFlow> currents;
    std::vector<SpikeList> history;  // ring: spikes of step t at t % size
    std::uint64_t spikes = 0;
    std::uint64_t synops = 0;
    std::uint64_t deliveries = 0, dense_deliveries = 0;

    void visit_state(StateArchive& archive);
  };

  Step step_of(const CompiledNetwork::Node& node) const;
  void receive(std::size_t population, const Step& step);
  void advance(std::size_t population, const Step& step);

  const CompiledNetwork& compiled_;
  std::vector<State> states_;
  std::int64_t now_ = 0;
  SpikeObserver observer_;
};

}  // namespace synfire
