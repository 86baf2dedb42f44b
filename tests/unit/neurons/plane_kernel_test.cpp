// Bit planes of the radix code, vectorised, against the C99 functions.
#include "neurons/common/plane_kernel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "neurons/radix.h"

namespace synfire {
namespace {

TEST(BitPlanes, AreTheScalarFunctionsSpikes) {
  std::vector<std::int16_t> values(511);  // -255 .. 255: whole vectors and a rest
  std::iota(values.begin(), values.end(), std::int16_t{-255});
  for (std::int32_t step = 0; step < SYNFIRE_RADIX_STEPS; ++step) {
    std::vector<std::int16_t> spikes(values.size());
    const std::size_t count = bit_plane(values, step, spikes.data());
    EXPECT_EQ(count, 256U);  // every bit is set in half of 0 .. 255, on both sides
    for (std::size_t i = 0; i < values.size(); ++i)
      ASSERT_EQ(spikes[i], synfire_radix_spike(values[i], step)) << values[i] << " step " << step;
  }
}

TEST(BitPlanes, AddUpToTheValueWhenTheSumIsDoubledBetweenThem) {
  std::vector<std::int16_t> values(511);
  std::iota(values.begin(), values.end(), std::int16_t{-255});
  std::vector<std::int32_t> sums(values.size());
  std::vector<std::int16_t> spikes(values.size());
  for (std::int32_t step = 0; step < SYNFIRE_RADIX_STEPS; ++step) {
    double_sums(sums);
    bit_plane(values, step, spikes.data());
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += spikes[i];
  }
  EXPECT_TRUE(std::equal(sums.begin(), sums.end(), values.begin()));
}

}  // namespace
}  // namespace synfire
