// What holds of every registered neuron model, whatever it computes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/engine/clock_engine.h"
#include "core/engine/parallel_clock.h"
#include "neurons/models.h"
#include "support/lively_network.h"

namespace synfire {
namespace {

using test::lively_network;

class Models : public ::testing::TestWithParam<const ModelInfo*> {
 protected:
  const ModelInfo& model() const { return *GetParam(); }
  bool is_free_running() const { return model().format == NumberFormat::float32; }
  bool is_driven() const { return is_free_running() && model().receptors > 0; }

  bool has_threshold() const {
    return std::ranges::any_of(model().parameters, [](const ParameterInfo& parameter) {
      return parameter.name == "v_threshold" || parameter.name == "v_peak";
    });
  }

  Population population(std::int64_t size) const {
    Population result = test::float_population("n", {size}, std::string(model().name));
    result.format = model().format;
    return result;
  }
};

Diagnostics faults_of(const Network& network) {
  Diagnostics diagnostics;
  validate_models(network, model_registry(), diagnostics);
  return diagnostics;
}

TEST_P(Models, DescribeThemselves) {
  EXPECT_FALSE(model().summary.empty());
  EXPECT_FALSE(model().equations.empty());
  EXPECT_FALSE(model().source.empty());
  std::set<std::string_view> names;
  for (const ParameterInfo& parameter : model().parameters) {
    EXPECT_TRUE(names.insert(parameter.name).second) << parameter.name << " is there twice";
    EXPECT_FALSE(parameter.meaning.empty()) << parameter.name;
    EXPECT_LE(parameter.low, parameter.high) << parameter.name;
  }
}

TEST_P(Models, AcceptTheirDefaults) {
  Network network;
  network.populations = {population(2)};
  for (const ParameterInfo& parameter : model().parameters)
    network.populations[0].parameters.emplace(parameter.name, parameter.fallback);
  const Diagnostics faults = faults_of(network);
  for (const Diagnostic& fault : faults.list())
    ADD_FAILURE() << fault.where << ": " << fault.message;
}

TEST_P(Models, NameTheParameterThatIsOutOfRange) {
  for (const ParameterInfo& parameter : model().parameters) {
    if (std::holds_alternative<std::string>(parameter.fallback)) continue;
    Network network;
    network.populations = {population(2)};
    network.populations[0].parameters.emplace(parameter.name,
                                              std::numeric_limits<double>::quiet_NaN());
    const Diagnostics faults = faults_of(network);
    ASSERT_EQ(faults.list().size(), 1U) << parameter.name;
    EXPECT_EQ(faults.list()[0].where, "net.populations.n." + std::string(parameter.name));
  }
}

TEST_P(Models, RefuseUnknownParameters) {
  Network network;
  network.populations = {population(2)};
  network.populations[0].parameters["no_such_parameter"] = 1.0;
  EXPECT_EQ(faults_of(network).list().size(), 1U);
}

TEST_P(Models, ShowTheStatesThatTheyName) {
  if (!is_free_running()) GTEST_SKIP() << "runs in networks with a schedule";
  Network network;
  network.populations = {population(3)};
  const CompiledNetwork compiled(network, model_registry());
  ClockEngine engine(compiled);
  engine.run(2);
  for (const std::string& state : model().state_names()) {
    EXPECT_EQ(engine.group(0).state(state).size(), 3U) << state;
    for (const double value : engine.group(0).state(state)) EXPECT_TRUE(std::isfinite(value));
  }
  EXPECT_TRUE(engine.group(0).state("no_such_state").empty());
}

TEST_P(Models, AreSilentWithoutInput) {
  if (!is_free_running()) GTEST_SKIP() << "runs in networks with a schedule";
  Network network;
  network.dt_ms = 0.5;
  network.populations = {population(50)};
  const CompiledNetwork compiled(network, model_registry());
  ClockEngine engine(compiled);
  engine.run(400);
  EXPECT_EQ(engine.spikes(0), 0U);
}

TEST_P(Models, StartAgainAfterAReset) {
  if (!is_driven()) GTEST_SKIP() << "is not driven";
  const Network network = lively_network(model());
  const CompiledNetwork compiled(network, model_registry());
  ClockEngine engine(compiled);
  const auto run = [&] {
    std::vector<std::vector<double>> states;
    const std::uint64_t before = engine.spikes(0);
    engine.run(300);
    for (const std::string& state : model().state_names())
      states.push_back(engine.group(0).state(state));
    states.push_back({static_cast<double>(engine.spikes(0) - before)});
    engine.reset();
    return states;
  };
  const auto first = run();
  EXPECT_EQ(run(), first);
}

TEST_P(Models, SpikeTheSameInBothClockEnginesAndOnAnyNumberOfThreads) {
  if (!is_driven() || !model().splits) GTEST_SKIP() << "does not split";
  const Network network = lively_network(model());
  const CompiledNetwork compiled(network, model_registry());
  ClockEngine plain(compiled);
  ParallelClock one(network, model_registry(), 1), three(network, model_registry(), 3);
  one.limit_rate(2000), three.limit_rate(2000);
  plain.run(300), one.run(300), three.run(300);
  for (const std::size_t p : {0U, 1U}) {
    EXPECT_EQ(one.spikes(p), plain.spikes(p)) << network.populations[p].name;
    EXPECT_EQ(three.spikes(p), one.spikes(p));
  }
  EXPECT_EQ(three.spike_hash(), one.spike_hash());
  EXPECT_EQ(one.scale().relative_error(), 0);
  EXPECT_EQ(one.spikes(0) > 50, has_threshold()) << one.spikes(0);
}

TEST_P(Models, MayDifferFromNeuronToNeuron) {
  if (!is_driven() || !model().splits) GTEST_SKIP() << "does not split";
  Network network = lively_network(model());
  // Equal values, one per neuron: the same bits as one value for all, by the other loop.
  for (Population& population : network.populations)
    for (const ParameterInfo& parameter : model().parameters)
      if (const auto* const value = std::get_if<double>(&parameter.fallback);
          value != nullptr && population.model == model().name && parameter.unit == "mV" &&
          !population.parameters.contains(parameter.name) && !parameter.name.starts_with("v_init"))
        population.parameters[std::string(parameter.name)] =
            Tensor::of({300}, std::vector<double>(300, *value));
  const Network uniform = lively_network(model());
  ParallelClock each(network, model_registry(), 2), all(uniform, model_registry(), 2);
  each.limit_rate(2000), all.limit_rate(2000);
  each.run(150), all.run(150);
  EXPECT_EQ(each.spike_hash(), all.spike_hash());
}

std::string name_of(const ::testing::TestParamInfo<const ModelInfo*>& info) {
  return std::string(info.param->name);
}
INSTANTIATE_TEST_SUITE_P(All, Models, ::testing::ValuesIn(neuron_models()), name_of);

}  // namespace
}  // namespace synfire
