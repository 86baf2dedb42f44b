// Plastic synapses in the event engine: against the pairs of the spikes that it recorded.
#include <gtest/gtest.h>

#include "core/engine/event_engine.h"
#include "core/engine/parallel_clock.h"
#include "engine/plastic_networks.h"
#include "neurons/models.h"

namespace synfire {
namespace {

using test::noisy_network;

class PlasticEvents : public ::testing::TestWithParam<double> {};

TEST_P(PlasticEvents, ChangeWeightsByEveryPairOfSpikes) {
  const double dendritic = GetParam();
  const Network network = noisy_network(test::pair_rule(dendritic));
  EventEngine engine(network, model_registry(), {.records = true});
  for (int part = 0; part < 7; ++part) engine.run(300);
  EXPECT_FALSE(engine.has_windows());
  std::vector<test::Times> pre(300), post(200);
  for (const EventSpike& spike : engine.recorded())
    (spike.neuron < 300 ? pre[spike.neuron] : post[spike.neuron - 300]).push_back(spike.time_ms);
  test::expect_weights(engine.weights(0),
                       test::weights_of_pairs(network, pre, post, dendritic, 2100));
}

INSTANTIATE_TEST_SUITE_P(Parts, PlasticEvents, ::testing::Values(0.0, 0.3));

TEST(PlasticEvent, ChangesRowsWithOneDelayLikeThoseWithMany) {
  Network network = noisy_network({"stdp_triplet", {}}, {"tsodyks_markram", {}});
  auto& sparse = std::get<Sparse>(network.projections[0].connectivity);
  std::fill_n(sparse.delay.as<double>().data(), sparse.delay.size(), 1.5);
  EventEngine spread(network, model_registry());
  sparse.delay = {};
  network.projections[0].delay_ms = 1.5;
  EventEngine bundled(network, model_registry());
  spread.run(500), bundled.run(500);
  EXPECT_EQ(spread.spike_hash(), bundled.spike_hash());
  EXPECT_EQ(spread.weight_hash(), bundled.weight_hash());
  EXPECT_NE(spread.mean_weight(0), 0.0625);
  EXPECT_EQ(spread.plastic_synapses(), 2400U);
}

TEST(PlasticEvent, ChangesAsTheClockEngineDoesOnAFineGrid) {
  // One direction only where they nearly cancel.
  for (const std::string rule : {"stdp_pair", "stdp_triplet", "stdp_reward", "inhibitory"}) {
    Network network = noisy_network({rule, {}});
    if (rule == "stdp_pair") network.projections[0].plasticity.parameters["a_minus"] = 0.0;
    if (rule == "stdp_reward") network.projections[0].plasticity.parameters["a_minus"] = 0.0;
    EventEngine events(network, model_registry());
    events.run(400), events.reward(50), events.run(600);
    network.dt_ms = 0.05;
    ParallelClock clock(network, model_registry(), 1);
    clock.run(8000), clock.reward(50), clock.run(12000);
    const double expected = clock.mean_weight(0) - 0.0625;
    EXPECT_GT(std::abs(expected), 1e-4) << rule;
    EXPECT_NEAR(events.mean_weight(0) - 0.0625, expected, 0.2 * std::abs(expected)) << rule;
  }
}

TEST(PlasticEvent, RefusesWindows) {
  const Network network = noisy_network({"stdp_pair", {}});
  EXPECT_THROW(EventEngine(network, model_registry(), {.order = EventOrder::windows}), Failure);
}

}  // namespace
}  // namespace synfire
