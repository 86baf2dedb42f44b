#include "targets/cpu/experiment_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "converters/experiment/experiment.h"
#include "neurons/models.h"
#include "support/thread_exchange.h"

namespace synfire {
namespace {

/// Two populations that drive each other, with random input.
Experiment experiment(const std::string& more = "", const std::vector<std::string>& settings = {}) {
  ExperimentFile file(R"([run]
duration = "60 ms"
warm_up = "20 ms"
[population.a]
model = "lif_exp"
size = 30
tau_mem = "10 ms"
r = "40 MOhm"
v_threshold = "12 mV"
refractory = "2 ms"
v_init_spread = "12 mV"
[population.b]
model = "lif_exp"
size = 11
r = "40 MOhm"
v_threshold = "12 mV"
[projection.ab]
source = "a"
target = ["a", "b"]
rule = "pairwise_bernoulli"
probability = 0.2
weight = "60 pA"
delay = "1.5 ms"
[stimulus.noise]
model = "poisson"
target = ["a", "b"]
rate = "8 kHz"
weight = "40 pA"
)" + more,
                      "test.toml");
  for (const std::string& setting : settings) file.set(setting);
  return file.resolve(model_registry()).experiment;
}

const std::string kProbe = R"([probe.v]
population = "a"
variable = "v"
interval = "0.5 ms"
neurons = [3, 17, 29]
)";

TEST(ExperimentRunner, KeepsNoSpikesWhereNobodyWantsThem) {
  for (const char* engine : {"run.engine=clock", "run.engine=event"}) {
    const ExperimentResult all = run_experiment(experiment("", {engine}));
    const ExperimentResult none = run_experiment(experiment("", {engine, "run.spikes=false"}));
    EXPECT_GT(all.spikes, 0);
    EXPECT_EQ(none.spike_hash, all.spike_hash);
    EXPECT_EQ(none.populations[0].rate_hz, all.populations[0].rate_hz);
    for (const SpikeTrain& train : none.trains) EXPECT_TRUE(train.node_ids.empty());
    const ExperimentResult some = run_experiment(
        experiment("[probe.some]\npopulation=\"a\"\nvariable=\"spikes\"\nneurons=[1,2]\n",
                   {engine, "run.spikes=false"}));
    ASSERT_EQ(some.trains.size(), 1U);
    EXPECT_FALSE(some.trains[0].node_ids.empty());
  }
}

TEST(ExperimentRunner, TheSameSpikesAndTracesOnAnyNumberOfThreads) {
  const ExperimentResult one = run_experiment(experiment(kProbe));
  EXPECT_EQ(one.engine, "parallel clock");
  EXPECT_GT(one.spikes, 0U);
  for (const int threads : {2, 3}) {
    Experiment more = experiment(kProbe);
    more.threads = threads;
    const ExperimentResult several = run_experiment(more);
    EXPECT_EQ(several.spike_hash, one.spike_hash);
    EXPECT_EQ(several.traces[0].values, one.traces[0].values);
    EXPECT_EQ(several.trains[0].timestamps_ms, one.trains[0].timestamps_ms);
  }
}

TEST(ExperimentRunner, ATraceHasAValueForEachIntervalAndNeuron) {
  const ExperimentResult result = run_experiment(experiment(kProbe));
  const StateTrace& trace = result.traces[0];
  EXPECT_EQ(trace.units, "mV");
  ASSERT_EQ(trace.times_ms.size(), 120U);
  EXPECT_DOUBLE_EQ(trace.times_ms[0], 20);
  EXPECT_DOUBLE_EQ(trace.times_ms[119], 79.5);
  EXPECT_EQ(trace.values.size(), 360U);
  EXPECT_THAT(trace.node_ids, testing::ElementsAre(3, 17, 29));
}

TEST(ExperimentRunner, AProbeOfSomeNeuronsHasTheirPartOfAProbeOfAll) {
  const ExperimentResult some = run_experiment(experiment(kProbe));
  const ExperimentResult all = run_experiment(experiment(kProbe, {"probe.v.neurons=\"0:30\""}));
  for (const std::size_t row : {0U, 64U, 119U}) {
    EXPECT_EQ(some.traces[0].values[row * 3], all.traces[0].values[row * 30 + 3]);
    EXPECT_EQ(some.traces[0].values[row * 3 + 2], all.traces[0].values[row * 30 + 29]);
  }
}

TEST(ExperimentRunner, TheEventEngineShowsPotentialsAtTheirTimes) {
  Experiment event = experiment(kProbe, {"run.engine=event"});
  const ExperimentResult result = run_experiment(event);
  EXPECT_EQ(result.engine, "event");
  EXPECT_EQ(result.traces[0].times_ms.size(), 120U);
  EXPECT_GT(result.trains[0].timestamps_ms.size(), 0U);
}

/// One neuron that spikes in both engines, with spikes at times beside those of the probes.
Experiment driven(const ModelInfo& model, const std::string& engine) {
  const bool current = model.name.starts_with("lif_");
  std::string text = R"([run]
duration = "20 ms"
dt = "0.002 ms"
[population.a]
model = ")" + std::string(model.name) +
                     "\"\nsize = 2\nrefractory = \"2 ms\"\n" +
                     (current ? "" : "input = \"delta\"\n");
  for (std::int32_t receptor = 0; receptor < model.receptors; ++receptor)
    text += "[stimulus.s" + std::to_string(receptor) + R"(]
model = "spike_train"
target = "a"
times = ["2.33 ms", "3.87 ms", "5.12 ms", "11.26 ms"]
delay = "1 ms"
weight = ")" +
            (receptor == 0 ? (current ? "9 pA" : "0.6 mV") : "-2 pA") +
            "\"\nreceptor = " + std::to_string(receptor) + "\n";
  for (const std::string& state : model.state_names())
    text += "[probe." + state + "]\npopulation = \"a\"\nvariable = \"" + state +
            "\"\ninterval = \"0.5 ms\"\n";
  ExperimentFile file(text, "test.toml");
  file.set("run.engine=" + engine);
  return file.resolve(model_registry()).experiment;
}

TEST(ExperimentRunner, BothEnginesShowTheSameStatesOfEveryModel) {
  std::size_t models = 0;
  for (const ModelInfo* const model : neuron_models()) {
    if (model->create_events == nullptr || model->states.empty()) continue;
    ++models;
    const ExperimentResult clock = run_experiment(driven(*model, "clock"));
    const ExperimentResult event = run_experiment(driven(*model, "event"));
    EXPECT_EQ(clock.spikes, event.spikes) << model->name;
    EXPECT_GT(event.spikes, 0U) << model->name;
    ASSERT_EQ(event.traces.size(), model->states.size());
    for (std::size_t i = 0; i < event.traces.size(); ++i) {
      const std::vector<double>&a = clock.traces[i].values, &b = event.traces[i].values;
      ASSERT_EQ(a.size(), b.size());
      double greatest = 0;
      for (const double value : b) greatest = std::max(greatest, std::abs(value));
      EXPECT_GT(greatest, 0) << model->name << "." << event.traces[i].variable;
      // Inputs, spikes and values are a step late each, a 1000th part of what states change in.
      for (std::size_t k = 0; k < a.size(); ++k)
        ASSERT_NEAR(a[k], b[k], greatest / 150)
            << model->name << "." << event.traces[i].variable << " at " << k;
    }
  }
  EXPECT_GE(models, 4U);
}

TEST(ExperimentRunner, TheEventEngineShowsCurrentsExactlyAtTheirTimes) {
  const ModelInfo* const model = model_registry().find("lif_exp");
  const ExperimentResult result = run_experiment(driven(*model, "event"));
  const StateTrace& trace = result.traces[1];
  ASSERT_EQ(trace.variable, "i_exc");
  for (std::size_t row = 0; row < trace.times_ms.size(); ++row) {
    double expected = 0;
    for (const double arrival : {3.33, 4.87, 6.12, 12.26})
      if (arrival < trace.times_ms[row])
        expected += 9 * std::exp(-(trace.times_ms[row] - arrival) / 5);
    EXPECT_NEAR(trace.values[2 * row], expected, 1e-12) << "at " << trace.times_ms[row];
  }
}

TEST(ExperimentRunner, StatesOfNeuronsOfAllRanksAreGathered) {
  const std::string all = R"([probe.currents]
population = "b"
variable = "i_exc"
interval = "3 ms"
)";
  const ExperimentResult one = run_experiment(experiment(kProbe + all));
  for (const std::size_t ranks : {2U, 3U}) {
    std::vector<ExperimentResult> results(ranks);
    test::on_ranks(ranks, [&](test::ThreadExchange& exchange) {
      results[exchange.rank()] = run_experiment(experiment(kProbe + all), {.exchange = &exchange});
    });
    for (const ExperimentResult& each : results) {
      ASSERT_EQ(each.traces.size(), 2U);
      for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(each.traces[i].times_ms, one.traces[i].times_ms);
        EXPECT_EQ(each.traces[i].values, one.traces[i].values);
      }
    }
  }
}

TEST(ExperimentRunner, SpikesAreRecordedAfterTheWarmUpInTheOrderOfTime) {
  const ExperimentResult result = run_experiment(experiment());
  ASSERT_EQ(result.trains.size(), 2U);
  const auto& times = result.trains[0].timestamps_ms;
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  EXPECT_GE(times.front(), 20);
  EXPECT_LT(times.back(), 80);
  EXPECT_EQ(result.spikes, times.size() + result.trains[1].timestamps_ms.size());
}

TEST(ExperimentRunner, WhatIsRecordedWhileTheRunGoesOnIsWhatIsThereInTheEnd) {
  std::vector<double> times;
  ExperimentOptions options;
  options.record = [&](const std::vector<SpikeTrain>& trains) {
    times.insert(times.end(), trains[0].timestamps_ms.begin(), trains[0].timestamps_ms.end());
  };
  const ExperimentResult result = run_experiment(experiment(), options);
  EXPECT_EQ(times, result.trains[0].timestamps_ms);
}

TEST(ExperimentRunner, SpikesThatNobodyKeepsAreRecordedAndCounted) {
  for (const char* engine : {"run.engine=clock", "run.engine=event"}) {
    const Experiment each = experiment("", {engine, "run.duration=2s"});
    const ExperimentResult kept = run_experiment(each);
    SpikeTrain recorded;
    ExperimentOptions options;
    options.keeps_spikes = false;
    options.record = [&](const std::vector<SpikeTrain>& trains) {
      const SpikeTrain& more = trains[0];
      recorded.timestamps_ms.insert(recorded.timestamps_ms.end(), more.timestamps_ms.begin(),
                                    more.timestamps_ms.end());
      recorded.node_ids.insert(recorded.node_ids.end(), more.node_ids.begin(), more.node_ids.end());
    };
    const ExperimentResult result = run_experiment(each, options);
    EXPECT_TRUE(result.trains.empty());
    EXPECT_EQ(recorded.timestamps_ms, kept.trains[0].timestamps_ms);
    EXPECT_EQ(recorded.node_ids, kept.trains[0].node_ids);
    const SpikeStatistics found = result.populations[0].statistics;
    const SpikeStatistics expected =
        spike_statistics(kept.trains[0], 30, result.begin_ms, result.end_ms);
    EXPECT_GT(found.regular, 10);
    EXPECT_EQ(found.rate_hz, expected.rate_hz);
    EXPECT_EQ(found.isi_cv, expected.isi_cv);
    EXPECT_EQ(found.correlation, expected.correlation);
  }
}

TEST(ExperimentRunner, SpikesOfAllRanksAreGathered) {
  const ExperimentResult one = run_experiment(experiment());
  for (const std::size_t ranks : {2U, 3U}) {
    std::vector<ExperimentResult> results(ranks);
    test::on_ranks(ranks, [&](test::ThreadExchange& exchange) {
      results[exchange.rank()] =
          run_experiment(experiment("", {"run.threads=2"}), {.exchange = &exchange});
    });
    for (const ExperimentResult& each : results)
      for (std::size_t p = 0; p < 2; ++p) {
        EXPECT_EQ(each.trains[p].timestamps_ms, one.trains[p].timestamps_ms);
        EXPECT_EQ(each.trains[p].node_ids, one.trains[p].node_ids);
      }
  }
}

TEST(ExperimentRunner, AProbeOfSpikesLimitsWhatIsRecorded) {
  const ExperimentResult all = run_experiment(experiment());
  const ExperimentResult some = run_experiment(
      experiment("[probe.s]\npopulation = \"a\"\nvariable = \"spikes\"\nneurons = \"0:10\"\n"));
  EXPECT_EQ(some.spike_hash, all.spike_hash);
  ASSERT_EQ(some.trains.size(), 1U);
  EXPECT_LT(some.trains[0].node_ids.size(), all.trains[0].node_ids.size());
  for (const std::uint64_t neuron : some.trains[0].node_ids) EXPECT_LT(neuron, 10U);
  EXPECT_EQ(some.populations[1].spikes, all.populations[1].spikes);  // counted all the same
}

TEST(ExperimentRunner, StopConditionsEndARunAndKeepItsResults) {
  const ExperimentResult full = run_experiment(experiment());
  const ExperimentResult spikes = run_experiment(experiment("", {"stop.spikes=10"}));
  EXPECT_EQ(spikes.stopped_by, "spikes");
  EXPECT_GE(spikes.spikes, 10U);
  EXPECT_LT(spikes.end_ms, full.end_ms);
  const ExperimentResult wall =
      run_experiment(experiment("", {"stop.wall=1ms", "run.duration=1000s"}));
  EXPECT_EQ(wall.stopped_by, "wall");
  const ExperimentResult rate =
      run_experiment(experiment("", {"stop.rate=0.01Hz", "run.duration=10s"}));
  EXPECT_EQ(rate.stopped_by, "rate");
  ASSERT_FALSE(rate.diagnostics.empty());
  EXPECT_EQ(rate.diagnostics[0].code, Code::activity_limit);
}

TEST(ExperimentRunner, AFailureToWriteEndsTheRun) {
  ExperimentOptions options;
  options.record = [](const std::vector<SpikeTrain>&) {
    fail(Code::file_write, "out.h5", "No space left on device");
  };
  const ExperimentResult result = run_experiment(experiment(), options);
  EXPECT_EQ(result.stopped_by, "disk");
  EXPECT_EQ(result.diagnostics[0].code, Code::file_write);
}

TEST(ExperimentRunner, WhatFitsOnAFullDiskIsKept) {
  const Experiment each = experiment("", {"run.duration=500ms"});
  std::vector<double> all = run_experiment(each).trains[0].timestamps_ms, kept;
  ExperimentOptions options;
  options.record = [&](const std::vector<SpikeTrain>& trains) {
    const std::vector<double>& more = trains[0].timestamps_ms;
    if (kept.size() + more.size() > all.size() / 2)
      fail(Code::file_write, "out.h5", "No space left on device");
    kept.insert(kept.end(), more.begin(), more.end());
  };
  const ExperimentResult result = run_experiment(each, options);
  EXPECT_EQ(result.stopped_by, "disk");
  EXPECT_GT(kept.size(), all.size() / 3);
  EXPECT_LT(result.recorded_ms, result.end_ms);
  all.erase(std::ranges::lower_bound(all, result.recorded_ms), all.end());
  EXPECT_EQ(kept, all);
}

TEST(ExperimentRunner, WeightsAreTakenAtTheirTimes) {
  const ExperimentResult result = run_experiment(
      experiment("[probe.w]\nprojection = \"ab:a->b\"\ntimes = [\"0 ms\", \"33 ms\", \"60 ms\"]\n",
                 {"projection.ab.plasticity={rule=\"stdp_pair\", w_max=\"120 pA\"}"}));
  const WeightTrace& weights = result.weights[0];
  EXPECT_THAT(weights.times_ms, testing::ElementsAre(20, testing::DoubleNear(53, 1e-9), 80));
  EXPECT_EQ(weights.values.size(), 3 * weights.source_ids.size());
  EXPECT_EQ(weights.units, "pA");
  EXPECT_NE(weights.values[0], weights.values.back());
}

TEST(ExperimentRunner, OtherNetworksRunInThePlainClockEngine) {
  // Graded spikes are nothing for the engine that splits networks.
  Experiment plain = experiment(kProbe);
  const ExperimentResult split = run_experiment(plain);
  Population input;
  input.name = "in", input.shape = {1}, input.model = "input";
  plain.network.populations.push_back(input);
  const ExperimentResult result = run_experiment(plain);
  EXPECT_EQ(result.engine, "clock");
  EXPECT_EQ(result.traces[0].times_ms, split.traces[0].times_ms);
  EXPECT_EQ(result.traces[0].values.size(), split.traces[0].values.size());
  EXPECT_GT(result.spikes, 0U);
}

}  // namespace
}  // namespace synfire
