#include "targets/cpu/network_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/mix.h"
#include "core/base/state_archive.h"
#include "core/engine/clock_engine.h"
#include "core/engine/event_engine.h"
#include "core/engine/parallel_clock.h"
#include "core/engine/rate_watch.h"

namespace synfire {
namespace {

std::int64_t steps_of(double ms, const Network& network) {
  return std::llround(ms / network.dt_ms);
}

double time_of(std::int64_t step, const Network& network) {
  return static_cast<double>(step) * network.dt_ms;
}

std::size_t projection_index(const Network& network, const std::string& name) {
  const auto found = std::ranges::find(network.projections, name, &Projection::name);
  return static_cast<std::size_t>(found - network.projections.begin());
}

/// Of all populations but generators.
std::vector<SpikePiece> empty_pieces(const Network& network, const ModelRegistry& registry) {
  std::vector<SpikePiece> pieces;
  for (const Population& population : network.populations)
    if (!registry.find(population.model)->generates()) pieces.push_back({population.name});
  return pieces;
}

/// The trace of a probe, without values.
StateTrace empty_trace(const ProbeRequest& probe) {
  return {probe.of, probe.variable, {}, {}, probe.neurons};
}

template <typename Use>
void each_state_probe(const std::vector<ProbeRequest>& probes, const Use& use) {
  for (const ProbeRequest& probe : probes)
    if (probe.kind == ProbeKind::state) use(probe);
}

class ParallelRun final : public NetworkRun {
 public:
  ParallelRun(const Experiment& experiment, const ModelRegistry& registry, Exchange* exchange,
              std::int32_t parts)
      : network_(experiment.network),
        registry_(registry),
        engine_(network_, registry, experiment.threads, exchange, parts) {
    if (experiment.stop.rate_hz > 0) engine_.limit_rate(experiment.stop.rate_hz);
  }
  std::string_view engine() const override { return "parallel clock"; }
  void run_until(double end_ms) override {
    engine_.run(steps_of(end_ms, network_) - engine_.steps_done());
  }
  double now_ms() const override { return time_of(engine_.steps_done(), network_); }
  std::uint64_t spikes(std::size_t population) const override { return engine_.spikes(population); }
  std::uint64_t synaptic_events() const override { return engine_.synaptic_events(); }
  std::uint64_t spike_hash() const override { return engine_.spike_hash(); }
  std::uint64_t synapses() const override { return engine_.synapses(); }

  void start_recording(const std::vector<ProbeRequest>& probes, bool spikes) override {
    if (spikes) engine_.start_recording();
    each_state_probe(probes, [this](const ProbeRequest& probe) {
      engine_.add_probe(network_.index_of(probe.of), probe.variable,
                        std::max<std::int64_t>(1, steps_of(probe.interval_ms, network_)),
                        probe.neurons);
      traces_.push_back(empty_trace(probe));
    });
  }
  std::vector<SpikePiece> take_spikes() override {
    std::vector<SpikePiece> pieces = empty_pieces(network_, registry_);
    for (SpikePiece& piece : pieces) {
      auto spikes = engine_.take_recorded(network_.index_of(piece.population));
      for (const std::int64_t step : spikes.steps)
        piece.times_ms.push_back(time_of(step, network_));
      piece.counts = std::move(spikes.counts), piece.neurons = std::move(spikes.neurons);
    }
    return pieces;
  }
  std::uint64_t weight_hash() const override { return engine_.weight_hash(); }
  PlasticWeights weights(const std::string& projection) const override {
    return engine_.weights(projection_index(network_, projection));
  }
  std::vector<StateTrace> take_traces() override {
    std::vector<StateTrace> all = traces_;
    for (std::size_t i = 0; i < all.size(); ++i) {
      ParallelClock::Traced traced = engine_.take_traced(i);
      for (const std::int64_t step : traced.steps)
        all[i].times_ms.push_back(time_of(step, network_));
      all[i].values = std::move(traced.values);
    }
    return all;
  }
  void visit_state(StateArchive& archive) override { archive("engine", engine_); }

  void set_rates(std::size_t population, std::span<const double> rates_hz) override {
    engine_.set_rates(population, rates_hz);
  }
  void send_spikes(std::size_t population, std::span<const double> times_ms,
                   std::span<const std::uint32_t> neurons) override {
    engine_.send_spikes(population, times_ms, neurons);
  }
  void count_spikes(std::size_t population) override { engine_.count_spikes(population); }
  std::vector<std::uint64_t> take_counts(std::size_t population) override {
    return engine_.take_counts(population);
  }
  void reward(double amount) override { engine_.reward(amount); }
  void learn(double speed) override { engine_.learn(speed); }

 private:
  const Network& network_;
  const ModelRegistry& registry_;
  ParallelClock engine_;
  std::vector<StateTrace> traces_;
};

/// Engines without probes of their own are stopped where a probe is due; their rates are watched
/// from outside.
class ProbedRun : public NetworkRun {
 public:
  ProbedRun(const Experiment& experiment, const ModelRegistry& registry)
      : dt_ms_(experiment.network.dt_ms),
        watch_(experiment.network, registry),
        reported_(experiment.network.populations.size()) {
    if (experiment.stop.rate_hz > 0) watch_.set_limit(experiment.stop.rate_hz);
  }
  void run_until(double end_ms) override {
    constexpr double kRounding = 1e-9;
    for (bool due = true; due;) {
      due = false;
      double next = end_ms;
      for (const Probed& probe : probed_)
        if (probe.label_ms() < end_ms - kRounding) due = true, next = std::min(next, probe.due_ms);
      advance(next);
      for (Probed& probe : probed_)
        if (due && probe.due_ms <= next + kRounding) take(probe);
    }
    watch_rates();
  }
  void start_recording(const std::vector<ProbeRequest>& probes, bool spikes) override {
    if (spikes) record_spikes();
    each_state_probe(probes, [this](const ProbeRequest& probe) {
      probed_.push_back({probe, empty_trace(probe), now_ms(), due_of(now_ms()), 0});
    });
  }
  std::vector<StateTrace> take_traces() override {
    std::vector<StateTrace> all;
    for (Probed& probe : probed_)
      all.push_back(std::exchange(probe.trace, empty_trace(probe.request)));
    return all;
  }
  void visit_state(StateArchive& archive) override {
    archive("probes", probed_);
    visit_engine(archive);
  }

 protected:
  virtual void advance(double end_ms) = 0;
  virtual void record_spikes() = 0;
  /// When the values that are labelled with a time are there.
  virtual double due_of(double label_ms) const = 0;
  /// Of all neurons of a population.
  virtual std::vector<double> values(const ProbeRequest& probe) const = 0;
  virtual void visit_engine(StateArchive& archive) = 0;

 private:
  struct Probed {
    ProbeRequest request;
    StateTrace trace;
    double begin_ms, due_ms;
    std::int64_t taken;

    double label_ms() const { return begin_ms + static_cast<double>(taken) * request.interval_ms; }
    void visit_state(StateArchive& archive) {
      archive("begin", begin_ms);
      archive("due", due_ms);
      archive("taken", taken);
    }
  };

  void watch_rates() {
    const std::int64_t now = std::llround(now_ms() / dt_ms_);
    if (!watch_.is_due(turn_, now)) return;
    for (std::size_t p = 0; p < reported_.size(); ++p) {
      const std::uint64_t count = spikes(p);
      watch_.add(turn_.check, p, count - std::exchange(reported_[p], count));
    }
    watch_.judge(turn_, now, true);
    if (turn_.stops) watch_.fail_at(turn_);
  }

  void take(Probed& probe) {
    const std::vector<double> all = values(probe.request);
    probe.trace.times_ms.push_back(probe.label_ms());
    if (probe.request.neurons.empty())
      probe.trace.values.insert(probe.trace.values.end(), all.begin(), all.end());
    for (const std::uint64_t neuron : probe.request.neurons)
      probe.trace.values.push_back(all[neuron]);
    ++probe.taken;
    probe.due_ms = due_of(probe.label_ms());
  }

  std::vector<Probed> probed_;
  double dt_ms_;
  RateWatch watch_;
  RateWatch::Turn turn_;
  std::vector<std::uint64_t> reported_;  // by population: spikes that the watch has
};

class PlainRun final : public ProbedRun {
 public:
  PlainRun(const Experiment& experiment, const ModelRegistry& registry)
      : ProbedRun(experiment, registry),
        network_(experiment.network),
        registry_(registry),
        compiled_(network_, registry),
        engine_(compiled_),
        pieces_(empty_pieces(network_, registry)) {
    std::uint64_t first = 0;
    std::size_t piece = 0;
    for (const Population& population : network_.populations) {
      first_.push_back(first), first += static_cast<std::uint64_t>(population.size());
      const bool generates = registry.find(population.model)->generates();
      piece_of_.push_back(generates ? kNoPiece : piece++);
    }
    counts_.resize(first_.size());
    engine_.observe([this](std::int64_t step, std::size_t population, const SpikeList& spikes) {
      note(step, population, spikes);
    });
  }
  std::string_view engine() const override { return "clock"; }
  double now_ms() const override { return time_of(engine_.steps_done(), network_); }
  std::uint64_t spikes(std::size_t population) const override { return engine_.spikes(population); }
  std::uint64_t synaptic_events() const override {
    std::uint64_t sum = 0;
    for (std::size_t p = 0; p < first_.size(); ++p) sum += engine_.synops(p);
    return sum;
  }
  std::uint64_t spike_hash() const override { return hash_; }
  std::uint64_t synapses() const override {
    std::uint64_t sum = 0;
    for (const Projection& each : network_.projections)
      sum += static_cast<std::uint64_t>(synapse_count(network_, each));
    return sum;
  }
  std::vector<SpikePiece> take_spikes() override {
    return std::exchange(pieces_, empty_pieces(network_, registry_));
  }

  void set_rates(std::size_t population, std::span<const double> rates_hz) override {
    engine_.group(population).set_rates(engine_.steps_done(), rates_hz);
  }
  void send_spikes(std::size_t population, std::span<const double> times_ms,
                   std::span<const std::uint32_t> neurons) override {
    engine_.group(population).send_spikes(engine_.steps_done(), times_ms, neurons);
  }
  void count_spikes(std::size_t population) override {
    counts_[population].resize(static_cast<std::size_t>(network_.populations[population].size()));
  }
  std::vector<std::uint64_t> take_counts(std::size_t population) override {
    std::vector<std::uint64_t> zeros(counts_[population].size());
    return std::exchange(counts_[population], std::move(zeros));
  }
  void learn(double speed) override {
    for (std::size_t p = 0; p < first_.size(); ++p) engine_.group(p).learn(speed > 0);
  }

 protected:
  void advance(double end_ms) override {
    engine_.run(steps_of(end_ms, network_) - engine_.steps_done());
  }
  void record_spikes() override { records_ = true; }
  double due_of(double label_ms) const override { return label_ms + network_.dt_ms; }
  std::vector<double> values(const ProbeRequest& probe) const override {
    return engine_.group(network_.index_of(probe.of)).state(probe.variable);
  }
  void visit_engine(StateArchive& archive) override {
    archive("engine", engine_);
    archive("hash", hash_);
    archive("counts", counts_);
  }

 private:
  void note(std::int64_t step, std::size_t population, const SpikeList& spikes) {
    const std::size_t piece = piece_of_[population];
    if (piece == kNoPiece) return;
    const bool counts = !counts_[population].empty();
    for (const std::uint32_t id : spikes.ids()) {
      if (counts) ++counts_[population][id];
      hash_ += mix((static_cast<std::uint64_t>(step) << 32) ^ (first_[population] + id));
      if (records_) pieces_[piece].add(time_of(step, network_), id);
    }
  }

  const Network& network_;
  const ModelRegistry& registry_;
  CompiledNetwork compiled_;
  ClockEngine engine_;
  std::vector<std::uint64_t> first_;
  static constexpr std::size_t kNoPiece = SIZE_MAX;
  std::vector<std::size_t> piece_of_;  // by population
  std::vector<SpikePiece> pieces_;
  std::vector<std::vector<std::uint64_t>> counts_;  // by population: spikes of each neuron
  bool records_ = false;
  std::uint64_t hash_ = 0;
};

class EventRun final : public ProbedRun {
 public:
  EventRun(const Experiment& experiment, const ModelRegistry& registry)
      : ProbedRun(experiment, registry),
        network_(experiment.network),
        registry_(registry),
        engine_(network_, registry, {.records = experiment.needs_spikes()}) {}
  std::string_view engine() const override { return "event"; }
  double now_ms() const override { return engine_.time_ms(); }
  std::uint64_t spikes(std::size_t population) const override { return engine_.spikes(population); }
  std::uint64_t synaptic_events() const override { return engine_.synaptic_events(); }
  std::uint64_t spike_hash() const override { return engine_.spike_hash(); }
  std::uint64_t synapses() const override { return engine_.synapses(); }
  std::vector<SpikePiece> take_spikes() override {
    std::vector<SpikePiece> pieces = empty_pieces(network_, registry_);
    std::vector<std::pair<std::uint32_t, SpikePiece*>> by_first;  // neuron of the network
    std::uint32_t first = 0;
    auto next = pieces.begin();
    for (const Population& population : network_.populations) {
      if (next != pieces.end() && next->population == population.name)
        by_first.emplace_back(first, &*next++);
      first += static_cast<std::uint32_t>(population.size());
    }
    for (const EventSpike& spike : engine_.take_recorded()) {
      const auto [begin, piece] = *std::prev(std::ranges::upper_bound(
          by_first, spike.neuron, {}, &std::pair<std::uint32_t, SpikePiece*>::first));
      piece->add(spike.time_ms, spike.neuron - begin);
    }
    return pieces;
  }
  std::uint64_t weight_hash() const override { return engine_.weight_hash(); }
  PlasticWeights weights(const std::string& projection) const override {
    return engine_.weights(projection_index(network_, projection));
  }
  void reward(double amount) override { engine_.reward(amount); }

 protected:
  void advance(double end_ms) override {
    if (end_ms > engine_.time_ms()) engine_.run(end_ms - engine_.time_ms());
  }
  void record_spikes() override { engine_.take_recorded(); }
  double due_of(double label_ms) const override { return label_ms; }
  std::vector<double> values(const ProbeRequest& probe) const override {
    const std::size_t population = network_.index_of(probe.of);
    std::vector<double> all(static_cast<std::size_t>(network_.populations[population].size()));
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i] = engine_.state(population, probe.variable, static_cast<std::int64_t>(i));
    return all;
  }
  void visit_engine(StateArchive& archive) override { archive("engine", engine_); }

 private:
  const Network& network_;
  const ModelRegistry& registry_;
  EventEngine engine_;
};

}  // namespace

static void cannot(std::string_view what) {
  fail(Code::network_invalid, "run.engine", "this engine cannot " + std::string(what),
       "use engine = \"clock\"");
}
void NetworkRun::set_rates(std::size_t, std::span<const double>) {
  cannot("change the rates of generators while it runs");
}
void NetworkRun::send_spikes(std::size_t, std::span<const double>, std::span<const std::uint32_t>) {
  cannot("be given spikes while it runs");
}
void NetworkRun::count_spikes(std::size_t) { cannot("count the spikes of each neuron"); }
std::vector<std::uint64_t> NetworkRun::take_counts(std::size_t) { return {}; }
void NetworkRun::reward(double) { cannot("change weights"); }
void NetworkRun::learn(double) { cannot("keep weights while it runs"); }

/// What only one rank can do.
static void check_ranks(bool splits, const Exchange* exchange) {
  if (exchange != nullptr && !splits)
    fail(Code::ranks_unavailable, "run.engine",
         "only the clock engine, with models that split, runs on several ranks");
}

std::unique_ptr<NetworkRun> make_network_run(const Experiment& experiment,
                                             const ModelRegistry& registry, Exchange* exchange,
                                             std::int32_t parts) {
  const bool event = experiment.engine == EngineKind::event;
  const bool splits = !event && ParallelClock::unsupported(experiment.network, registry).empty();
  check_ranks(splits, exchange);
  if (event) return std::make_unique<EventRun>(experiment, registry);
  if (splits) return std::make_unique<ParallelRun>(experiment, registry, exchange, parts);
  return std::make_unique<PlainRun>(experiment, registry);
}

}  // namespace synfire
