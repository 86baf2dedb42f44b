// Samples over ranks: rank 0 gets what one rank alone gets.
#include "targets/cpu/rank_samples.h"

#include <gtest/gtest.h>

#include "converters/passes/common/coding.h"
#include "support/networks.h"
#include "support/thread_exchange.h"

namespace synfire {
namespace {

using test::random_weights;

Network two_layers() {
  Network network =
      test::QuantizedBuilder({6}, 3, 11)
          .linear("hidden", "input", {5}, Dense{random_weights({5, 6}, 21)}, -7, true)
          .linear("output", "hidden", {4}, Dense{random_weights({4, 5}, 22)}, 2, false)
          .build("output");
  Diagnostics diagnostics;
  apply_coding(network, "graded", {}, diagnostics);
  return network;
}

SampleSet seven_samples() { return {random_weights({7, 6}, 5), {6}, {}}; }

void expect_same(const RunResult& result, const RunResult& alone) {
  EXPECT_EQ(result.outputs, alone.outputs);
  EXPECT_EQ(result.logits, alone.logits);
  EXPECT_EQ(result.predictions, alone.predictions);
  EXPECT_EQ(result.samples, alone.samples);
  EXPECT_EQ(result.spikes_total, alone.spikes_total);
  EXPECT_EQ(result.synops_total, alone.synops_total);
  for (std::size_t i = 0; i < alone.layers.size(); ++i) {
    EXPECT_EQ(result.layers[i].spikes, alone.layers[i].spikes);
    EXPECT_EQ(result.layers[i].synops, alone.layers[i].synops);
    EXPECT_EQ(result.layers[i].deliveries, alone.layers[i].deliveries);
  }
  ASSERT_EQ(result.spikes.size(), alone.spikes.size());
  for (std::size_t i = 0; i < alone.spikes.size(); ++i) {
    EXPECT_EQ(result.spikes[i].steps, alone.spikes[i].steps);
    EXPECT_EQ(result.spikes[i].neurons, alone.spikes[i].neurons);
    EXPECT_EQ(result.spikes[i].payloads, alone.spikes[i].payloads);
  }
  ASSERT_EQ(result.traces.size(), alone.traces.size());
  for (std::size_t i = 0; i < alone.traces.size(); ++i) {
    EXPECT_EQ(result.traces[i].steps, alone.traces[i].steps);
    EXPECT_EQ(result.traces[i].values, alone.traces[i].values);
  }
}

class RankSamples : public ::testing::TestWithParam<int> {};

TEST_P(RankSamples, GiveTheResultsOfOneRank) {
  const Network network = two_layers();
  const SampleSet samples = seven_samples();
  for (const std::int64_t recorded : {0, 1, 5}) {
    RunOptions options;
    options.record_samples = recorded;
    options.probes = {parse_probe("output.v")};
    const RunResult alone = run_samples(network, samples, options);
    EXPECT_GT(alone.spikes_total, 0U);
    ASSERT_EQ(alone.traces.size(), 1U);
    test::on_ranks(static_cast<std::size_t>(GetParam()), [&](Exchange& exchange) {
      const RunResult result = run_samples_on_ranks(network, samples, options, &exchange);
      if (exchange.rank() == 0)
        expect_same(result, alone);
      else
        EXPECT_LT(result.samples, alone.samples);
    });
  }
}

// 9 ranks: more than there are samples.
INSTANTIATE_TEST_SUITE_P(Ranks, RankSamples, ::testing::Values(1, 2, 3, 9));

TEST(RankSamples, AreTheWholeRunWithoutRanks) {
  const Network network = two_layers();
  expect_same(run_samples_on_ranks(network, seven_samples(), {}, nullptr),
              run_samples(network, seven_samples(), {}));
}

}  // namespace
}  // namespace synfire
