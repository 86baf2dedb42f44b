#include "core/engine/task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "neurons/models.h"

namespace synfire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::unique_ptr<Task> make(std::string_view name, const Parameters& parameters) {
  return model_registry().find_task(name)->create(parameters, "task.t");
}
Parameter numbers(const std::vector<double>& values) {
  return Tensor::of<double>({static_cast<std::int64_t>(values.size())}, values);
}
std::string faults(std::string_view name, const Parameters& parameters) {
  try {
    make(name, parameters);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "none";
}

constexpr std::size_t kNorth = 0, kEast = 1, kSouth = 2, kWest = 3;
// States: 0 1 2 / 3 4 5.
const Parameters kSmallMaze{{"maze", std::string("S.#\n#.G\n")}, {"wall_reward", -0.5}};

TEST(Tasks, EveryOneOfThemIsListedWithWhatIsKnownOfIt) {
  for (const TaskInfo* const info : tasks()) {
    EXPECT_FALSE(info->summary.empty() || info->equations.empty() || info->source.empty());
    EXPECT_EQ(model_registry().find_task(info->name), info);
    for (const ParameterInfo& parameter : info->parameters)
      EXPECT_FALSE(parameter.meaning.empty()) << parameter.name;
  }
}

TEST(Bandit, ArmsPayWithTheirProbabilitiesAndChangePlaces) {
  const auto bandit = make(
      "bandit", {{"arms", numbers({0.9, 0.3})}, {"reversal", std::int64_t{1000}}, {"loss", -1.0}});
  TaskDraws draws(1, 0);
  EXPECT_EQ(bandit->states(), 1U);
  EXPECT_EQ(bandit->actions(), 2U);
  double sums[2] = {0, 0};
  for (int pull = 0; pull < 2000; ++pull) {
    const TaskStep step = bandit->act(bandit->begin(draws), 0, draws);
    EXPECT_TRUE(step.over && !step.next);
    EXPECT_EQ(step.best, pull < 1000);
    sums[pull / 1000] += step.reward;
  }
  // Of 1000 pulls: mean 2 p - 1, standard deviation below 0.03.
  EXPECT_NEAR(sums[0] / 1000, 0.8, 0.1);
  EXPECT_NEAR(sums[1] / 1000, -0.4, 0.1);
}

TEST(Bandit, EachCueHasAnotherOrderOfTheArms) {
  const auto bandit = make("bandit", {{"arms", numbers({1, 0, 0})}, {"cues", std::int64_t{3}}});
  TaskDraws draws(1, 0);
  EXPECT_EQ(bandit->states(), 3U);
  for (std::size_t cue = 0; cue < 3; ++cue)
    for (std::size_t arm = 0; arm < 3; ++arm)
      EXPECT_EQ(bandit->act(cue, arm, draws).reward, (arm + cue) % 3 == 0 ? 1 : 0);
}

TEST(Bandit, RefusesArmsThatAreNone) {
  EXPECT_THAT(faults("bandit", {}), HasSubstr("less than two arms"));
  EXPECT_THAT(faults("bandit", {{"arms", numbers({0.5, 1.5})}}),
              HasSubstr("task.t.arms: 1.5 is no probability"));
}

TEST(Maze, StepsGoWhereNoWallIs) {
  const auto maze = make("maze", kSmallMaze);
  TaskDraws draws(1, 0);
  EXPECT_EQ(maze->states(), 6U);
  EXPECT_EQ(maze->actions(), 4U);
  EXPECT_EQ(maze->least_actions(), 3);
  EXPECT_EQ(maze->begin(draws), 0U);
  for (const std::size_t blocked : {kNorth, kSouth, kWest}) {
    const TaskStep step = maze->act(0, blocked, draws);
    EXPECT_EQ(step.next, 0U);
    EXPECT_EQ(step.reward, -0.5);
    EXPECT_FALSE(step.best || step.over);
  }
  const TaskStep east = maze->act(0, kEast, draws), south = maze->act(1, kSouth, draws);
  EXPECT_EQ(east.next, 1U);
  EXPECT_TRUE(east.best);
  EXPECT_EQ(south.next, 4U);
  EXPECT_EQ(east.reward + south.reward, 0);
  EXPECT_FALSE(maze->act(1, kWest, draws).best);
  const TaskStep goal = maze->act(4, kEast, draws);
  EXPECT_EQ(goal.reward, 1);
  EXPECT_TRUE(goal.best && goal.over && !goal.next);
}

TEST(Maze, ALongEpisodeEndsWithoutItsGoal) {
  Parameters parameters = kSmallMaze;
  parameters["longest"] = std::int64_t{3};
  const auto maze = make("maze", parameters);
  TaskDraws draws(1, 0);
  for (int episode = 0; episode < 2; ++episode) {
    const std::size_t start = maze->begin(draws);
    EXPECT_FALSE(maze->act(start, kNorth, draws).over);
    EXPECT_FALSE(maze->act(start, kNorth, draws).over);
    const TaskStep last = maze->act(start, kNorth, draws);
    EXPECT_TRUE(last.over);
    EXPECT_EQ(last.next, start) << "what would follow can still be predicted";
  }
}

TEST(Maze, OneOfSeveralStartsIsDrawn) {
  const auto maze = make("maze", {{"maze", std::string("S.G.S")}});
  TaskDraws draws(1, 0);
  std::vector<int> begun(5);
  for (int episode = 0; episode < 200; ++episode) ++begun[maze->begin(draws)];
  EXPECT_NEAR(begun[0], 100, 40);
  EXPECT_EQ(begun[0] + begun[4], 200);
  EXPECT_EQ(maze->least_actions(), 2);
}

TEST(Maze, RefusesWhatCannotBeWalked) {
  const auto with = [](const std::string& rows) { return faults("maze", {{"maze", rows}}); };
  EXPECT_THAT(with(""), HasSubstr("task.t.maze: it has no cells"));
  EXPECT_THAT(with("S..\n..G"), "none");
  EXPECT_THAT(with("...\n..G"), HasSubstr("it has no start"));
  EXPECT_THAT(with("S..\n..."), HasSubstr("it has no goal"));
  EXPECT_THAT(with("S#.\n.#G"), HasSubstr("no way leads from the start at row 1, column 1"));
  EXPECT_THAT(with("S#S\n##G"), HasSubstr("row 1, column 1"));
  EXPECT_THAT(with("S.\n..G"), HasSubstr("row 2 has 3 cells, row 1 has 2"));
  EXPECT_THAT(with("S.\nxG"), HasSubstr("row 2, column 1: there is no cell 'x'"));
}

}  // namespace
}  // namespace synfire
