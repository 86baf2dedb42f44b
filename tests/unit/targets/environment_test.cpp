// What acts on a network from outside while it runs.
#include "targets/cpu/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <numeric>
#include <utility>

#include "converters/experiment/experiment.h"
#include "neurons/models.h"
#include "support/thread_exchange.h"
#include "targets/cpu/experiment_runner.h"
#include "targets/cpu/network_run.h"

namespace synfire {
namespace {

/// Noise onto neurons that it makes spike one by one. Populations: seen, noise.
Experiment experiment(double delay_ms) {
  ExperimentFile file(R"([run]
duration = "400 ms"
dt = "0.5 ms"
[population.seen]
model = "lif"
size = 40
reset = "zero"
input = "delta"
v_threshold = "0.5 mV"
[stimulus.noise]
model = "poisson"
target = "seen"
rate = "0 Hz"
weight = 1
)",
                      "test.toml");
  file.set("stimulus.noise.delay=" + std::to_string(delay_ms) + "ms");
  return file.resolve(model_registry()).experiment;
}
constexpr std::size_t kSeen = 0, kNoise = 1;

/// Every 100 ms: the second half of the neurons are shown the rate, then the first, ...; what they
/// answer is kept.
class Flicker : public Environment {
 public:
  explicit Flicker(double rate_hz) : rate_hz_(rate_hz) {}
  double next_ms() const override { return 100 * turns; }
  void act(NetworkRun& run) override {
    times.push_back(run.now_ms());
    turns == 0 ? run.count_spikes(kSeen) : answers.push_back(run.take_counts(kSeen));
    std::vector<double> rates(40, 0);
    const std::ptrdiff_t first = ++turns % 2 == 0 ? 0 : 20;
    std::fill_n(rates.begin() + first, 20, rate_hz_);
    run.set_rates(kNoise, rates);
  }
  void visit_state(StateArchive& archive) override { archive("turns", turns); }

  int turns = 0;
  std::vector<double> times;
  std::vector<std::vector<std::uint64_t>> answers;

 private:
  double rate_hz_;
};

std::uint64_t sum(const std::vector<std::uint64_t>& counts, std::size_t first) {
  return std::accumulate(counts.begin() + static_cast<std::ptrdiff_t>(first),
                         counts.begin() + static_cast<std::ptrdiff_t>(first) + 20, 0UL);
}

TEST(Environment, ActsAtItsTimesAndAtTheEnd) {
  Flicker flicker(200);
  ExperimentOptions options;
  options.environments = {&flicker};
  run_experiment(experiment(0.5), options);
  EXPECT_THAT(flicker.times, testing::ElementsAre(0, 100, 200, 300, 400));
}

TEST(Environment, SetsRatesOfEachNeuron) {
  Flicker flicker(200);
  ExperimentOptions options;
  options.environments = {&flicker};
  run_experiment(experiment(0.5), options);
  for (std::size_t turn = 0; turn < 4; ++turn) {
    const auto& counts = flicker.answers[turn];
    // A spike that was sent in the last step arrives after the change.
    EXPECT_LE(sum(counts, turn % 2 == 0 ? 0 : 20), 5U) << turn;
    EXPECT_NEAR(static_cast<double>(sum(counts, turn % 2 == 0 ? 20 : 0)), 400, 80) << turn;
  }
}

TEST(Environment, SpikesThatWereSentBeforeAChangeArrive) {
  // The generators project one to one only: the engine draws them when they arrive.
  Flicker flicker(200);
  ExperimentOptions options;
  options.environments = {&flicker};
  const ExperimentResult result = run_experiment(experiment(30), options);
  for (std::size_t i = 0; i < result.trains[0].node_ids.size(); ++i) {
    const double sent = result.trains[0].timestamps_ms[i] - 30;
    EXPECT_EQ(result.trains[0].node_ids[i] < 20, static_cast<int>(sent) / 100 % 2 == 1) << sent;
  }
}

TEST(Environment, SeesTheSameOnThreadsAndRanks) {
  const auto seen = [](std::int32_t threads, Exchange* exchange) {
    Experiment each = experiment(5);
    each.threads = threads;
    Flicker flicker(3000);  // several spikes a step
    ExperimentOptions options;
    options.exchange = exchange, options.environments = {&flicker};
    const std::uint64_t hash = run_experiment(each, options).spike_hash;
    return std::pair{hash, flicker.answers};
  };
  const auto one = seen(1, nullptr);
  EXPECT_GT(sum(one.second[0], 20), 1000U);
  EXPECT_EQ(seen(2, nullptr), one);
  EXPECT_EQ(seen(3, nullptr), one);
  test::on_ranks(2, [&](test::ThreadExchange& exchange) { EXPECT_EQ(seen(1, &exchange), one); });
}

TEST(Environment, SeesTheSameInThePlainClockEngine) {
  Flicker split(200), plain(200);
  ExperimentOptions options;
  options.environments = {&split};
  Experiment each = experiment(5);
  run_experiment(each, options);
  Population input;
  input.name = "in", input.shape = {1}, input.model = "input";
  each.network.populations.push_back(input);
  options.environments = {&plain};
  EXPECT_EQ(run_experiment(each, options).engine, "clock");
  EXPECT_EQ(plain.answers, split.answers);
}

TEST(Environment, TheEventEngineSaysWhatItCannot) {
  Experiment each = experiment(5);
  each.engine = EngineKind::event;
  Flicker flicker(200);
  ExperimentOptions options;
  options.environments = {&flicker};
  try {
    run_experiment(each, options);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics()[0].where, "run.engine");
  }
}

TEST(Environment, RatesThatCannotBeAreRefused) {
  for (const double rate : {-1.0, 1e6, std::nan("")}) {
    Flicker flicker(rate);
    ExperimentOptions options;
    options.environments = {&flicker};
    EXPECT_THROW(run_experiment(experiment(5), options), Failure) << rate;
  }
}

/// Neurons that spike once for every spike of the trains that they get. Populations: seen, train.
Experiment relayed(double delay_ms) {
  ExperimentFile file(R"([run]
duration = "100 ms"
dt = "0.5 ms"
[population.seen]
model = "lif"
size = 40
reset = "zero"
input = "delta"
v_threshold = "0.5 mV"
[stimulus.train]
model = "spike_train"
target = "seen"
times = ["3 ms", "62 ms"]
neurons = [39, 7]
weight = 1
)",
                      "test.toml");
  file.set("stimulus.train.delay=" + std::to_string(delay_ms) + "ms");
  return file.resolve(model_registry()).experiment;
}

/// Sends three spikes at 0, 50 and 52 ms.
class Sender : public Environment {
 public:
  explicit Sender(std::uint32_t last = 39, double last_ms = 12.2)
      : last_(last), last_ms_(last_ms) {}
  double next_ms() const override {
    return turns == 0 ? 0 : turns == 1 ? 50 : turns == 2 ? 52 : kNever;
  }
  void act(NetworkRun& run) override {
    ++turns;
    const std::vector<double> times{last_ms_, 0, 0.3};
    const std::vector<std::uint32_t> neurons{last_, 0, 20};
    run.send_spikes(1, times, neurons);
  }
  void visit_state(StateArchive& archive) override { archive("turns", turns); }

  int turns = 0;

 private:
  std::uint32_t last_;
  double last_ms_;
};

SpikeTrain relay(const Experiment& experiment, Exchange* exchange = nullptr) {
  Sender sender;
  ExperimentOptions options;
  options.exchange = exchange, options.environments = {&sender};
  return run_experiment(experiment, options).trains[0];
}

TEST(Environment, SendsSpikesBesideThoseOfTheExperiment) {
  for (const double delay : {0.5, 30.0}) {
    const SpikeTrain seen = relay(relayed(delay));
    std::vector<std::pair<double, std::uint64_t>> sent;
    for (std::size_t i = 0; i < seen.node_ids.size(); ++i)
      sent.emplace_back(seen.timestamps_ms[i] - delay, seen.node_ids[i]);
    std::vector<std::pair<double, std::uint64_t>> expected{{0, 0},  {0.5, 20},  {3, 39}, {12, 39},
                                                           {50, 0}, {50.5, 20}, {52, 0}, {52.5, 20},
                                                           {62, 7}, {62, 39},   {64, 39}};
    EXPECT_EQ(sent, expected) << delay;
  }
}

TEST(Environment, SendsTheSameSpikesOnThreadsAndRanksAndInThePlainEngine) {
  Experiment experiment = relayed(5);
  const SpikeTrain one = relay(experiment);
  for (experiment.threads = 2; experiment.threads < 4; ++experiment.threads)
    EXPECT_EQ(relay(experiment).node_ids, one.node_ids);
  experiment.threads = 1;
  test::on_ranks(2, [&](test::ThreadExchange& exchange) {
    EXPECT_EQ(relay(experiment, &exchange).node_ids, one.node_ids);
  });
  Population input;
  input.name = "in", input.shape = {1}, input.model = "input";
  experiment.network.populations.push_back(input);
  const SpikeTrain plain = relay(experiment);
  EXPECT_EQ(plain.node_ids, one.node_ids);
  EXPECT_EQ(plain.timestamps_ms, one.timestamps_ms);
}

TEST(Environment, SpikesThatCannotBeSentAreRefused) {
  for (const auto& [neuron, time] : {std::pair{40U, 1.0}, {0U, -1.0}, {0U, std::nan("")}}) {
    Sender sender(neuron, time);
    ExperimentOptions options;
    options.environments = {&sender};
    EXPECT_THROW(run_experiment(relayed(5), options), Failure) << neuron << ' ' << time;
    Experiment event = relayed(5);
    event.engine = EngineKind::event;
    EXPECT_THROW(run_experiment(event, options), Failure);
  }
}

}  // namespace
}  // namespace synfire
