#include "core/io/spike_piece.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/state_archive.h"

namespace synfire {
namespace {

using ::testing::ElementsAre;

SpikePiece some_piece() {
  SpikePiece piece{"a"};
  piece.add(0.5, 3), piece.add(0.5, 7), piece.add(2, 3);
  return piece;
}

TEST(SpikePiece, KeepsTheTimesThatSpikesShareOnce) {
  const SpikePiece piece = some_piece();
  EXPECT_THAT(piece.times_ms, ElementsAre(0.5, 2));
  EXPECT_THAT(piece.counts, ElementsAre(2, 1));
  EXPECT_THAT(piece.neurons, ElementsAre(3, 7, 3));
}

TEST(SpikePiece, GivesEverySpikeItsTimeInATrain) {
  SpikeTrain train{"a", {0.1}, {9}, {}};
  some_piece().append_to(train);
  EXPECT_THAT(train.timestamps_ms, ElementsAre(0.1, 0.5, 0.5, 2));
  EXPECT_THAT(train.node_ids, ElementsAre(9, 3, 7, 3));
}

TEST(SpikePiece, ComesBackFromItsState) {
  SpikePiece piece = some_piece(), again;
  restore_state(again, saved_state(piece), "state");
  EXPECT_EQ(again.population, "a");
  EXPECT_EQ(again.times_ms, piece.times_ms);
  EXPECT_EQ(again.counts, piece.counts);
  EXPECT_EQ(again.neurons, piece.neurons);
}

}  // namespace
}  // namespace synfire
