#include "core/engine/spikes_in_flight.h"

#include <gtest/gtest.h>

#include <random>

namespace synfire {
namespace {

TEST(SpikesInFlight, KeepTheLastStepsWhateverElseThereWas) {
  constexpr std::int64_t kKept = 11;
  SpikesInFlight flight(kKept);
  std::vector<std::vector<std::uint32_t>> all;
  std::mt19937 random(7);
  for (std::int64_t step = 0; step < 3000; ++step) {
    SpikeList list;
    list.reserve(30);
    all.emplace_back();
    flight.open(step);
    for (const std::uint32_t first : {100U, 500U}) {  // two shards
      list.clear();
      for (std::uint32_t i = 0, count = static_cast<std::uint32_t>(random()) % 30; i < count; ++i) {
        list.add(i, static_cast<std::int32_t>(first));
        all.back().push_back(first + i);
      }
      flight.add(step, first, list);
    }
    for (std::int64_t past = std::max<std::int64_t>(-3, step + 1 - kKept); past <= step; ++past) {
      const auto spikes = flight.of(past);
      ASSERT_EQ(spikes.size(), past < 0 ? 0 : all[static_cast<std::size_t>(past)].size());
      for (std::size_t i = 0; i < spikes.size(); ++i) {
        ASSERT_EQ(spikes[i].at, all[static_cast<std::size_t>(past)][i]);
        ASSERT_EQ(spikes[i].payload, spikes[i].at < 500 ? 100 : 500);
      }
    }
  }
}

}  // namespace
}  // namespace synfire
