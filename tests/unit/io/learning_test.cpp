#include "core/io/learning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/diagnostics.h"
#include "core/io/picture.h"
#include "core/io/recording_view.h"
#include "support/scratch.h"

namespace synfire {
namespace {

/// Episodes of 4, 3, 2, 1 actions; the last of each pays and alone is best; and one that is cut.
TrialTable walks() {
  TrialTable table{"walk", {"left", "right"}, 1, {}};
  for (std::uint64_t episode = 0; episode < 4; ++episode)
    for (std::uint64_t left = 4 - episode; left > 0; --left) {
      const bool last = left == 1;
      table.trials.push_back({10.0 * static_cast<double>(table.trials.size()), episode, left,
                              left % 2, last ? 1.0 : 0.0, -0.5, last, last});
    }
  table.trials.push_back({100, 4, 4, 1, 0, 0.25, 0, 0});
  return table;
}

TEST(Learning, BlocksAreMeansOfEpisodes) {
  const auto curve = learning_curve(walks(), 2);
  ASSERT_EQ(curve.size(), 2U);
  EXPECT_EQ(curve[0].first, 0U);
  EXPECT_EQ(curve[0].last, 1U);
  EXPECT_EQ(curve[0].actions, 3.5);
  EXPECT_EQ(curve[1].actions, 1.5);
  EXPECT_EQ(curve[1].reward, 1);
  EXPECT_NEAR(curve[0].best, 2.0 / 7, 1e-12);
  EXPECT_NEAR(curve[1].best, 2.0 / 3, 1e-12);
  EXPECT_EQ(curve[1].last, 3U) << "the one that was cut short is left out";
}

TEST(Learning, ThereAreNoMoreBlocksThanEpisodes) {
  EXPECT_EQ(learning_curve(walks(), 10).size(), 4U);
  EXPECT_TRUE(learning_curve({}, 10).empty());
}

TEST(Learning, TrialsAreReadAsTheyWereWritten) {
  const test::ScratchFolder folder;
  Recording recording;
  recording.interval = {0, 200};
  recording.trials = {walks()};
  write_recording(folder.path() / "out.h5", recording);
  const Recording read = read_recording(folder.path() / "out.h5");
  ASSERT_EQ(read.trials.size(), 1U);
  const TrialTable &table = read.trials[0], wanted = walks();
  EXPECT_EQ(table.task, "walk");
  EXPECT_EQ(table.actions, wanted.actions);
  EXPECT_EQ(table.least_actions, 1);
  ASSERT_EQ(table.trials.size(), wanted.trials.size());
  for (std::size_t i = 0; i < wanted.trials.size(); ++i) {
    const Trial &a = table.trials[i], &b = wanted.trials[i];
    EXPECT_EQ(std::tie(a.begin_ms, a.reward, a.surprise),
              std::tie(b.begin_ms, b.reward, b.surprise));
    EXPECT_EQ(std::tie(a.episode, a.state, a.action, a.best, a.over),
              std::tie(b.episode, b.state, b.action, b.best, b.over));
  }
}

TEST(Learning, IsDrawnOfTheTimeThatIsLookedAt) {
  Recording recording;
  recording.interval = {0, 200};
  recording.trials = {walks()};
  const auto pictures = [&](const Selection& selection) {
    return draw(find_picture_kind("learning"), view_of(recording, selection), {});
  };
  const auto all = pictures({});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(title_of(all[1]), "walk: actions per episode");
  EXPECT_THAT(to_csv(all[1]), testing::HasSubstr("actions per episode,1,4\n"));
  Selection late;
  late.from_ms = 65;
  EXPECT_THAT(to_csv(pictures(late)[1]), testing::Not(testing::HasSubstr("episode,1,4")));
  recording.trials[0].trials.resize(2);
  EXPECT_THROW(pictures({}), Failure) << "no episode is over";
}

}  // namespace
}  // namespace synfire
