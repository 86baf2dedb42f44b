#include "targets/cpu/experiment_runner.h"

#include <algorithm>
#include <chrono>
#include <optional>
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

/// Spikes are given to ExperimentOptions::record when there are so many, or after so much time.
constexpr std::uint64_t kManySpikes = 1'000'000;
constexpr double kLongUnrecorded = 1;  // s

class ExperimentRunner {
 public:
  ExperimentRunner(const Experiment& experiment, const ExperimentOptions& options)
      : experiment_(experiment), options_(options), registry_(model_registry()) {}

  ExperimentResult run() {
    const auto building = Clock::now();
    run_ = make_network_run(experiment_, registry_, options_.exchange);
    result_.engine = std::string(run_->engine());
    own_ = make_environments(experiment_);
    for (const auto& each : own_) environments_.push_back(each.get());
    environments_.insert(environments_.end(), options_.environments.begin(),
                         options_.environments.end());
    result_.build_s = seconds_since(building);
    start_ = Clock::now();
    advance(experiment_.warm_up_ms);
    start_recording();
    advance(experiment_.ends_with_datasets ? Environment::kNever : end_ms());
    act();
    result_.wall_s = wall_s();
    result_.end_ms = run_->now_ms();
    if (result_.stopped_by.empty()) take_weights(/*last=*/true);
    take_spikes();
    gather();
    return std::move(result_);
  }

 private:
  const Network& network() const { return experiment_.network; }
  bool generates(const Population& population) const {
    return registry_.find(population.model)->generates();
  }
  double wall_s() const { return greatest_over_ranks(options_.exchange, seconds_since(start_)); }

  void start_recording() {
    result_.begin_ms = run_->now_ms();
    for (std::size_t p = 0; p < network().populations.size(); ++p)
      before_.push_back(run_->spikes(p));
    run_->start_recording(experiment_.probes);
    recording_ = true;
    for (const ProbeRequest& probe : experiment_.probes)
      if (probe.kind == ProbeKind::weights)
        weights_.push_back({&probe, 0}), result_.weights.push_back(empty_weights(probe.of));
  }

  WeightTrace empty_weights(const std::string& projection) const {
    const auto found = std::ranges::find(network().projections, projection, &Projection::name);
    WeightTrace trace;
    trace.projection = projection;
    trace.units = registry_.find(network().population(found->target).model)->weight_unit;
    trace.source_shape = network().population(found->source).shape;
    return trace;
  }

  /// Of neurons, since the warm-up.
  std::uint64_t spikes_since() const {
    std::uint64_t sum = 0;
    for (std::size_t p = 0; p < network().populations.size(); ++p)
      if (!generates(network().populations[p]))
        sum += run_->spikes(p) - (before_.empty() ? 0 : before_[p]);
    return sum;
  }

  void advance(double end_ms) {
    while (run_->now_ms() < end_ms - network().dt_ms / 2 && result_.stopped_by.empty()) {
      take_weights(/*last=*/false);
      act();
      if (end_ms == Environment::kNever && is_done()) break;
      guarded("rate", [&] { run_->run_until(piece_end(end_ms)); });
      check(wall_s(), spikes_since());
    }
  }

  double end_ms() const { return experiment_.warm_up_ms + experiment_.duration_ms; }
  bool is_done() const {
    return std::ranges::all_of(environments_, [](const Environment* each) {
      return each->next_ms() == Environment::kNever;
    });
  }

  /// Those of the environments whose time has come.
  void act() {
    constexpr double kRounding = 1e-9;
    const double early = experiment_.engine == EngineKind::event ? kRounding : network().dt_ms / 2;
    for (Environment* const each : environments_)
      while (each->next_ms() < run_->now_ms() + early) each->act(*run_);
  }

  /// Stops the run at a failure, whose cause goes by `name`.
  template <typename Work>
  void guarded(const char* name, const Work& work) {
    try {
      work();
    } catch (const Failure& failure) {
      const Code code = failure.diagnostics().front().code;
      if (code != Code::activity_limit && code != Code::file_write) throw;
      result_.stopped_by = name, result_.diagnostics = failure.diagnostics();
    }
  }

  double piece_end(double end_ms) const {
    double end = std::min(end_ms, run_->now_ms() + std::max(kPiece, network().dt_ms));
    for (const WeightProbe& probe : weights_)
      if (probe.is_open()) end = std::min(end, result_.begin_ms + probe.next_ms());
    for (const Environment* const each : environments_) end = std::min(end, each->next_ms());
    return end;
  }

  void check(double wall_s, std::uint64_t spikes) {
    const StopConditions& stop = experiment_.stop;
    if (recording_ &&
        (spikes - recorded_ >= kManySpikes || wall_s - recorded_at_ > kLongUnrecorded))
      take_spikes(), recorded_ = spikes, recorded_at_ = wall_s;
    if (result_.stopped_by.empty() && recording_ && stop.spikes > 0 && spikes >= stop.spikes)
      result_.stopped_by = "spikes";
    if (result_.stopped_by.empty() && stop.wall_s > 0 && wall_s >= stop.wall_s)
      result_.stopped_by = "wall";
    const bool asked = options_.interrupted && options_.interrupted();
    if (greatest_over_ranks(options_.exchange, asked ? 1 : 0) > 0 && result_.stopped_by.empty())
      result_.stopped_by = "interrupt";
    if (options_.progress)
      options_.progress({run_->now_ms(), std::max(end_ms(), run_->now_ms()), wall_s, spikes});
  }

  /// What is due now; what is due after the last step, too.
  void take_weights(bool last) {
    const double now = run_->now_ms() - result_.begin_ms + network().dt_ms / 2;
    for (std::size_t i = 0; i < weights_.size(); ++i)
      for (WeightProbe& probe = weights_[i]; probe.is_open() && (probe.next_ms() <= now || last);
           ++probe.taken)
        take(*probe.request, result_.weights[i]);
  }

  void take(const ProbeRequest& request, WeightTrace& trace) {
    const PlasticWeights weights = run_->weights(request.of);
    trace.times_ms.push_back(run_->now_ms());
    trace.values.insert(trace.values.end(), weights.weights.begin(), weights.weights.end());
    trace.source_ids.assign(weights.sources.begin(), weights.sources.end());
    trace.target_ids.assign(weights.targets.begin(), weights.targets.end());
  }

  void take_spikes() {
    if (!recording_) return;
    std::vector<SpikeTrain> chosen;
    for (SpikeTrain& train : run_->take_spikes()) {
      if (options_.record)
        if (auto some = chosen_of(train)) chosen.push_back(*std::move(some));
      keep(std::move(train));
    }
    if (options_.record) guarded("disk", [&] { options_.record(chosen); });
  }

  void keep(SpikeTrain train) {
    const auto found = std::ranges::find(trains_, train.population, &SpikeTrain::population);
    if (found == trains_.end()) return trains_.push_back(std::move(train));
    found->timestamps_ms.insert(found->timestamps_ms.end(), train.timestamps_ms.begin(),
                                train.timestamps_ms.end());
    found->node_ids.insert(found->node_ids.end(), train.node_ids.begin(), train.node_ids.end());
  }

  /// What the probes of spikes ask for.
  std::optional<SpikeTrain> chosen_of(const SpikeTrain& train) const {
    if (experiment_.records_all_spikes()) return train;
    for (const ProbeRequest& probe : experiment_.probes)
      if (probe.kind == ProbeKind::spikes && probe.of == train.population)
        return chosen_of(train, probe.neurons);
    return std::nullopt;
  }
  static SpikeTrain chosen_of(const SpikeTrain& train, const std::vector<std::uint64_t>& neurons) {
    if (neurons.empty()) return train;
    SpikeTrain some{train.population, {}, {}, {}};
    for (std::size_t i = 0; i < train.node_ids.size(); ++i)
      if (std::ranges::binary_search(neurons, train.node_ids[i])) {
        some.timestamps_ms.push_back(train.timestamps_ms[i]);
        some.node_ids.push_back(train.node_ids[i]);
      }
    return some;
  }

  void gather() {
    result_.spike_hash = run_->spike_hash(), result_.synapses = run_->synapses();
    result_.synaptic_events = run_->synaptic_events();
    result_.spikes = recording_ ? spikes_since() : 0;
    result_.traces = run_->traces();
    for (const Environment* const each : environments_) each->report(result_);
    for (std::size_t p = 0; p < network().populations.size(); ++p)
      result_.populations.push_back(result_of(p));
    for (const SpikeTrain& train : trains_)
      if (auto some = chosen_of(train)) result_.trains.push_back(*std::move(some));
  }

  PopulationResult result_of(std::size_t p) const {
    const Population& population = network().populations[p];
    PopulationResult result{population.name, population.size(), generates(population), 0, 0, {}};
    const double recorded_s = (result_.end_ms - result_.begin_ms) / 1000;
    if (!recording_ || !(recorded_s > 0)) return result;
    result.spikes = run_->spikes(p) - before_[p];
    result.rate_hz =
        static_cast<double>(result.spikes) / static_cast<double>(result.neurons) / recorded_s;
    const auto train = std::ranges::find(trains_, population.name, &SpikeTrain::population);
    if (train != trains_.end())
      result.statistics =
          spike_statistics(*train, population.size(), result_.begin_ms, result_.end_ms);
    return result;
  }

  struct WeightProbe {
    const ProbeRequest* request;
    std::size_t taken;
    bool is_open() const { return taken < request->times_ms.size(); }
    double next_ms() const { return request->times_ms[taken]; }
  };

  const Experiment& experiment_;
  const ExperimentOptions& options_;
  const ModelRegistry registry_;
  std::unique_ptr<NetworkRun> run_;
  std::vector<std::unique_ptr<Environment>> own_;
  std::vector<Environment*> environments_;
  Clock::time_point start_;
  bool recording_ = false;
  std::uint64_t recorded_ = 0;         // spikes that were given away
  double recorded_at_ = 0;             // s
  std::vector<std::uint64_t> before_;  // spikes of the warm-up, by population
  std::vector<WeightProbe> weights_;   // as in the result
  std::vector<SpikeTrain> trains_;     // all spikes so far
  ExperimentResult result_;
};

}  // namespace

ExperimentResult run_experiment(const Experiment& experiment, const ExperimentOptions& options) {
  return ExperimentRunner(experiment, options).run();
}

}  // namespace synfire
