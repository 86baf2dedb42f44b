#include "converters/experiment/task_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "converters/experiment/experiment.h"
#include "neurons/models.h"

namespace synfire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kNetwork = R"([run]
duration = "1 s"
[population.cue]
model = "poisson"
size = 8
[population.left]
model = "lif_exp"
size = 2
[population.right]
model = "lif_exp"
size = 2
[projection.choice]
source = "cue"
target = ["left", "right"]
rule = "all_to_all"
weight = "1 pA"
delay = "1 ms"
)";
constexpr std::string_view kRule = "[projection.choice.plasticity]\nrule = \"stdp_reward\"\n";
constexpr std::string_view kBandit =
    "[task.t]\nkind = \"bandit\"\narms = [0.5, 0.1]\nstates = \"cue\"\nactions = [\"left\", "
    "\"right\"]\n";

ExperimentFile file_of(std::string_view more, std::string_view rule = kRule) {
  return {std::string(kNetwork) + std::string(rule) + std::string(more), "e.toml"};
}

std::vector<std::string> faults(const ExperimentFile& file) {
  try {
    file.resolve(model_registry());
  } catch (const Failure& failure) {
    std::vector<std::string> texts;
    for (const Diagnostic& each : failure.diagnostics()) texts.push_back(to_string(each));
    return texts;
  }
  return {};
}
std::vector<std::string> faults_of(const std::string& assignment) {
  ExperimentFile file = file_of(kBandit);
  file.set(assignment);
  return faults(file);
}

TEST(TaskReader, ReadsATaskAndItsParameters) {
  ExperimentFile file = file_of(kBandit);
  file.set("task.t.pause=0.3ms");
  file.set("task.t.reversal=7");
  const Experiment experiment = file.resolve(model_registry()).experiment;
  ASSERT_EQ(experiment.tasks.size(), 1U);
  const TaskRequest& task = experiment.tasks[0];
  EXPECT_EQ(task.task.name, "bandit");
  EXPECT_EQ(task.states, "cue");
  EXPECT_THAT(task.actions, ElementsAre("left", "right"));
  EXPECT_EQ(task.pause_ms, 0.3);
  EXPECT_EQ(task.trial_ms, 200);
  EXPECT_EQ(std::get<std::int64_t>(task.task.parameters.at("reversal")), 7);
}

TEST(TaskReader, TheResolvedTextIsTheSameExperiment) {
  ExperimentFile file = file_of(
      "[task.t]\nkind = \"maze\"\nmaze = [\"S.\", \".G\"]\nstates = \"cue\"\nactions = [\"left\", "
      "\"right\", \"up\", \"down\"]\n[population.up]\nmodel = \"lif_exp\"\nsize = "
      "1\n[population.down]\nmodel = \"lif_exp\"\nsize = 1\n");
  const ResolvedExperiment once = file.resolve(model_registry());
  EXPECT_EQ(std::get<std::string>(once.experiment.tasks[0].task.parameters.at("maze")), "S.\n.G\n");
  const ResolvedExperiment twice =
      ExperimentFile(once.text, "again.toml").resolve(model_registry());
  EXPECT_EQ(twice.text, once.text);
}

TEST(TaskReader, TellsWhatIsMissingAndWhere) {
  EXPECT_THAT(faults(file_of("[task.t]\n")), ElementsAre(HasSubstr("task.t.kind: is missing"),
                                                         HasSubstr("task.t.states: is missing"),
                                                         HasSubstr("task.t.actions: is missing")));
  EXPECT_THAT(faults_of("task.t.kind=bandits"), ElementsAre(HasSubstr("did you mean 'bandit'?")));
  EXPECT_THAT(faults_of("task.t.states=cu"), ElementsAre(HasSubstr("did you mean 'cue'?")));
  EXPECT_THAT(faults_of("task.t.actions=[\"left\", \"rigth\"]"),
              ElementsAre(HasSubstr("did you mean 'right'?")));
  EXPECT_THAT(faults_of("task.t.revesal=3"), ElementsAre(HasSubstr("did you mean 'reversal'?")));
}

TEST(TaskReader, TellsWhatDoesNotFit) {
  EXPECT_THAT(faults_of("task.t.arms=[0.5, 1.2]"),
              ElementsAre(HasSubstr("task.t.arms: 1.2 is outside 0 to 1")));
  EXPECT_THAT(faults_of("task.t.arms=[0.5, 0.1, 0.1]"),
              ElementsAre(HasSubstr("the task has 3 actions, there are populations for 2")));
  EXPECT_THAT(faults_of("task.t.cues=3"), ElementsAre(HasSubstr("no multiple of the 3 states")));
  EXPECT_THAT(faults_of("task.t.states=left"),
              ElementsAre(HasSubstr("cannot be set while it runs")));
  EXPECT_THAT(faults_of("task.t.actions=[\"left\", \"cue\"]"),
              ElementsAre(HasSubstr("cue sends by itself")));
  EXPECT_THAT(faults_of("task.t.actions=[\"left\", \"left\"]"),
              ElementsAre(HasSubstr("left stands for two actions")));
  EXPECT_THAT(faults_of("population.left.size=0"), ElementsAre(HasSubstr("0 is outside 1 to")));
  EXPECT_THAT(faults_of("task.t.trial=0.25ms"), ElementsAre(HasSubstr("no multiple of run.dt")));
  EXPECT_THAT(faults_of("run.engine=event"), ElementsAre(HasSubstr("the event engine cannot")));
}

TEST(TaskReader, TellsOfAMazeAtItsPlace) {
  const auto found = faults(
      file_of("[task.t]\nkind = \"maze\"\nmaze = [\"S#\", \"#G\"]\nstates = \"cue\"\nactions = "
              "[\"left\", \"right\"]\n"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0], HasSubstr("error[E0212] e.toml:22:1: task.t.maze: no way leads"));
}

TEST(TaskReader, NothingIsLearnedWithoutARuleThatHeedsRewards) {
  EXPECT_THAT(faults(file_of(kBandit, "")),
              ElementsAre(HasSubstr("task.t: no projection has a plasticity rule")));
  EXPECT_THAT(faults(file_of("[reward.r]\ntimes = [\"1 ms\"]\n",
                             "[projection.choice.plasticity]\nrule = \"stdp_pair\"\n")),
              ElementsAre(HasSubstr("such rules are: stdp_reward")));
}

TEST(TaskReader, ReadsRewardsAtTimes) {
  const Experiment experiment =
      file_of("[reward.r]\ntimes = [\"30 ms\", \"0.01 s\"]\namount = -0.5\n")
          .resolve(model_registry())
          .experiment;
  ASSERT_EQ(experiment.rewards.size(), 1U);
  EXPECT_EQ(experiment.rewards[0].amount, -0.5);
  EXPECT_THAT(experiment.rewards[0].times_ms, ElementsAre(10, 30));
  EXPECT_THAT(faults({"reward = 3\n" + std::string(kNetwork), "e.toml"}),
              ElementsAre(HasSubstr("e.toml:1:1: reward: must have named tables")));
}

TEST(TaskReader, NothingFollowsFromWhatIsAtFault) {
  EXPECT_THAT(faults_of("task.t.arms=[]"), ElementsAre(HasSubstr("the list is empty")));
  EXPECT_THAT(faults_of("task.t.armz=1"), ElementsAre(HasSubstr("did you mean 'arms'?")));
  EXPECT_THAT(faults_of("task.t.actions=5"), ElementsAre(HasSubstr("it must be a text or a list")));
  EXPECT_THAT(faults_of("population.cue.size=-5"), ElementsAre(HasSubstr("-5 is outside 1 to")));
  EXPECT_THAT(faults_of("projection.choice.delay=5"), ElementsAre(HasSubstr("choice.delay")));
  EXPECT_THAT(faults_of("projection.choice=5"), ElementsAre(HasSubstr("it must be a table")));
  EXPECT_THAT(faults_of("run.dt=5"), ElementsAre(HasSubstr("5 has no unit")));
}

}  // namespace
}  // namespace synfire
