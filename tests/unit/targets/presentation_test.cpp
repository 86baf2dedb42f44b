// Data sets shown to networks.
#include "targets/cpu/presentation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "converters/experiment/experiment.h"
#include "encoders/stage.h"
#include "support/scratch.h"
#include "support/thread_exchange.h"

namespace synfire {
namespace {

using testing::ElementsAre;

TEST(ClassVotes, NeuronsGetTheClassThatTheyAnswerToMost) {
  ClassVotes votes(3, 2);
  for (const auto& [label, spikes] :
       {std::pair{0U, std::vector<std::uint64_t>{9, 1, 0}}, {1U, {0, 4, 0}}, {1U, {8, 4, 0}}})
    votes.add(label, spikes);
  EXPECT_EQ(votes.predict(std::vector<std::uint64_t>{1, 1, 1}), -1);  // nobody has a class yet
  votes.assign();
  EXPECT_THAT(votes.assignments(), ElementsAre(0, 1, -1));
  EXPECT_THAT(votes.responses(), ElementsAre(9, 4, 1, 4, 0, 0));
}

TEST(ClassVotes, SamplesGetTheClassWhoseNeuronsAnswerMostInTheMean) {
  ClassVotes votes(4, 3);
  votes.add(0, std::vector<std::uint64_t>{1, 1, 1, 0});
  votes.add(2, std::vector<std::uint64_t>{0, 0, 0, 1});
  votes.assign();
  EXPECT_EQ(votes.predict(std::vector<std::uint64_t>{2, 1, 2, 3}), 2);
  EXPECT_EQ(votes.predict(std::vector<std::uint64_t>{2, 2, 3, 2}), 0);
  EXPECT_EQ(votes.predict(std::vector<std::uint64_t>{0, 0, 0, 0}), -1);
  votes.add(2, std::vector<std::uint64_t>{1, 1, 1, 1});
  votes.assign();  // by what was added since
  EXPECT_THAT(votes.assignments(), ElementsAre(2, 2, 2, 2));
}

TEST(ClassVotes, SpikesCountForAllClassesByTheirSharesOfTheNeuronsAnswers) {
  ClassVotes votes(4, 3, Vote::share);
  EXPECT_EQ(votes.predict(std::vector<std::uint64_t>{1, 1, 1, 1}), -1);
  votes.add(0, std::vector<std::uint64_t>{6, 0, 0, 0});
  votes.add(1, std::vector<std::uint64_t>{4, 5, 0, 0});
  votes.add(2, std::vector<std::uint64_t>{0, 5, 9, 0});
  votes.assign();
  EXPECT_THAT(votes.assignments(), ElementsAre(0, 1, 2, -1));
  EXPECT_EQ(votes.predict(std::vector<std::uint64_t>{2, 1, 0, 0}), 1);  // 1.2 : 1.3 : 0.5
  EXPECT_EQ(votes.predict(std::vector<std::uint64_t>{4, 1, 0, 9}), 0);  // 2.4 : 2.1 : 0.5
  EXPECT_EQ(votes.predict(std::vector<std::uint64_t>{0, 2, 1, 0}), 2);  // 0 : 1 : 2
  EXPECT_EQ(votes.predict(std::vector<std::uint64_t>{0, 0, 0, 5}), -1);
}

TEST(Classification, CountsWhatWasTakenForWhat) {
  Classification result;
  result.classes = 2;
  result.labels = {0, 0, 1, 1}, result.predictions = {0, 1, 1, -1};
  EXPECT_EQ(result.accuracy(), 0.5);
  EXPECT_THAT(result.confusion(), ElementsAre(1, 1, 0, 0, 1, 1));
}

/// Four images of two classes, shown to neurons that each see one pixel, and a little of all.
class Shown {
 public:
  explicit Shown(const std::vector<std::string>& settings = {}) {
    std::ofstream(folder_ / "images.csv") << "1,1,0,0\n0,0,1,1\n0,0,1,0.9\n0.9,1,0,0\n";
    std::ofstream(folder_ / "labels.csv") << "label\n1\n0\n0\n1\n";
    std::ofstream(folder_ / "exp.toml") << R"([run]
dt = "0.5 ms"
[population.input]
model = "poisson"
size = 4
[population.seen]
model = "lif"
size = 4
input = "delta"
reset = "zero"
v_threshold = "1.5 mV"
[projection.each]
source = "input"
target = "seen"
rule = "one_to_one"
weight = "2 mV"
delay = "0.5 ms"
[projection.all]
source = "input"
target = "seen"
rule = "all_to_all"
weight = {distribution = "uniform", low = "0.01 mV", high = "0.02 mV"}
delay = "0.5 ms"
[projection.all.plasticity]
rule = "stdp_pair"
homeostasis_every = "50 ms"
weight_sum = "0.1 mV"
w_max = "0.1 mV"
[dataset.halves]
images = "images.csv"
labels = "labels.csv"
population = "input"
readout = "seen"
encoder = {name = "rate", max_rate = "400 Hz"}
shown = "40 ms"
rest = "10 ms"
train = [0, 1]
epochs = 10
test = "2:4"
[probe.w]
projection = "all"
)";
    ExperimentFile file(folder_ / "exp.toml");
    for (const std::string& setting : settings) file.set(setting);
    experiment = file.resolve(experiment_registry()).experiment;
  }

  Experiment experiment;

 private:
  test::ScratchFolder folder_;
};

TEST(Presentation, LearnsAtTheRateOfEachEpoch) {
  const auto weights = [](const std::string& rates) {
    const Shown shown({"dataset.halves.epochs=3", "dataset.halves.learning_rates=" + rates});
    return run_experiment(shown.experiment).weight_hash;
  };
  EXPECT_EQ(weights("[1, 0.5]"), weights("[1, 0.5, 0.5]"));
  EXPECT_NE(weights("[1, 0.5]"), weights("[1, 0.5, 0.4]"));
  EXPECT_EQ(weights("[0]"), weights("[0, 0, 0]"));
  EXPECT_EQ(weights("[1]"), weights("[1, 1, 1]"));
}

TEST(Presentation, ShowsWhatToLearnFromThenAssignsThenTests) {
  const Shown shown;
  EXPECT_EQ(shown.experiment.duration_ms, (20 + 2 + 2) * 50);
  const ExperimentResult result = run_experiment(shown.experiment);
  ASSERT_EQ(result.classifications.size(), 1U);
  const Classification& halves = result.classifications[0];
  EXPECT_EQ(halves.shown, 24U);
  EXPECT_EQ(result.end_ms, 24 * 50);
  EXPECT_THAT(halves.samples, ElementsAre(2, 3));
  EXPECT_THAT(halves.labels, ElementsAre(0, 1));
  EXPECT_THAT(halves.predictions, ElementsAre(0, 1));
  EXPECT_THAT(halves.assignments, ElementsAre(1, 1, 0, 0));
  EXPECT_GT(halves.spikes[0], 0U);
}

TEST(Presentation, WeightsChangeOnlyWhileItIsToLearn) {
  const ExperimentResult result = run_experiment(
      Shown({"probe.w.times=[\"0 ms\", \"1001 ms\", \"1100 ms\", \"1200 ms\"]"}).experiment);
  const std::vector<float>& values = result.weights[0].values;
  const auto at = [&](std::size_t time) {
    return std::vector(values.begin() + static_cast<std::ptrdiff_t>(16 * time),
                       values.begin() + static_cast<std::ptrdiff_t>(16 * time + 16));
  };
  EXPECT_NE(at(0), at(1));
  EXPECT_EQ(at(1), at(2));
  EXPECT_EQ(at(2), at(3));
}

TEST(Presentation, IsTheSameOnAnyNumberOfThreads) {
  Shown shown;
  const ExperimentResult one = run_experiment(shown.experiment);
  shown.experiment.threads = 2;
  const ExperimentResult two = run_experiment(shown.experiment);
  EXPECT_EQ(one.spike_hash, two.spike_hash);
  EXPECT_EQ(one.classifications[0].responses, two.classifications[0].responses);
}

TEST(Presentation, ShowsAgainWhatIsHardlyAnswered) {
  // Two neurons at 400 Hz answer with 32 spikes.
  const ExperimentResult result = run_experiment(
      Shown({"dataset.halves.least_spikes=60", "dataset.halves.epochs=1"}).experiment);
  const Classification& halves = result.classifications[0];
  EXPECT_GT(halves.shown_again, 0U);
  EXPECT_EQ(halves.shown, 6 + halves.shown_again);
  for (const std::uint64_t spikes : halves.spikes) EXPECT_GE(spikes, 60U);
}

TEST(Presentation, ADurationEndsItBefore) {
  const ExperimentResult result = run_experiment(Shown({"run.duration=130ms"}).experiment);
  EXPECT_EQ(result.end_ms, 130);
  EXPECT_EQ(result.classifications[0].shown, 3U);
  EXPECT_THAT(result.classifications[0].labels, testing::IsEmpty());
}

/// Recordings of two classes, whose events are those of one half of the neurons or of the other.
class Sent {
 public:
  explicit Sent(const std::vector<std::string>& settings = {}) {
    for (int i = 0; i < 4; ++i) {
      std::ofstream table(folder_ / (std::to_string(i) + ".csv"));
      for (int k = 0; k < 30; ++k)  // a spike every 2 ms, until 60 ms
        table << 2 * k + 0.3 << ',' << (i % 2 == 0 ? 0 : 2) + k % 2 << '\n';
    }
    std::ofstream(folder_ / "y_labels.csv") << "0.csv,1\n1.csv,0\n3.csv,0\n2.csv,1\n";
    std::ofstream(folder_ / "exp.toml") << R"([run]
dt = "0.5 ms"
[population.input]
model = "spike_train"
shape = [2, 2]
[population.seen]
model = "lif"
size = 4
input = "delta"
reset = "zero"
v_threshold = "1.5 mV"
[projection.each]
source = "input"
target = "seen"
rule = "one_to_one"
weight = "2 mV"
delay = "0.5 ms"
[projection.all]
source = "input"
target = "seen"
rule = "all_to_all"
weight = {distribution = "uniform", low = "0.01 mV", high = "0.02 mV"}
delay = "0.5 ms"
[projection.all.plasticity]
rule = "stdp_pair"
w_max = "0.1 mV"
[dataset.halves]
events = "."
population = "input"
readout = "seen"
shown = "40 ms"
rest = "10 ms"
train = [0, 1]
epochs = 3
test = "2:4"
)";
    ExperimentFile file(folder_ / "exp.toml");
    for (const std::string& setting : settings) file.set(setting);
    resolved = file.resolve(experiment_registry());
  }

  ResolvedExperiment resolved;

 private:
  test::ScratchFolder folder_;
};

TEST(Presentation, SendsTheEventsOfRecordingsUntilTheyAreShownNoMore) {
  const Sent sent;
  const ExperimentResult result = run_experiment(sent.resolved.experiment);
  const Classification& halves = result.classifications[0];
  EXPECT_EQ(halves.shown, 10U);
  EXPECT_EQ(halves.events_sent, 10U * 20);  // those before 39.75 ms
  EXPECT_EQ(halves.events_cut, 10U * 10);
  EXPECT_THAT(halves.labels, ElementsAre(0, 1));
  EXPECT_THAT(halves.predictions, ElementsAre(0, 1));
  EXPECT_THAT(halves.assignments, ElementsAre(1, 1, 0, 0));
  EXPECT_THAT(halves.spikes, ElementsAre(20, 20));
  // What is sent in the step at 0.5 ms, the nearest to 0.3, arrives a step later.
  const SpikeTrain& seen = result.trains[0];
  ASSERT_EQ(seen.timestamps_ms.size(), 200U);
  for (std::size_t i = 0; i < 40; ++i) {
    const double shown = 50 * static_cast<double>(i / 20), place = static_cast<double>(i % 20);
    EXPECT_EQ(seen.timestamps_ms[i], shown + 2 * place + 1);
    EXPECT_EQ(seen.node_ids[i], (i < 20 ? 0 : 2) + i % 2);
  }
}

TEST(Presentation, SendsTheSameEventsOnAnyNumberOfThreadsAndRanks) {
  Sent sent;
  Experiment& experiment = sent.resolved.experiment;
  const ExperimentResult one = run_experiment(experiment);
  const auto expect_same = [&](Exchange* exchange) {
    const ExperimentResult other = run_experiment(experiment, {.exchange = exchange});
    EXPECT_EQ(one.spike_hash, other.spike_hash);
    EXPECT_EQ(one.weight_hash, other.weight_hash);
    EXPECT_EQ(one.classifications[0].responses, other.classifications[0].responses);
  };
  test::on_ranks(2, [&](test::ThreadExchange& exchange) { expect_same(&exchange); });
  experiment.threads = 2;
  expect_same(nullptr);
  // The engine that runs every network.
  experiment.network.projections.back().plasticity = {};
  const std::uint64_t split = run_experiment(experiment).spike_hash;
  Population input;
  input.name = "in", input.shape = {1}, input.model = "input";
  experiment.network.populations.push_back(input);
  const ExperimentResult plain = run_experiment(experiment);
  EXPECT_EQ(plain.engine, "clock");
  EXPECT_EQ(plain.spike_hash, split);
}

TEST(Presentation, RecordingsThatAreNotShownAreNotRead) {
  const Sent sent({"dataset.halves.test=[3]"});
  const Dataset& dataset = sent.resolved.experiment.datasets[0];
  ASSERT_EQ(dataset.events.size(), 4U);
  EXPECT_TRUE(dataset.events[2].times_ms.empty());
  EXPECT_EQ(dataset.events[3].times_ms.size(), 30U);
  EXPECT_EQ(sent.resolved.folders.size(), 1U);
  EXPECT_EQ(sent.resolved.files.size(), 4U);  // with the table
}

/// The faults of an experiment, in their order.
std::vector<std::string> faults(const std::vector<std::string>& settings) {
  try {
    const Sent sent(settings);
  } catch (const Failure& failure) {
    std::vector<std::string> texts;
    for (const Diagnostic& each : failure.diagnostics()) texts.push_back(each.message);
    return texts;
  }
  return {};
}

TEST(Presentation, FaultsOfRecordingsAreToldAtOnce) {
  using testing::HasSubstr;
  EXPECT_THAT(faults({"dataset.halves.images=x.csv", "dataset.halves.brighten=2",
                      "dataset.halves.encoder={name=\"rate\"}", "run.engine=event"}),
              ElementsAre(HasSubstr("images are there, too"), HasSubstr("encoder: is for images"),
                          HasSubstr("brighten: is for images"),
                          HasSubstr("cannot be given spikes while it runs")));
  EXPECT_THAT(faults({"population.input.shape=[3]"}),
              ElementsAre(HasSubstr("1.csv:2: event 1"), HasSubstr("3.csv:2: event 1")));
  EXPECT_THAT(faults({"population.input={model=\"poisson\"}"}),
              testing::Contains(HasSubstr("do not send spikes that are given")));
}

}  // namespace
}  // namespace synfire
