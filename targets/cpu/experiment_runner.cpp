#include "targets/cpu/experiment_runner.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "neurons/models.h"
#include "targets/cpu/network_run.h"

namespace synfire {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Simulated between looks at the wall's clock and the stop conditions; of fixed length, so that
/// the same run stops at the same time.
constexpr double kPiece = 10;  // ms

class ExperimentRunner {
 public:
  ExperimentRunner(const Experiment& experiment, const ExperimentOptions& options)
      : experiment_(experiment), options_(options), registry_(neuron_models()) {}

  ExperimentResult run() {
    const auto building = Clock::now();
    run_ = make_network_run(experiment_, registry_, options_.exchange);
    result_.engine = std::string(run_->engine());
    result_.build_s = seconds_since(building);
    start_ = Clock::now();
    advance(experiment_.warm_up_ms, false);
    result_.begin_ms = run_->now_ms();
    note_counts();
    run_->start_recording(experiment_.probes);
    advance(experiment_.warm_up_ms + experiment_.duration_ms, true);
    result_.end_ms = run_->now_ms();
    result_.wall_s = greatest_over_ranks(options_.exchange, seconds_since(start_));
    gather();
    return std::move(result_);
  }

 private:
  const Network& network() const { return experiment_.network; }
  bool generates(std::size_t population) const {
    return registry_.find(network().populations[population].model)->generates();
  }

  void note_counts() {
    for (std::size_t p = 0; p < network().populations.size(); ++p)
      before_.push_back(run_->spikes(p));
  }

  std::uint64_t spikes_since() const {
    std::uint64_t sum = 0;
    for (std::size_t p = 0; p < network().populations.size(); ++p)
      if (!generates(p)) sum += run_->spikes(p) - (before_.empty() ? 0 : before_[p]);
    return sum;
  }

  void advance(double end_ms, bool measured) {
    while (run_->now_ms() < end_ms - experiment_.network.dt_ms / 2 && result_.stopped_by.empty()) {
      run_->run_until(std::min(end_ms, run_->now_ms() + kPiece));
      const std::uint64_t spikes = spikes_since();
      const double wall_s = greatest_over_ranks(options_.exchange, seconds_since(start_));
      if (measured && experiment_.stop.spikes > 0 && spikes >= experiment_.stop.spikes)
        result_.stopped_by = "spikes";
      if (experiment_.stop.wall_s > 0 && wall_s >= experiment_.stop.wall_s)
        result_.stopped_by = "wall";
      if (options_.progress)
        options_.progress(
            {run_->now_ms(), experiment_.warm_up_ms + experiment_.duration_ms, wall_s, spikes});
    }
  }

  void gather() {
    result_.spike_hash = run_->spike_hash(), result_.synapses = run_->synapses();
    result_.synaptic_events = run_->synaptic_events();
    result_.spikes = spikes_since();
    result_.traces = run_->traces();
    for (std::size_t p = 0; p < network().populations.size(); ++p) gather(p);
  }

  void gather(std::size_t p) {
    const Population& population = network().populations[p];
    PopulationResult result{
        population.name, population.size(), generates(p), run_->spikes(p) - before_[p], 0, {}};
    const double recorded_s = (result_.end_ms - result_.begin_ms) / 1000;
    if (recorded_s > 0)
      result.rate_hz =
          static_cast<double>(result.spikes) / static_cast<double>(result.neurons) / recorded_s;
    if (!result.generates && recorded_s > 0) {
      SpikeTrain train = run_->train(p);
      result.statistics =
          spike_statistics(train, population.size(), result_.begin_ms, result_.end_ms);
      keep(std::move(train));
    }
    result_.populations.push_back(std::move(result));
  }

  /// What the probes of spikes ask for.
  void keep(SpikeTrain train) {
    if (experiment_.records_all_spikes()) return result_.trains.push_back(std::move(train));
    for (const ProbeRequest& probe : experiment_.probes)
      if (probe.variable == "spikes" && probe.population == train.population)
        return result_.trains.push_back(chosen(std::move(train), probe.neurons));
  }

  static SpikeTrain chosen(SpikeTrain train, const std::vector<std::uint64_t>& neurons) {
    if (neurons.empty()) return train;
    SpikeTrain some{train.population, {}, {}, {}};
    for (std::size_t i = 0; i < train.node_ids.size(); ++i)
      if (std::ranges::binary_search(neurons, train.node_ids[i])) {
        some.timestamps_ms.push_back(train.timestamps_ms[i]);
        some.node_ids.push_back(train.node_ids[i]);
      }
    return some;
  }

  const Experiment& experiment_;
  const ExperimentOptions& options_;
  const ModelRegistry registry_;
  std::unique_ptr<NetworkRun> run_;
  Clock::time_point start_;
  std::vector<std::uint64_t> before_;  // spikes of the warm-up, by population
  ExperimentResult result_;
};

}  // namespace

ExperimentResult run_experiment(const Experiment& experiment, const ExperimentOptions& options) {
  return ExperimentRunner(experiment, options).run();
}

}  // namespace synfire
