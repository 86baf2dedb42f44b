// The event engine: continuous time, no grid. Neurons are in closed form between the events that
// touch them; a spike at t reaches its target at t + delay exactly. Inputs that reach a neuron at
// the same instant are summed before its threshold is tested; events of one instant are ordered by
// (time, source, projection, synapse). One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/engine/calendar.h"
#include "core/engine/event_synapses.h"
#include "core/engine/model.h"
#include "core/engine/plastic_weights.h"

namespace synfire {

enum class EventOrder : std::uint8_t {
  automatic,  // windows where the least delay allows
  windows,    // of the least delay: all that arrives in one is known when it opens; not where
              // synapses change, as spikes are found when somebody asks for them
  calendar    // one event after the other
};

struct EventOptions {
  EventOrder order = EventOrder::automatic;
  bool records = false;  // keep every spike
};

class EventEngine {
 public:
  /// Throws Failure with every fault of the network; network_invalid when `unsupported` gives a
  /// reason, or windows are asked for and a delay is 0.
  EventEngine(const Network& network, const ModelRegistry& registry, EventOptions options = {});
  ~EventEngine();

  /// Why the network needs a clock engine, or "": schedules, inputs, maps and dense projections,
  /// and models without closed forms.
  static std::string unsupported(const Network& network, const ModelRegistry& registry);

  /// Advances by `duration_ms`; the spikes do not depend on how a run is cut into parts.
  void run(double duration_ms);
  double time_ms() const { return now_; }
  /// Whether windows are in use.
  bool has_windows() const { return !window_.ordered; }

  /// Totals since the engine was made; generators are up to one window ahead.
  std::uint64_t spikes(std::size_t population) const { return spikes_[population]; }
  /// Synapses served, one-to-one projections from generators not counted.
  std::uint64_t synaptic_events() const { return synops_; }
  /// Sum over all spikes of a mix of the time's bits and the neuron, generators left out.
  std::uint64_t spike_hash() const { return hash_; }
  /// In the order of time, generators left out; empty unless EventOptions::records.
  const EventSpikes& recorded() const { return recorded_; }
  /// The same since the last call, and forgets them.
  EventSpikes take_recorded() { return std::exchange(recorded_, {}); }
  /// A state of neuron `i` of a population now, which the model must have; inputs that arrive at
  /// this very instant come later.
  double state(std::size_t population, std::string_view variable, std::int64_t i) const;

  std::uint64_t synapses() const;
  std::uint64_t synapse_bytes() const;

  /// As in the parallel clock engine (parallel_clock.h).
  void reward(double amount);
  std::uint64_t plastic_synapses() const;
  std::uint64_t plastic_bytes() const;
  std::uint64_t weight_hash() const;
  double mean_weight(std::size_t projection) const;
  PlasticWeights weights(std::size_t projection) const;

  /// Of an engine of the same network in the same order, between two calls of run.
  void visit_state(StateArchive& archive);

 private:
  /// Rules that go by the potentials of one group.
  struct Followers final : PotentialWatch {
    std::vector<PlasticRows*> rows;

    void before_change(double time, std::span<const std::uint16_t> neurons) override;
  };
  /// Neurons of one population, at most 65,536.
  struct Group {
    std::size_t population;
    Slice slice;
    std::unique_ptr<EventGroup> neurons;
    bool touched = false;
    std::unique_ptr<Followers> followers = {};  // null: none

    void visit_state(StateArchive& archive);
  };
  /// The synapses of a projection onto a group.
  struct Part {
    EventSynapses synapses;
    std::size_t group;
    bool counted;
    std::size_t projection;
    std::unique_ptr<PlasticRows> plastic = {};  // where they change
    double lag = 0;                    // of spikes from the soma back to the synapse, twice
    std::deque<EventSpike> late = {};  // those on the way, of neurons of the group

    void visit_state(StateArchive& archive);
  };
  /// What a spike of a population sends with one delay: a row of each part.
  struct Bundle {
    double delay_ms;
    std::vector<std::size_t> parts;
  };
  struct Source {
    std::uint32_t first = 0;  // network-wide id of its neuron 0
    bool generates = false;
    std::vector<std::size_t> bundles, spread;  // spread: parts whose synapses have own delays
  };
  /// A bundle's rows, or with `synapse` one synapse of a part, on the way.
  struct Arrival {
    double time;
    std::uint32_t source;   // network-wide
    std::uint32_t link;     // bundle; or kSpread + part
    std::uint32_t synapse;  // of a bundle: its population's first neuron
    auto operator<=>(const Arrival&) const = default;
  };
  static constexpr std::uint32_t kSpread = 1U << 31;

  void check(const ModelRegistry& registry) const;
  void add_groups(const ModelRegistry& registry);
  void add_projection(const ModelRegistry& registry, std::size_t index);
  void add_bundled(std::size_t population, double delay_ms, std::size_t part);
  void choose_windows(EventOrder order);

  void open_window();
  void advance(double stop);
  void advance_ordered(double stop);
  const Arrival* first_arrival() const;
  void take_instant();
  /// All that arrives at the instant of the first; returns what follows.
  const Arrival* serve_instant(const Arrival* first, const Arrival* end);
  void serve(const Arrival& arrival);
  template <typename Visit>
  void each_weight_of(std::size_t projection, const Visit& visit) const;
  void serve_row(Part& part, std::uint32_t row, double time);
  void add_plastic(Part& part, const ModelRegistry& registry);
  static void add_follower(Group& group, PlasticRows& rows);
  /// Tells the rules of a spike of a neuron that has plastic synapses, and of those on the way
  /// before `time`.
  void note_spike(const EventSpike& spike, std::size_t population);
  static void note_late(Part& part, double time);
  void settle(double time);
  /// Counts and sends the spikes found so far, in the order of (time, neuron).
  void send_found();
  void send(const EventSpike& spike, std::size_t population);
  void post(const Arrival& arrival);
  void fetch(const Arrival* next, const Arrival* end) const;
  void guard_progress(double time);
  std::size_t population_of(std::uint32_t neuron) const;

  const Network& network_;
  bool records_;
  std::vector<Source> sources_;  // by population
  std::vector<Group> groups_;
  std::vector<Part> parts_;
  std::vector<Bundle> bundles_;
  bool changes_ = false;  // any synapses do
  double least_delay_ = EventGroup::kNever, greatest_delay_ = 0;
  double span_ = 0;  // longest window

  EventWindow window_;
  bool open_ = false;
  double now_ = 0;
  Calendar<Arrival> calendar_;
  std::vector<Arrival> inbox_;  // the open window's, in the order of time when it has opened
  std::size_t served_ = 0;      // of them
  bool sorted_ = false;
  std::vector<Arrival> late_;  // a heap: what comes into a window that is open, where ordered
  std::vector<Arrival> instant_, scratch_;
  std::vector<std::size_t> touched_;  // groups
  std::vector<float> effects_;        // of a plastic row
  EventSpikes found_, generated_;     // not sent yet

  double stuck_at_ = -1;
  std::uint64_t stuck_for_ = 0;
  std::vector<std::uint64_t> spikes_;
  std::uint64_t synops_ = 0, hash_ = 0;
  EventSpikes recorded_;
};

}  // namespace synfire
