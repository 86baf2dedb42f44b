// The power series that plasticity goes by are the potentials that probes show.
#include <gtest/gtest.h>

#include "core/base/power_series.h"
#include "neurons/models.h"
#include "support/lively_network.h"

namespace synfire {
namespace {

bool has_potential(const ModelInfo& model) {
  return model.create_events != nullptr &&
         std::any_of(model.states.begin(), model.states.end(),
                     [](const StateInfo& state) { return state.name == "v"; });
}

/// From `time` on as far as a series goes, or to the neuron's next crossing.
void expect_series(EventGroup& group, std::size_t neuron, double time) {
  Terms terms;
  const double until = group.potential(neuron, time, terms);
  const double length = kMostReach / std::max(group.fastest_rate(), 0.05);
  const double end = std::min({time + length, until, group.next_time()});
  ASSERT_GT(end, time);
  for (const double part : {0.0, 0.1, 0.5, 0.99}) {
    const double x = part * (end - time), v = group.state("v", neuron, time + x);
    ASSERT_NEAR(value_at(terms, x), v, 1e-13 * std::max(1.0, std::abs(v))) << neuron << " " << time;
  }
}

TEST(PotentialSeries, AreThoseOfEveryModelInContinuousTime) {
  std::size_t models = 0;
  for (const ModelInfo* const model : neuron_models()) {
    if (!has_potential(*model)) continue;
    SCOPED_TRACE(model->name);
    ++models;
    const Network network = test::event_network(test::lively_network(*model));
    GroupContext context;
    context.dt_ms = network.dt_ms;
    context.slice = {0, 4};
    const auto group = model->create_events(network.populations[0], context);
    EventSpikes spikes;
    group->open({0, 0, 100, 100, true}, spikes);
    const auto weight = static_cast<float>(test::weight_for(*model));
    const std::vector<std::uint16_t> targets{0, 1, 2, 3};
    bool held = false;
    double time = 0.5;
    for (int instant = 0; instant < 40; ++instant) {
      const std::vector<float> weights{0, weight / 3, weight, weight * 40};
      const int receptor = instant % 3 == 2 ? model->receptors - 1 : 0;
      group->receive(time, {targets, weights.data(), 0, receptor}, spikes);
      group->settle(time, spikes);
      for (std::size_t i = 0; i < 4; ++i) {
        expect_series(*group, i, time);
        Terms terms;
        held = held || group->potential(i, time, terms) < EventGroup::kNever;
      }
      // The next input comes before anything else happens, or after all of it.
      const double next = time + 0.37 + 0.11 * (instant % 5);
      while (group->next_time() < next)
        group->finish(std::nextafter(group->next_time(), EventGroup::kNever), spikes);
      for (std::size_t i = 0; i < 4; ++i) expect_series(*group, i, next - 0.01);
      time = next;
    }
    EXPECT_FALSE(spikes.empty());
    EXPECT_TRUE(held) << "nobody was refractory";
  }
  EXPECT_GE(models, 4U);
}

}  // namespace
}  // namespace synfire
