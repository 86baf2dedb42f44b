#include "targets/cpu/task_environment.h"

#include <algorithm>
#include <numeric>

#include "targets/cpu/experiment_runner.h"
#include "targets/cpu/network_run.h"

namespace synfire {

static std::unique_ptr<Task> make_task(const TaskRequest& request, const ModelRegistry& registry) {
  const std::string where = "task." + request.name;
  const TaskInfo* const info = registry.find_task(request.task.name);
  if (info == nullptr)
    fail(Code::unknown_name, where, "there is no task '" + request.task.name + "'",
         "`synfire list tasks` shows every name");
  auto task = info->create(request.task.parameters, where);
  if (request.actions.size() != task->actions())
    fail(Code::parameter_invalid, where, "it needs a population for each action");
  return task;
}

TaskEnvironment::TaskEnvironment(const Experiment& experiment, const ModelRegistry& registry,
                                 std::size_t index)
    : request_(experiment.tasks[index]),
      warm_up_ms_(experiment.warm_up_ms),
      task_(make_task(request_, registry)),
      draws_(experiment.network.seed, index),
      shown_(experiment.network.index_of(request_.states)),
      neurons_(static_cast<std::size_t>(experiment.network.populations[shown_].size())),
      predictions_(task_->states()) {
  if (predictions_.empty() || neurons_ % predictions_.size() != 0)
    fail(Code::parameter_invalid, "task." + request_.name,
         "its states do not share " + request_.states + " evenly");
  for (const std::string& name : request_.actions)
    actions_.push_back(experiment.network.index_of(name));
  table_ = {request_.name, request_.actions, task_->least_actions(), {}};
}

double TaskEnvironment::next_ms() const {
  return rewards_.empty() ? phase_end_ms() : std::min(rewards_.front().at_ms, phase_end_ms());
}

void TaskEnvironment::act(NetworkRun& run) {
  if (!rewards_.empty() && rewards_.front().at_ms <= phase_end_ms()) {
    run.reward(rewards_.front().amount);
    return rewards_.pop_front();
  }
  switch (phase_) {
    case Phase::before:
      return start(run);
    case Phase::trial:
      return end_trial(run);
    case Phase::pause:
      return begin_trial(run);
    case Phase::over:
      return;
  }
}

/// At the start of the run, whose warm-up sees no state.
void TaskEnvironment::start(NetworkRun& run) {
  for (const std::size_t population : actions_) run.count_spikes(population);
  show(run, false);
  state_ = task_->begin(draws_);
  enter(Phase::pause, warm_up_ms_);
}

void TaskEnvironment::show(NetworkRun& run, bool state) const {
  std::vector<double> rates(neurons_, request_.rest_rate_hz);
  const std::size_t part = neurons_ / task_->states();
  if (state)
    std::fill_n(rates.begin() + static_cast<std::ptrdiff_t>(state_ * part), part, request_.rate_hz);
  run.set_rates(shown_, rates);
}

void TaskEnvironment::begin_trial(NetworkRun& run) {
  for (const std::size_t population : actions_) run.take_counts(population);
  show(run, true);
  enter(Phase::trial, request_.trial_ms);
}

/// That of the population with most spikes; of several one at random.
std::size_t TaskEnvironment::chosen_action(NetworkRun& run) {
  std::vector<std::size_t> first;
  std::uint64_t most = 0;
  for (std::size_t action = 0; action < actions_.size(); ++action) {
    const auto counts = run.take_counts(actions_[action]);
    const auto spikes = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    if (spikes > most) most = spikes, first.clear();
    if (spikes == most) first.push_back(action);
  }
  return first.size() == 1 ? first.front() : first[draws_.below(first.size())];
}

void TaskEnvironment::end_trial(NetworkRun& run) {
  const std::size_t action = chosen_action(run);
  show(run, false);
  const TaskStep step = task_->act(state_, action, draws_);
  learn(step, action);
  go_on(step);
}

void TaskEnvironment::learn(const TaskStep& step, std::size_t action) {
  const double following = step.next ? request_.discount * predictions_[*step.next] : 0;
  const double surprise = step.reward + following - predictions_[state_];
  predictions_[state_] += request_.prediction_rate * surprise;
  rewards_.push_back({phase_end_ms_ + request_.reward_delay_ms, request_.reward_scale * surprise});
  table_.trials.push_back(
      {phase_begin_ms_, episode_, state_, action, step.reward, surprise, step.best, step.over});
}

void TaskEnvironment::go_on(const TaskStep& step) {
  enter(Phase::pause, request_.pause_ms);
  if (!step.over) {
    state_ = *step.next;
    return;
  }
  if (++episode_ == static_cast<std::uint64_t>(request_.episodes)) phase_ = Phase::over;
  state_ = task_->begin(draws_);
}

void TaskEnvironment::report(ExperimentResult& result) const { result.trials.push_back(table_); }

void TaskEnvironment::visit_state(StateArchive& archive) {
  archive("task", *task_);
  archive("draws", draws_);
  archive("predictions", predictions_);
  archive("trials", table_.trials);
  archive("phase", phase_);
  archive("phase_begin_ms", phase_begin_ms_);
  archive("phase_end_ms", phase_end_ms_);
  archive("episode", episode_);
  archive("state", state_);
  archive("rewards", rewards_);
}

}  // namespace synfire
