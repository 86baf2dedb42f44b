// A task of an experiment, beside the network that learns in it: shows it a state, takes the action
// that its spikes choose, predicts the reward and gives it what is more or less than that.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "core/engine/task.h"
#include "core/io/recording.h"
#include "core/net/experiment.h"
#include "targets/cpu/environment.h"

namespace synfire {

/// Rewards are predicted state by state: at a reward r the surprise is r + discount V(next) -
/// V(state), V(state) follows by prediction_rate of it, and reward_scale of it is given to the
/// rules (temporal differences: Sutton & Barto, Reinforcement Learning, 2nd ed., 2018, chapter 6;
/// as a global signal for eligibilities: Fremaux & Gerstner, Front. Neural Circuits 9, 2016).
class TaskEnvironment final : public Environment {
 public:
  /// Task number `index` of the experiment, which must outlive it. Throws unknown_name and
  /// parameter_invalid.
  TaskEnvironment(const Experiment& experiment, const ModelRegistry& registry, std::size_t index);

  double next_ms() const override;
  void act(NetworkRun& run) override;
  /// All its episodes are over, and rewarded.
  bool ends_run() const override { return phase_ == Phase::over && rewards_.empty(); }

  const TrialTable& trials() const { return table_; }
  void report(ExperimentResult& result) const override;
  void visit_state(StateArchive& archive) override;

 private:
  enum class Phase : std::uint8_t { before, trial, pause, over };
  struct Reward {
    double at_ms, amount;
  };

  double phase_end_ms() const { return phase_ == Phase::over ? kNever : phase_end_ms_; }

  void enter(Phase phase, double length_ms) {
    phase_ = phase, phase_begin_ms_ = phase_end_ms_, phase_end_ms_ += length_ms;
  }
  void start(NetworkRun& run);
  void begin_trial(NetworkRun& run);
  void end_trial(NetworkRun& run);
  void show(NetworkRun& run, bool state) const;
  std::size_t chosen_action(NetworkRun& run);
  void learn(const TaskStep& step, std::size_t action);
  void go_on(const TaskStep& step);

  const TaskRequest& request_;
  double warm_up_ms_;
  std::unique_ptr<Task> task_;
  TaskDraws draws_;
  std::size_t shown_;                 // population of the states
  std::size_t neurons_;               // of it
  std::vector<std::size_t> actions_;  // populations
  std::vector<double> predictions_;   // by state
  TrialTable table_;

  Phase phase_ = Phase::before;
  double phase_begin_ms_ = 0, phase_end_ms_ = 0;
  std::uint64_t episode_ = 0, state_ = 0;
  std::deque<Reward> rewards_;  // on their way
};

}  // namespace synfire
