// Recordings as the samples of a data set.
#include "converters/experiment/event_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace synfire {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

/// Recordings that are there already; of none, a fault.
class Recordings final : public EventSet {
 public:
  explicit Recordings(std::vector<EventSample> all) : all_(std::move(all)) {}
  std::size_t samples() const override { return all_.size(); }
  std::vector<std::int64_t> labels() const override { return {}; }
  std::vector<std::filesystem::path> files() const override { return {}; }
  EventSample read(std::size_t sample) override {
    if (all_[sample].times_ms.empty())
      fail(Code::file_corrupt, "file " + std::to_string(sample), "is damaged");
    return all_[sample];
  }

 private:
  std::vector<EventSample> all_;
};

Dataset showing(std::vector<std::int64_t> training, std::vector<std::int64_t> test) {
  Dataset dataset;
  dataset.training = std::move(training), dataset.test = std::move(test);
  return dataset;
}

TEST(EventReader, ReadsWhatIsShown) {
  Recordings recordings({{{1, 2}, {0, 1}}, {{3}, {0}}, {{4}, {0}}});
  Dataset dataset = showing({2, 0, 2}, {0});
  Diagnostics faults;
  read_shown_events(recordings, {1, 0.5}, dataset, faults);
  EXPECT_FALSE(faults.has_error());
  EXPECT_THAT(dataset.events, SizeIs(3));
  EXPECT_THAT(dataset.events[0].times_ms, testing::ElementsAre(1, 2));
  EXPECT_THAT(dataset.events[1].times_ms, SizeIs(0));
}

TEST(EventReader, TellsOfNeuronsWithTooManySpikesInAStep) {
  Recordings recordings({{{1, 1.1, 1.2, 2}, {5, 6, 5, 5}}});
  Dataset dataset = showing({0}, {});
  Diagnostics faults;
  read_shown_events(recordings, {2, 0.5}, dataset, faults);
  EXPECT_FALSE(faults.has_error());
  read_shown_events(recordings, {1, 0.1}, dataset, faults);
  EXPECT_FALSE(faults.has_error());
  read_shown_events(recordings, {1, 0.5}, dataset, faults);
  ASSERT_THAT(faults.list(), SizeIs(1));
  EXPECT_EQ(faults.list()[0].where, "sample 0");
  EXPECT_THAT(faults.list()[0].message, HasSubstr("neuron 5 has more than 1 events"));
}

TEST(EventReader, TellsOfTheFirstTenFaultsByName) {
  Recordings recordings(std::vector<EventSample>(25));
  Dataset dataset = showing({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, {24});
  Diagnostics faults;
  read_shown_events(recordings, {1, 0.5}, dataset, faults);
  ASSERT_THAT(faults.list(), SizeIs(11));
  EXPECT_EQ(faults.list()[9].where, "file 9");
  EXPECT_THAT(faults.list()[10].message, HasSubstr("3 more recordings"));
}

}  // namespace
}  // namespace synfire
