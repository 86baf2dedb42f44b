#include "core/engine/recorded_spikes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace synfire {
namespace {

using ::testing::ElementsAre;
using Ids = std::vector<std::uint32_t>;

TEST(RecordedSpikes, OfTwoPartsAreMergedInTheOrderOfStepsAndNeurons) {
  RecordedSpikes low, high;
  low.add(3, 0, Ids{1, 2}), low.add(4, 0, Ids{}), low.add(7, 0, Ids{0});
  high.add(2, 10, Ids{5}), high.add(3, 10, Ids{0, 1}), high.add(9, 10, Ids{4});
  for (const RecordedSpikes& both : {merged(low, high), merged(high, low)}) {
    EXPECT_THAT(both.steps, ElementsAre(2, 3, 7, 9));
    EXPECT_THAT(both.counts, ElementsAre(1, 4, 1, 1));
    EXPECT_THAT(both.neurons, ElementsAre(15, 1, 2, 10, 11, 0, 14));
  }
}

TEST(RecordedSpikes, OfNoPartChangeNothing) {
  RecordedSpikes some;
  some.add(3, 4, Ids{1, 2});
  EXPECT_EQ(merged(some, {}).neurons, some.neurons);
  EXPECT_EQ(merged({}, some).steps, some.steps);
}

}  // namespace
}  // namespace synfire
