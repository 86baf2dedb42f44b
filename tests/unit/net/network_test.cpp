#include "core/net/network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "support/networks.h"

namespace synfire {
namespace {

using test::connect;
using test::float_population;

Tensor ones(Shape shape) {
  Tensor tensor(DataType::float32, std::move(shape));
  for (float& value : tensor.as<float>()) value = 1;
  return tensor;
}

Network two_layers() {
  Network network;
  network.populations = {float_population("a", {4}), float_population("b", {3})};
  network.projections = {connect("a", "b", Dense{ones({3, 4})})};
  return network;
}

struct Fault {
  const char* name;
  std::function<void(Network&)> make;
  const char* place;
};

class Validation : public ::testing::TestWithParam<Fault> {};

TEST_P(Validation, FindsTheFaultAndItsPlace) {
  Network network = two_layers();
  GetParam().make(network);
  Diagnostics diagnostics;
  validate(network, diagnostics);
  ASSERT_TRUE(diagnostics.has_error());
  EXPECT_EQ(diagnostics.list()[0].where, GetParam().place);
}

const std::vector<Fault> kFaults{
    {"duplicate_name", [](Network& n) { n.populations[1].name = "a"; }, "net.populations.a"},
    {"empty_dimension",
     [](Network& n) {
       n.populations[1].shape = {3, 0};
     },
     "net.populations.b"},
    {"missing_source", [](Network& n) { n.projections[0].source = "c"; }, "net.projections.a->b"},
    {"wrong_weight_shape",
     [](Network& n) {
       n.projections[0].connectivity = Dense{ones({4, 3})};
     },
     "net.projections.a->b"},
    {"not_a_number",
     [](Network& n) { std::get<Dense>(n.projections[0].connectivity).weight.as<float>()[5] = NAN; },
     "net.projections.a->b"},
    {"delay_below_a_step", [](Network& n) { n.projections[0].delay_ms = 0.5; },
     "net.projections.a->b.delay"},
    {"generator_delay_below_a_step",
     [](Network& n) {
       n.populations[0].model = "poisson";
       n.projections[0].delay_ms = 0.5;
     },
     "net.projections.a->b.delay"},
    {"delay_beyond_what_is_kept", [](Network& n) { n.projections[0].delay_ms = 1e8; },
     "net.projections.a->b.delay"},
    {"delays_drawn_below_a_step",
     [](Network& n) {
       RandomRule rule = fixed_in_degree(2, 1);
       rule.delay_ms = Distribution{DistributionKind::normal, 1.5, 0.75};
       n.projections[0].connectivity = rule;
     },
     "net.projections.a->b.delay"},
    {"delays_drawn_beyond_what_is_kept",
     [](Network& n) {
       RandomRule rule = fixed_in_degree(2, 1);
       rule.delay_ms = Distribution{DistributionKind::lognormal, 1, 5, 1};
       n.projections[0].connectivity = rule;
     },
     "net.projections.a->b.delay"},
    {"listed_delay_below_a_step",
     [](Network& n) {
       n.projections[0].connectivity =
           Sparse{Tensor::of({5}, std::vector<std::int64_t>{0, 1, 1, 1, 1}),
                  Tensor::of({1}, std::vector<std::int32_t>{2}), ones({1}),
                  Tensor::of({1}, std::vector<double>{0.25})};
     },
     "net.projections.a->b"},
    {"bad_dt", [](Network& n) { n.dt_ms = -1; }, "net.dt"},
    {"conv_does_not_fit",
     [](Network& n) {
       n.projections[0].connectivity = Conv2d{ones({3, 5, 1, 1}), {}, {}, {}, 1, Layout::hwc};
     },
     "net.projections.a->b"},
    {"zero_stride",
     [](Network& n) {
       n.projections[0].connectivity = Pool2d{PoolKind::sum, {1, 1}, {0, 1}, {}, Layout::hwc};
     },
     "net.projections.a->b"},
    {"too_many_sources",
     [](Network& n) { n.projections[0].connectivity = fixed_in_degree(9, 1, true, false); },
     "net.projections.a->b"},
    {"missing_output",
     [](Network& n) {
       n.outputs = {{"out", "z", DataType::int8, {}, {}}};
     },
     "net.outputs.out"},
    {"no_phase", [](Network& n) { n.schedule.window = 8; }, "net.populations.a"}};

INSTANTIATE_TEST_SUITE_P(Faults, Validation, ::testing::ValuesIn(kFaults),
                         [](const auto& variant) { return variant.param.name; });

TEST(Validation, ReportsAllFaultsAtOnce) {
  Network network = two_layers();
  network.projections[0].delay_ms = 0;
  network.projections[0].connectivity = Dense{ones({1, 1})};
  network.projections.push_back(connect("b", "nobody", OneToOne{ones({1})}));
  Diagnostics diagnostics;
  validate(network, diagnostics);
  EXPECT_EQ(diagnostics.list().size(), 3U);
}

TEST(Validation, RefusesACycleInAPhasedNetwork) {
  Network network = two_layers();
  network.projections.push_back(connect("b", "a", Dense{ones({4, 3})}));
  Diagnostics free_running;
  validate(network, free_running);
  EXPECT_FALSE(free_running.has_error());
  network.schedule = {1, 3};
  for (Population& population : network.populations) population.phase = 0;
  Diagnostics phased;
  validate(network, phased);
  ASSERT_TRUE(phased.has_error());
  EXPECT_EQ(phased.list()[0].code, Code::network_cycle);
}

TEST(ContentHash, DependsOnEveryPart) {
  const std::string original = content_hash(two_layers());
  EXPECT_EQ(original, content_hash(two_layers()));
  const std::vector<std::function<void(Network&)>> changes{
      [](Network& n) { n.name = "other"; },
      [](Network& n) { n.seed = 2; },
      [](Network& n) { n.dt_ms = 0.5; },
      [](Network& n) { n.populations[0].parameters["r"] = 2.0; },
      [](Network& n) { n.populations[0].origin = "CONV_2D #0"; },
      [](Network& n) { n.projections[0].receptor = 1; },
      [](Network& n) { n.projections[0].delay_ms = 2; },
      [](Network& n) { n.projections[0].synapse.name = "tsodyks_markram"; },
      [](Network& n) { n.projections[0].plasticity.name = "stdp_pair"; },
      [](Network& n) { std::get<Dense>(n.projections[0].connectivity).weight.as<float>()[0] = 2; },
      [](Network& n) { n.metadata["a"] = "b"; },
      [](Network& n) {
        n.outputs.push_back({"out", "b", DataType::int8, {3}, {}});
      }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Network changed = two_layers();
    changes[i](changed);
    EXPECT_NE(content_hash(changed), original) << "change " << i;
  }
}

TEST(Describe, NamesEveryPopulationAndProjection) {
  const std::string text = describe(two_layers());
  EXPECT_NE(text.find("a  4  if  float32"), std::string::npos) << text;
  EXPECT_NE(text.find("a -> b  dense  12 synapses"), std::string::npos) << text;
}

}  // namespace
}  // namespace synfire
