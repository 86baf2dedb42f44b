#include "targets/cpu/task_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "converters/experiment/experiment.h"
#include "neurons/models.h"
#include "support/thread_exchange.h"
#include "targets/cpu/experiment_runner.h"
#include "targets/cpu/network_run.h"

namespace synfire {
namespace {

using testing::ElementsAre;

/// Neurons of a cue, and one for each of some actions.
Experiment experiment(const std::string& task, const std::vector<std::string>& actions,
                      const std::vector<std::string>& settings) {
  std::string text = R"([run]
duration = "10 s"
warm_up = "30 ms"
dt = "0.5 ms"
[population.cue]
model = "poisson"
size = 4
[projection.choice]
source = "cue"
target = ACTIONS
rule = "all_to_all"
weight = {distribution = "uniform", low = "0 pA", high = "0.3 pA"}
delay = "2 ms"
[projection.choice.plasticity]
rule = "stdp_reward"
[task.t]
states = "cue"
rate = "80 Hz"
rest_rate = "1 Hz"
trial = "100 ms"
pause = "20 ms"
prediction_rate = 0.5
)";
  std::string names;
  for (const std::string& action : actions) names += (names.empty() ? "[\"" : "\", \"") + action;
  names += "\"]";
  text.replace(text.find("ACTIONS"), 7, names);
  text += task + "actions = " + names + "\n";
  for (const std::string& action : actions)
    text += "[population." + action + "]\nmodel = \"lif_exp\"\nsize = 1\n";
  ExperimentFile file(text, "test.toml");
  for (const std::string& setting : settings) file.set(setting);
  return file.resolve(model_registry()).experiment;
}

/// Two cues, at which the one or the other arm pays.
Experiment bandit(const std::vector<std::string>& settings = {}) {
  return experiment(
      "kind = \"bandit\"\narms = [1, 0]\ncues = 2\nreward_delay = \"50 ms\"\nreward_scale = 2\n",
      {"left", "right"}, settings);
}

/// Plays the network: its actions spike as a test says, and what is done to it is kept.
class PlayedRun final : public NetworkRun {
 public:
  /// Lets the environment act until `end_ms`.
  void play(Environment& environment, double end_ms) {
    for (; environment.next_ms() < end_ms; environment.act(*this)) now_ = environment.next_ms();
  }

  std::vector<std::uint64_t> counts{0, 0};  // of the next trial, of left and right
  std::vector<std::pair<double, std::vector<double>>> shown;
  std::vector<std::pair<double, double>> rewards;

  double now_ms() const override { return now_; }
  void set_rates(std::size_t, std::span<const double> rates) override {
    shown.push_back({now_, {rates.begin(), rates.end()}});
  }
  void count_spikes(std::size_t) override {}
  std::vector<std::uint64_t> take_counts(std::size_t population) override {
    return {counts[population - 1]};  // behind the cue
  }
  void reward(double amount) override { rewards.emplace_back(now_, amount); }

  std::string_view engine() const override { return "played"; }
  void run_until(double) override {}
  std::uint64_t spikes(std::size_t) const override { return 0; }
  std::uint64_t synaptic_events() const override { return 0; }
  std::uint64_t spike_hash() const override { return 0; }
  std::uint64_t synapses() const override { return 0; }
  void start_recording(const std::vector<ProbeRequest>&, bool) override {}
  std::vector<SpikePiece> take_spikes() override { return {}; }
  std::vector<StateTrace> take_traces() override { return {}; }
  void visit_state(StateArchive&) override {}

 private:
  double now_ = 0;
};

TEST(TaskEnvironment, ShowsAStateInEachTrial) {
  const Experiment each = bandit();
  TaskEnvironment task(each, model_registry(), 0);
  PlayedRun run;
  run.counts = {3, 1};
  run.play(task, 390);
  ASSERT_EQ(run.shown.size(), 7U);
  EXPECT_EQ(run.shown[0], std::pair(0.0, std::vector<double>(4, 1)));
  const auto& trials = task.trials().trials;
  ASSERT_EQ(trials.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const double begin = 30 + 120 * static_cast<double>(i);
    EXPECT_EQ(trials[i].begin_ms, begin);
    const bool second = trials[i].state == 1;
    const std::vector<double> rates{second ? 1.0 : 80, second ? 1.0 : 80, second ? 80.0 : 1,
                                    second ? 80.0 : 1};
    EXPECT_EQ(run.shown[2 * i + 1], std::pair(begin, rates));
    EXPECT_EQ(run.shown[2 * i + 2], std::pair(begin + 100, std::vector<double>(4, 1)));
    EXPECT_EQ(trials[i].action, 0U);
    EXPECT_EQ(trials[i].reward, second ? 0 : 1) << "left pays at the first cue";
  }
}

TEST(TaskEnvironment, RewardsWhatWasNotPredictedAfterTheDelay) {
  const Experiment each = bandit({"task.t.cues=1"});
  TaskEnvironment task(each, model_registry(), 0);
  PlayedRun run;
  run.counts = {5, 0};
  run.play(task, 350);
  run.counts = {0, 5};
  run.play(task, 550);
  // V: 0, 0.5, 0.75; then nothing comes. Rewards are late: in the next trial.
  EXPECT_THAT(run.rewards, ElementsAre(std::pair(180.0, 2.0), std::pair(300.0, 1.0),
                                       std::pair(420.0, -1.5), std::pair(540.0, -0.75)));
  EXPECT_EQ(task.trials().trials[2].surprise, -0.75);
}

TEST(TaskEnvironment, PredictsWhatFollows) {
  const Experiment each = experiment("kind = \"maze\"\nmaze = [\"S..G\"]\ndiscount = 0.8\n",
                                     {"north", "east", "south", "west"}, {});
  TaskEnvironment task(each, model_registry(), 0);
  PlayedRun run;
  run.counts = {0, 1, 0, 0};
  run.play(task, 30 + 6 * 120);
  // V of the last cell before the goal: 0, 0.5; of the one before: 0, 0.
  const double wanted[] = {0, 0, 1, 0, 0.4, 0.5};
  for (std::size_t step = 0; step < 6; ++step) {
    const Trial& trial = task.trials().trials[step];
    EXPECT_EQ(trial.state, step % 3);
    EXPECT_DOUBLE_EQ(trial.surprise, wanted[step]) << step;
    EXPECT_EQ(trial.episode, step / 3);
  }
}

TEST(TaskEnvironment, DrawsOneOfThoseWithMostSpikes) {
  const Experiment each = bandit();
  TaskEnvironment task(each, model_registry(), 0);
  PlayedRun run;
  run.counts = {2, 2};
  run.play(task, 120 * 200);
  std::size_t right = 0;
  for (const Trial& trial : task.trials().trials) right += trial.action;
  EXPECT_NEAR(static_cast<double>(right), 100, 40);
}

TEST(TaskEnvironment, EndsTheRunBehindTheLastReward) {
  const Experiment each = bandit({"task.t.episodes=3"});
  TaskEnvironment task(each, model_registry(), 0);
  PlayedRun run;
  run.play(task, 400);
  EXPECT_FALSE(task.ends_run());
  run.play(task, 1e6);
  EXPECT_TRUE(task.ends_run());
  EXPECT_EQ(run.rewards.size(), 3U);
  EXPECT_EQ(run.now_ms(), 30 + 240 + 100 + 50);
}

TEST(TaskEnvironment, GoesOnFromItsState) {
  const Experiment each = bandit();
  TaskEnvironment whole(each, model_registry(), 0), first(each, model_registry(), 0),
      second(each, model_registry(), 0);
  PlayedRun run, cut;
  run.play(whole, 5000);
  cut.play(first, 2222);
  restore_state(second, saved_state(first), "state");
  cut.play(second, 5000);
  EXPECT_EQ(cut.rewards, run.rewards);
  EXPECT_EQ(cut.shown, run.shown);
  EXPECT_EQ(second.trials().trials.size(), whole.trials().trials.size());
}

std::vector<std::uint64_t> actions_of(const ExperimentResult& result) {
  std::vector<std::uint64_t> actions;
  for (const Trial& trial : result.trials.at(0).trials) actions.push_back(trial.action);
  return actions;
}

TEST(TaskEnvironment, LearnsTheSameOnThreadsAndRanks) {
  const std::vector<std::string> settings{
      "population.cue.size=40", "population.left.size=8", "population.right.size=8",
      "task.t.reward_scale=5",  "run.duration=2s",        "probe.w.projection=choice:cue->left"};
  Experiment each = bandit(settings);
  const ExperimentResult one = run_experiment(each);
  const auto actions = actions_of(one);
  EXPECT_EQ(actions.size(), 16U);
  EXPECT_THAT(actions, testing::Contains(0U));
  EXPECT_THAT(actions, testing::Contains(1U));
  const auto expect_same = [&](const ExperimentResult& other) {
    EXPECT_EQ(other.spike_hash, one.spike_hash);
    EXPECT_EQ(actions_of(other), actions);
    EXPECT_EQ(other.weights.at(0).values, one.weights.at(0).values);
  };
  test::on_ranks(2, [&](test::ThreadExchange& exchange) {
    ExperimentOptions options;
    options.exchange = &exchange;
    expect_same(run_experiment(each, options));
  });
  each.threads = 2;
  expect_same(run_experiment(each));
}

TEST(TaskEnvironment, TheLastEpisodeEndsTheRun) {
  const ExperimentResult result = run_experiment(bandit({"task.t.episodes=4"}));
  EXPECT_EQ(result.end_ms, 30 + 4 * 120 - 20 + 50);
  EXPECT_EQ(result.stopped_by, "");
  EXPECT_EQ(result.trials[0].trials.size(), 4U);
}

}  // namespace
}  // namespace synfire
