#include "targets/cpu/experiment_runner.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "neurons/models.h"
#include "targets/cpu/chosen_spikes.h"
#include "targets/cpu/network_run.h"
#include "targets/cpu/recorded_stretch.h"

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
constexpr std::uint64_t kManySpikes = 100'000;
constexpr double kLongUnrecorded = 1;  // s

class ExperimentRunner {
 public:
  ExperimentRunner(const Experiment& experiment, const ExperimentOptions& options)
      : experiment_(experiment), options_(options), registry_(model_registry()) {}

  ExperimentResult run() {
    const auto building = Clock::now();
    run_ = make_network_run(experiment_, registry_, options_.exchange, parts());
    result_.engine = std::string(run_->engine());
    own_ = make_environments(experiment_);
    for (const auto& each : own_) environments_.push_back(each.get());
    environments_.insert(environments_.end(), options_.environments.begin(),
                         options_.environments.end());
    result_.build_s = seconds_since(building);
    start_ = Clock::now();
    spent_s_ = greatest_over_ranks(options_.exchange, options_.spent_s);
    if (resumes()) load_checkpoint();
    plan_checkpoint();
    if (!recording_) {
      advance(experiment_.warm_up_ms);
      start_recording();
    }
    advance(end_ms());
    act();
    result_.wall_s = wall_before_s_ + wall_s();
    result_.end_ms = run_->now_ms();
    if (result_.stopped_by.empty()) take_weights(/*last=*/true);
    take_recorded();
    gather();
    return std::move(result_);
  }

  /// What a checkpoint has beside what was recorded.
  void visit_state(StateArchive& archive) {
    archive.same("engine", result_.engine);
    bool recording = recording_;
    archive("recording", recording);
    if (archive.restores() && recording) start_recording();
    archive("network", *run_);
    for (Environment* const each : environments_) archive("environment", *each);
    archive("begin", result_.begin_ms);
    archive("recorded_until", result_.recorded_ms);
    archive("before", before_);
    for (WeightProbe& probe : weights_) archive("taken", probe.taken);
    double wall_so_far_s = wall_before_s_ + (archive.restores() ? 0 : seconds_since(start_));
    archive("wall", wall_so_far_s);
    if (archive.restores()) wall_before_s_ = wall_so_far_s;
  }

 private:
  const Network& network() const { return experiment_.network; }
  bool generates(const Population& population) const {
    return registry_.find(population.model)->generates();
  }
  double wall_s() const { return greatest_over_ranks(options_.exchange, seconds_since(start_)); }

  double planned_ms() const { return experiment_.warm_up_ms + experiment_.duration_ms; }
  double end_ms() const {
    return experiment_.ends_with_datasets ? Environment::kNever : planned_ms();
  }

  bool resumes() const {
    return options_.checkpoints != nullptr && options_.checkpoints->has_state();
  }
  /// As for how many threads the network is split: a state fits the split that it was saved with.
  std::int32_t parts() const {
    return resumes() ? static_cast<std::int32_t>(options_.checkpoints->facts().threads) : 0;
  }

  void load_checkpoint() {
    options_.checkpoints->load(
        [this](StateArchive& archive) {
          RecordedStretch stretch;
          archive("recorded", stretch);
          keep(std::move(stretch));
        },
        [this](StateArchive& archive) { archive("run", *this); });
    note_saved();
    for (WeightTrace& trace : recorded_.weights)
      if (!trace.times_ms.empty()) name_synapses(trace, run_->weights(trace.projection));
  }

  void plan_checkpoint() {
    constexpr double kRounding = 1e-9;
    const double every = experiment_.checkpoint_every_ms;
    if (options_.checkpoints != nullptr && every > 0)
      next_checkpoint_ms_ = (std::floor(run_->now_ms() / every + kRounding) + 1) * every;
  }

  /// When a piece is done. At the end of all nobody needs one.
  void save_checkpoint_if_due() {
    const bool is_cut = result_.stopped_by == "wall" || result_.stopped_by == "interrupt";
    const double now = run_->now_ms() + network().dt_ms / 2;
    const bool is_due = result_.stopped_by.empty() && now >= next_checkpoint_ms_ && now < end_ms();
    if (options_.checkpoints == nullptr || !(is_cut || is_due)) return;
    take_recorded();
    RecordedStretch unsaved = recorded_.since(saved_);
    const auto warning = warning_of([&] {
      options_.checkpoints->save(
          run_->now_ms(), [&](StateArchive& archive) { archive("recorded", unsaved); },
          [this](StateArchive& archive) { archive("run", *this); });
    });
    if (warning)
      result_.warnings.push_back(*warning);
    else
      note_saved();
    plan_checkpoint();
  }

  /// A checkpoint has all that was recorded.
  void note_saved() {
    if (!options_.keeps_spikes) recorded_.spikes.clear();
    saved_ = recorded_.length();
  }

  void start_recording() {
    result_.begin_ms = result_.recorded_ms = run_->now_ms();
    for (std::size_t p = 0; p < network().populations.size(); ++p)
      before_.push_back(run_->spikes(p));
    run_->start_recording(experiment_.probes, experiment_.needs_spikes());
    recording_ = true;
    for (const ProbeRequest& probe : experiment_.probes)
      if (probe.kind == ProbeKind::weights)
        weights_.push_back({&probe, 0}), recorded_.weights.push_back(empty_weights(probe.of));
  }

  WeightTrace empty_weights(const std::string& projection) const {
    const auto found = std::ranges::find(network().projections, projection, &Projection::name);
    WeightTrace trace;
    trace.projection = projection;
    trace.units = registry_.find(network().population(found->target).model)->weight_unit;
    trace.source_shape = network().population(found->source).shape;
    return trace;
  }

  std::string unit_of_state(const StateTrace& trace) const {
    const ModelInfo& model = *registry_.find(network().population(trace.population).model);
    return std::string(std::ranges::find(model.states, trace.variable, &StateInfo::name)->unit);
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
      if (std::ranges::any_of(environments_, &Environment::ends_run)) break;
      if (end_ms == Environment::kNever && is_done()) break;
      guarded("rate", [&] { run_->run_until(piece_end(end_ms)); });
      check(wall_s(), spikes_since());
    }
  }

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
    if (recording_ && (spikes - taken_ >= kManySpikes || wall_s - taken_at_ > kLongUnrecorded))
      take_recorded(), taken_ = spikes, taken_at_ = wall_s;
    if (result_.stopped_by.empty() && recording_ && stop.spikes > 0 && spikes >= stop.spikes)
      result_.stopped_by = "spikes";
    if (result_.stopped_by.empty() && stop.wall_s > 0 && spent_s_ + wall_s >= stop.wall_s)
      result_.stopped_by = "wall";
    const bool asked = options_.interrupted && options_.interrupted();
    if (greatest_over_ranks(options_.exchange, asked ? 1 : 0) > 0 && result_.stopped_by.empty())
      result_.stopped_by = "interrupt";
    save_checkpoint_if_due();
    // Only one rank writes.
    const bool is_full = result_.stopped_by == "disk";
    if (greatest_over_ranks(options_.exchange, is_full ? 1 : 0) > 0) result_.stopped_by = "disk";
    if (options_.progress)
      options_.progress({run_->now_ms(), std::max(planned_ms(), run_->now_ms()), wall_s, spikes});
  }

  /// What is due now; what is due after the last step, too.
  void take_weights(bool last) {
    const double now = run_->now_ms() - result_.begin_ms + network().dt_ms / 2;
    for (std::size_t i = 0; i < weights_.size(); ++i)
      for (WeightProbe& probe = weights_[i]; probe.is_open() && (probe.next_ms() <= now || last);
           ++probe.taken)
        take_weights(i);
  }

  void take_weights(std::size_t probe) {
    const std::string& projection = weights_[probe].request->of;
    PlasticWeights weights = run_->weights(projection);
    RecordedStretch taken;
    taken.weights.resize(weights_.size());
    WeightTrace& trace = taken.weights[probe];
    trace = empty_weights(projection);
    trace.times_ms = {run_->now_ms()};
    trace.values.assign(weights.weights.begin(), weights.weights.end());
    name_synapses(trace, weights);
    keep(std::move(taken));
  }

  static void name_synapses(WeightTrace& trace, const PlasticWeights& weights) {
    trace.source_ids.assign(weights.sources.begin(), weights.sources.end());
    trace.target_ids.assign(weights.targets.begin(), weights.targets.end());
  }

  void take_recorded() {
    RecordedStretch taken{{run_->take_spikes()}, run_->take_traces(), {}};
    if (recording_) keep(std::move(taken));
  }

  void keep(RecordedStretch more) {
    for (const RecordedStretch::Piece& piece : more.spikes) {
      if (options_.record && !piece.empty() && result_.stopped_by != "disk")
        guarded("disk", [&] { record(trains_of(piece), result_.recorded_ms, run_->now_ms()); });
      note(piece);
    }
    if (!options_.keeps_spikes && options_.checkpoints == nullptr) more.spikes.clear();
    recorded_.append(std::move(more));
  }

  /// In memory that is there from the piece before.
  const std::vector<SpikeTrain>& trains_of(const RecordedStretch::Piece& piece) {
    trains_.resize(piece.size());
    for (std::size_t i = 0; i < piece.size(); ++i) {
      trains_[i].population = piece[i].population;
      trains_[i].timestamps_ms.clear(), trains_[i].node_ids.clear();
      piece[i].append_to(trains_[i]);
    }
    return trains_;
  }

  void note(const RecordedStretch::Piece& piece) {
    for (const SpikePiece& train : piece)
      statistics_
          .try_emplace(train.population, network().population(train.population).size(),
                       result_.begin_ms)
          .first->second.add(train);
  }

  /// The spikes of an interval; where the disk is full, those of the first part that has room.
  void record(const std::vector<SpikeTrain>& trains, double begin_ms, double end_ms) {
    try {
      if (experiment_.chooses_spikes())
        options_.record(chosen_spikes(experiment_, trains));
      else
        options_.record(trains);
      result_.recorded_ms = end_ms;
    } catch (const Failure&) {
      if (end_ms - begin_ms <= kPiece) throw;
      const double middle_ms = (begin_ms + end_ms) / 2;
      std::vector<SpikeTrain> late = trains;
      const std::vector<SpikeTrain> early = split_at(middle_ms, late);
      record(early, begin_ms, middle_ms);
      record(late, middle_ms, end_ms);
    }
  }

  void gather() {
    result_.spike_hash = run_->spike_hash(), result_.synapses = run_->synapses();
    result_.synaptic_events = run_->synaptic_events();
    result_.spikes = recording_ ? spikes_since() : 0;
    if (result_.stopped_by != "disk") result_.recorded_ms = result_.end_ms;
    for (const Environment* const each : environments_) each->report(result_);
    for (std::size_t p = 0; p < network().populations.size(); ++p)
      result_.populations.push_back(result_of(p));
    if (!std::ranges::all_of(network().projections, &Projection::is_static))
      result_.weight_hash = run_->weight_hash();
    if (options_.keeps_spikes)
      result_.trains = chosen_spikes(experiment_, joined(recorded_.spikes));
    result_.traces = std::move(recorded_.traces);
    for (StateTrace& trace : result_.traces) trace.units = unit_of_state(trace);
    result_.weights = std::move(recorded_.weights);
  }

  PopulationResult result_of(std::size_t p) const {
    const Population& population = network().populations[p];
    PopulationResult result{population.name, population.size(), generates(population), 0, 0, {}};
    const double recorded_s = (result_.end_ms - result_.begin_ms) / 1000;
    if (!recording_ || !(recorded_s > 0)) return result;
    result.spikes = run_->spikes(p) - before_[p];
    result.rate_hz =
        static_cast<double>(result.spikes) / static_cast<double>(result.neurons) / recorded_s;
    const auto statistics = statistics_.find(population.name);
    if (statistics != statistics_.end())
      result.statistics = statistics->second.until(result_.end_ms);
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
  double wall_before_s_ = 0;  // in the parts before the checkpoint
  double spent_s_ = 0;        // of stop.wall
  double next_checkpoint_ms_ = std::numeric_limits<double>::infinity();
  std::uint64_t taken_ = 0;                              // spikes that were taken from the network
  double taken_at_ = 0;                                  // s
  std::vector<std::uint64_t> before_;                    // spikes of the warm-up, by population
  std::vector<WeightProbe> weights_;                     // as in the result
  std::map<std::string, RunningStatistics> statistics_;  // by population
  RecordedStretch recorded_;                             // so far
  std::vector<SpikeTrain> trains_;                       // of one piece
  RecordedStretch::Length saved_;                        // of it in the last checkpoint
  ExperimentResult result_;
};

}  // namespace

ExperimentResult run_experiment(const Experiment& experiment, const ExperimentOptions& options) {
  return ExperimentRunner(experiment, options).run();
}

}  // namespace synfire
