#include "core/io/recording_view.h"

#include <gtest/gtest.h>

#include "core/base/diagnostics.h"
#include "io/recordings.h"

namespace synfire {
namespace {

Diagnostic refusal_of(const Recording& recording, const Selection& selection) {
  try {
    view_of(recording, selection);
  } catch (const Failure& failure) {
    return failure.diagnostics().front();
  }
  return {};
}

Recording spikes_at(const std::vector<double>& times) {
  Recording recording;
  recording.spikes = {{"a", times, std::vector<std::uint64_t>(times.size(), 3), {}}};
  return recording;
}

TEST(RecordingView, ShowsEverythingByDefault) {
  const RecordingView view = view_of(test::small_recording(), {});
  EXPECT_EQ(view.interval.begin_ms, 0);
  EXPECT_EQ(view.interval.end_ms, 100);
  ASSERT_EQ(view.populations.size(), 2U);
  EXPECT_EQ(view.populations[0].neurons, 4);  // more than spike
  EXPECT_EQ(view.populations[1].train.node_ids.size(), 4U);
  EXPECT_EQ(view.traces[0].values.size(), 6U);
  EXPECT_EQ(view.weights[0].times_ms.size(), 2U);  // at the very end too
}

TEST(RecordingView, LooksFromZeroToTheLastSpikeWhereNoTimeIsTold) {
  const RecordingView view = view_of(spikes_at({10, 90}), {});
  EXPECT_EQ(view.interval.begin_ms, 0);
  EXPECT_NEAR(view.interval.end_ms, 90, 1e-3);
  EXPECT_TRUE(view.interval.holds(90));
  EXPECT_EQ(view.populations[0].neurons, 4);  // ids are counted from 0
  EXPECT_EQ(view_of(spikes_at({80, 90}), {}).interval.begin_ms, 80);
  for (const std::vector<double>& times : {std::vector<double>{}, {5}, {-5}, {0}}) {
    const RecordingView some = view_of(spikes_at(times), {});
    EXPECT_GE(some.interval.length(), 1);
    EXPECT_EQ(some.populations[0].train.node_ids.size(), times.size());
  }
}

TEST(RecordingView, HoldsWhatLiesBeyondTheTimeThatIsTold) {
  Recording recording = spikes_at({-2, 150});
  recording.interval = {0, 100};
  const RecordingView view = view_of(recording, {});
  EXPECT_EQ(view.interval.begin_ms, -2);
  EXPECT_TRUE(view.interval.holds(150));
  recording = spikes_at({30, 150});
  recording.interval = {20, 100};
  EXPECT_EQ(view_of(recording, {}).interval.begin_ms, 20);
}

TEST(RecordingView, CutsAnIntervalOut) {
  Selection selection;
  selection.from_ms = 10, selection.to_ms = 41;
  const RecordingView view = view_of(test::small_recording(), selection);
  EXPECT_EQ(view.populations[0].train.timestamps_ms, (std::vector<double>{11, 21, 31}));
  EXPECT_EQ(view.traces[0].values, (std::vector<double>{3, 4, 5, 6}));
  selection.to_ms = 1e6;  // there is no more
  EXPECT_EQ(view_of(test::small_recording(), selection).interval.end_ms, 100);
  EXPECT_EQ(view_of(spikes_at({10, 90}), selection).interval.end_ms, 1e6);  // may have been silent
}

TEST(RecordingView, PicksNeuronsAndCountsThemAnew) {
  Selection selection;
  selection.neurons = {{3, 4}, {7, 7}, {7, 1000}};
  const RecordingView view = view_of(test::small_recording(), selection);
  EXPECT_EQ(view.populations[1].ids, (std::vector<std::uint64_t>{3, 4, 7, 8, 9}));
  EXPECT_EQ(view.populations[1].train.node_ids, (std::vector<std::uint64_t>{2, 0, 0}));
  EXPECT_EQ(view.populations[0].neurons, 1);
  EXPECT_EQ(view.traces[0].node_ids, std::vector<std::uint64_t>{4});
  EXPECT_EQ(view.traces[0].values, (std::vector<double>{2, 4, 6}));
  selection.neurons = {{0, ~std::uint64_t{0}}};
  EXPECT_EQ(view_of(test::small_recording(), selection).populations[1].neurons, 10);
}

TEST(RecordingView, PicksPopulationsWhichKeepTheirPlace) {
  Selection selection;
  selection.populations = {"a"};
  const RecordingView view = view_of(test::small_recording(), selection);
  ASSERT_EQ(view.populations.size(), 1U);
  EXPECT_EQ(view.populations[0].place, 1U);
  EXPECT_TRUE(view.traces.empty());
  EXPECT_TRUE(view.weights.empty());
  selection.populations = {"a to b"};
  EXPECT_EQ(view_of(test::small_recording(), selection).weights.size(), 1U);
}

TEST(RecordingView, RefusesWhatIsNotThere) {
  Selection selection;
  selection.populations = {"a to c"};
  const Diagnostic name = refusal_of(test::small_recording(), selection);
  EXPECT_EQ(name.code, Code::unknown_name);
  EXPECT_EQ(name.hint, "did you mean 'a to b'?");
  selection = {};
  selection.from_ms = 500;
  EXPECT_EQ(refusal_of(test::small_recording(), selection).hint, "the recording has 0 to 100 ms");
  selection.from_ms = 20, selection.to_ms = 10;
  EXPECT_EQ(refusal_of(test::small_recording(), selection).code, Code::bad_option_value);
  selection = {};
  selection.neurons = {{10, 20}};
  EXPECT_EQ(refusal_of(test::small_recording(), selection).code, Code::bad_option_value);
}

TEST(RecordingView, OfASweepSaysHowManyRunsThereAre) {
  Recording sweep;
  sweep.summary = test::small_summary();
  Selection selection;
  selection.populations = {"a"};
  const std::string hint =
      "it is the recording of a sweep of 12 runs: say which with --run 0 to 11";
  EXPECT_EQ(refusal_of(sweep, selection).hint, hint);
  selection.populations.clear();
  selection.from_ms = 5;
  EXPECT_EQ(refusal_of(sweep, selection).hint, hint);
  EXPECT_EQ(run_hint({}), "");
}

}  // namespace
}  // namespace synfire
