// Runs that are stopped, saved and gone on with give what they give in one piece.
#include "targets/cpu/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <thread>

#include "converters/experiment/experiment.h"
#include "encoders/stage.h"
#include "support/data.h"
#include "support/scratch.h"
#include "support/thread_exchange.h"
#include "targets/cpu/experiment_runner.h"

namespace synfire {
namespace {

using test::ScratchFolder;

/// Two populations with synapses that change and everything that can be recorded.
Experiment experiment(const std::vector<std::string>& settings = {}) {
  ExperimentFile file(R"([run]
duration = "300 ms"
warm_up = "50 ms"
[population.a]
model = "lif_exp"
size = 150
r = "40 MOhm"
v_threshold = "12 mV"
refractory = "2 ms"
v_init_spread = "12 mV"
[population.b]
model = "lif_exp"
size = 40
r = "40 MOhm"
v_threshold = "12 mV"
[projection.ab]
source = "a"
target = ["a", "b"]
rule = "pairwise_bernoulli"
probability = 0.1
weight = "60 pA"
delay = "1.5 ms"
plasticity = {rule = "stdp_pair", w_max = "120 pA"}
[stimulus.noise]
model = "poisson"
target = ["a", "b"]
rate = "8 kHz"
weight = "40 pA"
[probe.v]
population = "a"
variable = "v"
interval = "3.3 ms"
neurons = [3, 17, 149]
[probe.w]
projection = "ab:a->b"
times = ["0 ms", "33 ms", "300 ms"]
)",
                      "test.toml");
  for (const std::string& setting : settings) file.set(setting);
  return file.resolve(experiment_registry()).experiment;
}

CheckpointFacts facts_of(const Experiment& experiment) {
  CheckpointFacts facts;
  facts.version = "1";
  facts.threads = static_cast<std::uint64_t>(experiment.threads);
  return facts;
}

/// Stops after so many pieces of the run.
ExperimentOptions stopping_after(int pieces, CheckpointFolder& checkpoints) {
  ExperimentOptions options;
  options.checkpoints = &checkpoints;
  options.interrupted = [pieces]() mutable { return --pieces == 0; };
  return options;
}

/// The run in parts of `pieces` pieces, each in engines of its own.
ExperimentResult in_parts(const Experiment& experiment, const std::filesystem::path& path,
                          int pieces) {
  {
    CheckpointFolder fresh(path, facts_of(experiment), nullptr);
    const ExperimentResult cut = run_experiment(experiment, stopping_after(pieces, fresh));
    if (cut.stopped_by.empty()) return cut;
  }
  for (;;) {
    CheckpointFolder folder(path, "1", nullptr);
    const ExperimentResult cut = run_experiment(experiment, stopping_after(pieces, folder));
    if (cut.stopped_by.empty()) return cut;
  }
}

/// An example as it is, but for settings that make it short.
Experiment example(const std::string& path, const std::vector<std::string>& settings) {
  ExperimentFile file(test::source_path("examples/" + path));
  for (const std::string& setting : settings) file.set(setting);
  return file.resolve(experiment_registry()).experiment;
}

/// To the last bit, where there is no number too.
void expect_equal(const SpikeStatistics& one, const SpikeStatistics& other) {
  const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  EXPECT_EQ(bits(one.rate_hz), bits(other.rate_hz));
  EXPECT_EQ(bits(one.isi_cv), bits(other.isi_cv));
  EXPECT_EQ(bits(one.correlation), bits(other.correlation));
  EXPECT_EQ(one.regular, other.regular);
  EXPECT_EQ(one.sample, other.sample);
}

void expect_equal(const ExperimentResult& one, const ExperimentResult& other) {
  EXPECT_EQ(one.spike_hash, other.spike_hash);
  EXPECT_EQ(one.spikes, other.spikes);
  EXPECT_EQ(one.synaptic_events, other.synaptic_events);
  EXPECT_EQ(one.begin_ms, other.begin_ms);
  EXPECT_EQ(one.end_ms, other.end_ms);
  ASSERT_EQ(one.trains.size(), other.trains.size());
  for (std::size_t i = 0; i < one.trains.size(); ++i) {
    EXPECT_EQ(one.trains[i].timestamps_ms, other.trains[i].timestamps_ms);
    EXPECT_EQ(one.trains[i].node_ids, other.trains[i].node_ids);
  }
  ASSERT_EQ(one.traces.size(), other.traces.size());
  for (std::size_t i = 0; i < one.traces.size(); ++i) {
    EXPECT_EQ(one.traces[i].times_ms, other.traces[i].times_ms);
    EXPECT_EQ(one.traces[i].values, other.traces[i].values);
  }
  ASSERT_EQ(one.weights.size(), other.weights.size());
  for (std::size_t i = 0; i < one.weights.size(); ++i) {
    EXPECT_EQ(one.weights[i].times_ms, other.weights[i].times_ms);
    EXPECT_EQ(one.weights[i].values, other.weights[i].values);
    EXPECT_EQ(one.weights[i].source_ids, other.weights[i].source_ids);
    EXPECT_EQ(one.weights[i].units, other.weights[i].units);
  }
  for (std::size_t p = 0; p < one.populations.size(); ++p) {
    EXPECT_EQ(one.populations[p].spikes, other.populations[p].spikes);
    expect_equal(one.populations[p].statistics, other.populations[p].statistics);
  }
}

TEST(Checkpoints, HaveTheSpikesThatNobodyKeeps) {
  const Experiment each = experiment({"run.checkpoint_every=40ms"});
  const ExperimentResult expected = run_experiment(each);
  const ScratchFolder scratch;
  std::vector<double> times;
  for (std::string cause = "interrupt"; cause == "interrupt";) {
    auto folder = std::filesystem::exists(scratch / "c" / "head")
                      ? std::make_unique<CheckpointFolder>(scratch / "c", "1", nullptr)
                      : std::make_unique<CheckpointFolder>(scratch / "c", facts_of(each), nullptr);
    ExperimentOptions options = stopping_after(11, *folder);
    options.keeps_spikes = false;
    times.clear();
    options.record = [&](const std::vector<SpikeTrain>& trains) {
      const std::vector<double>& more = trains[0].timestamps_ms;
      times.insert(times.end(), more.begin(), more.end());
    };
    const ExperimentResult result = run_experiment(each, options);
    cause = result.stopped_by;
    if (cause.empty())
      expect_equal(result.populations[0].statistics, expected.populations[0].statistics);
  }
  EXPECT_EQ(times, expected.trains[0].timestamps_ms);
}

TEST(Checkpoints, GoOnToTheSameResultInBothEngines) {
  for (const std::string engine : {"clock", "event"}) {
    const Experiment whole = experiment({"run.engine=" + engine});
    const ExperimentResult expected = run_experiment(whole);
    EXPECT_EQ(expected.weights[0].times_ms.size(), 3U);
    EXPECT_GT(expected.spikes, 100U);
    for (const int pieces : {7, 16}) {
      SCOPED_TRACE(engine + " in parts of " + std::to_string(pieces));
      const ScratchFolder scratch;
      expect_equal(in_parts(whole, scratch / "checkpoint", pieces), expected);
    }
  }
}

TEST(Checkpoints, GoOnInThePlainClockEngine) {
  Experiment plain =
      experiment({"projection.ab.plasticity={rule=\"stdp_pair\"}", "probe.w.times=[]"});
  plain.network.projections[0].plasticity = plain.network.projections[1].plasticity = {};
  plain.probes.pop_back();
  Population input;
  input.name = "in", input.shape = {1}, input.model = "input";
  plain.network.populations.push_back(input);
  const ExperimentResult expected = run_experiment(plain);
  EXPECT_EQ(expected.engine, "clock");
  const ScratchFolder scratch;
  expect_equal(in_parts(plain, scratch / "checkpoint", 5), expected);
}

TEST(Checkpoints, GoOnOnAnotherNumberOfThreads) {
  const Experiment three = experiment({"run.threads=3"});
  const ExperimentResult expected = run_experiment(three);
  const ScratchFolder scratch;
  {
    CheckpointFolder fresh(scratch / "c", facts_of(three), nullptr);
    run_experiment(three, stopping_after(9, fresh));
  }
  {
    CheckpointFolder folder(scratch / "c", "1", nullptr);
    const ExperimentResult two =
        run_experiment(experiment({"run.threads=2"}), stopping_after(9, folder));
    EXPECT_EQ(two.stopped_by, "interrupt");
  }
  CheckpointFolder again(scratch / "c", "1", nullptr);
  expect_equal(run_experiment(experiment({"run.threads=5"}), {.checkpoints = &again}), expected);
}

TEST(Checkpoints, HoldADataSetAndWhatIsLearntFromIt) {
  const Experiment digits = example(
      "unsupervised-digits/mnist-stdp.toml",
      {"dataset.digits.images=../digits/test_images_int8_360x8x8x1.bin",
       "dataset.digits.element=int8", "dataset.digits.labels=../digits/test_labels.csv",
       "dataset.digits.train=\"0:6\"", "dataset.digits.test=\"6:9\"", "dataset.digits.epochs=2",
       "dataset.digits.encoder.max_rate=200 Hz", "population.input.shape=[8, 8]",
       "population.excitatory.size=20", "population.inhibitory.size=20"});
  const ExperimentResult whole = run_experiment(digits);
  const ScratchFolder scratch;
  const ExperimentResult cut = in_parts(digits, scratch / "c", 173);
  EXPECT_EQ(cut.spike_hash, whole.spike_hash);
  EXPECT_EQ(cut.weight_hash, whole.weight_hash);
  EXPECT_EQ(cut.end_ms, whole.end_ms);
  const Classification &one = whole.classifications[0], &other = cut.classifications[0];
  ASSERT_EQ(one.predictions.size(), 3U);
  EXPECT_EQ(one.predictions, other.predictions);
  EXPECT_EQ(one.spikes, other.spikes);
  EXPECT_EQ(one.responses, other.responses);
  EXPECT_EQ(one.shown, other.shown);
}

TEST(Checkpoints, HoldTheEventsThatAreStillToBeSent) {
  const ScratchFolder scratch;
  const std::filesystem::path recordings = scratch / "recordings";
  std::filesystem::create_directories(recordings);
  for (int i = 0; i < 3; ++i) {
    std::ofstream table(recordings / (std::to_string(i) + ".csv"));
    for (int k = 0; k < 400; ++k) table << 0.7 * k << ',' << (5 * k + 3 * i) % (8 + 4 * i) << '\n';
  }
  std::ofstream(recordings / "y_labels.csv") << "0,0\n1,1\n2,0\n";
  const Experiment digits = example(
      "event-digits/nmnist-stdp.toml",
      {"dataset.digits.events=" + recordings.string(), "dataset.digits.train=[0, 1]",
       "dataset.digits.test=[2]", "dataset.digits.epochs=2", "population.camera.shape=[4, 4]",
       "projection.events.plasticity.weight_sum=6 nS", "projection.inhibition.weight=0 nS",
       "population.excitatory.size=20", "population.inhibitory.size=20"});
  const ExperimentResult whole = run_experiment(digits);
  EXPECT_GT(whole.spikes, 20U);
  EXPECT_EQ(whole.classifications[0].events_sent, 7U * 400);
  const ExperimentResult cut = in_parts(digits, scratch / "c", 67);
  EXPECT_EQ(cut.spike_hash, whole.spike_hash);
  EXPECT_EQ(cut.weight_hash, whole.weight_hash);
  EXPECT_EQ(cut.classifications[0].events_sent, whole.classifications[0].events_sent);
  EXPECT_EQ(cut.classifications[0].responses, whole.classifications[0].responses);
}

TEST(Checkpoints, HoldATaskAndItsRewards) {
  const std::string brief = "run.duration=3 s";
  for (const auto& [name, settings] :
       {std::pair("reward", std::vector{brief, std::string("probe.weights.times=[\"3 s\"]")}),
        std::pair("maze", std::vector{brief})}) {
    const Experiment task = example("reward/" + std::string(name) + ".toml", settings);
    const ExperimentResult whole = run_experiment(task);
    const ScratchFolder scratch;
    const ExperimentResult cut = in_parts(task, scratch / "c", 67);
    EXPECT_EQ(cut.spike_hash, whole.spike_hash) << name;
    EXPECT_EQ(cut.weight_hash, whole.weight_hash) << name;
    const std::vector<Trial>&one = whole.trials[0].trials, &other = cut.trials[0].trials;
    ASSERT_GT(one.size(), 5U) << name;
    ASSERT_EQ(one.size(), other.size()) << name;
    for (std::size_t i = 0; i < one.size(); ++i) {
      EXPECT_EQ(one[i].action, other[i].action) << name;
      EXPECT_EQ(one[i].surprise, other[i].surprise) << name;
    }
  }
}

TEST(Checkpoints, OfSeveralRanksHaveTheStateOfEach) {
  Experiment whole = experiment();
  whole.probes.erase(whole.probes.begin());  // states are recorded on one rank only
  const ExperimentResult expected = run_experiment(whole);
  const ScratchFolder scratch;
  test::on_ranks(2, [&](Exchange& exchange) {
    {
      CheckpointFolder fresh(scratch / "c", facts_of(whole), &exchange);
      ExperimentOptions options = stopping_after(11, fresh);
      options.exchange = &exchange;
      run_experiment(whole, options);
    }
    CheckpointFolder folder(scratch / "c", "1", &exchange);
    const ExperimentResult rest =
        run_experiment(whole, {.exchange = &exchange, .checkpoints = &folder});
    expect_equal(rest, expected);
  });
  EXPECT_THROW(CheckpointFolder(scratch / "c", "1", nullptr), Failure);
}

TEST(Checkpoints, AreWrittenAtTheirIntervalsAndKeepOnlyTheLast) {
  const Experiment whole = experiment({"run.checkpoint_every=40ms"});
  const ScratchFolder scratch;
  CheckpointFolder folder(scratch / "c", facts_of(whole), nullptr);
  std::vector<double> times;
  ExperimentOptions options;
  options.checkpoints = &folder;
  options.progress = [&](const ExperimentProgress&) {
    if (times.empty() || times.back() != folder.facts().time_ms)
      times.push_back(folder.facts().time_ms);
  };
  run_experiment(whole, options);
  // Pieces of 10 ms, but for the one that the weights' probe cuts at 83 ms.
  EXPECT_THAT(times,
              testing::Pointwise(testing::DoubleNear(1e-9),
                                 std::vector<double>{0, 40, 80, 123, 163, 203, 243, 283, 323}));
  std::size_t states = 0;
  for (const auto& entry : std::filesystem::directory_iterator(scratch / "c"))
    states += entry.path().filename().string().starts_with("state-") ? 1 : 0;
  EXPECT_EQ(states, 1U);
  folder.remove();
  EXPECT_FALSE(std::filesystem::exists(scratch / "c"));
}

TEST(Checkpoints, ThatWereNeverWrittenLeaveNoFolder) {
  const ScratchFolder scratch;
  { CheckpointFolder folder(scratch / "c", facts_of(experiment()), nullptr); }
  EXPECT_FALSE(std::filesystem::exists(scratch / "c"));
}

TEST(Checkpoints, LeaveOtherFilesAlone) {
  const ScratchFolder scratch;
  std::filesystem::create_directory(scratch / "c");
  test::write_all(scratch / "c" / "notes.txt", "mine");
  CheckpointFolder folder(scratch / "c", facts_of(experiment()), nullptr);
  run_experiment(experiment(), stopping_after(3, folder));
  folder.remove();
  EXPECT_EQ(test::read_all(scratch / "c" / "notes.txt"), "mine");
}

TEST(Checkpoints, ThatCannotBeWrittenAreToldAndTheRunGoesOn) {
  const Experiment whole = experiment({"run.checkpoint_every=100ms"});
  const ScratchFolder scratch;
  CheckpointFolder folder(scratch / "c", facts_of(whole), nullptr);
  std::filesystem::remove_all(scratch / "c");
  const ExperimentResult result = run_experiment(whole, {.checkpoints = &folder});
  EXPECT_EQ(result.stopped_by, "");
  ASSERT_EQ(result.warnings.size(), 3U);
  EXPECT_EQ(result.warnings[0].code, Code::checkpoint_failed);
  expect_equal(result, run_experiment(whole));
}

Code fault_of(const std::filesystem::path& path, const std::string& version = "1") {
  try {
    CheckpointFolder folder(path, version, nullptr);
    run_experiment(experiment(), {.checkpoints = &folder});
  } catch (const Failure& failure) {
    return failure.diagnostics().front().code;
  }
  return Code::internal;
}

TEST(Checkpoints, OfOtherVersionsAndExperimentsAreRefused) {
  const ScratchFolder scratch;
  {
    CheckpointFolder folder(scratch / "c", facts_of(experiment()), nullptr);
    run_experiment(experiment(), stopping_after(9, folder));
    const Experiment other = experiment({"population.a.size=149", "probe.v.neurons=[3]"});
    CheckpointFolder others(scratch / "other", facts_of(other), nullptr);
    run_experiment(other, stopping_after(9, others));
  }
  try {
    CheckpointFolder(scratch / "c", facts_of(experiment()), nullptr);
    ADD_FAILURE() << "it would be lost";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics().front().code, Code::checkpoint_exists);
  }
  EXPECT_EQ(fault_of(scratch / "c", "2"), Code::checkpoint_mismatch);
  EXPECT_EQ(fault_of(scratch / "nothing"), Code::file_not_found);
  EXPECT_EQ(fault_of(scratch / "other"), Code::checkpoint_mismatch);
  std::filesystem::copy_file(scratch / "other" / "state-1-0", scratch / "c" / "state-1-0",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(fault_of(scratch / "c"), Code::checkpoint_mismatch);
}

TEST(Checkpoints, AreOfOneProcessAtATime) {
  const ScratchFolder scratch;
  CheckpointFolder folder(scratch / "c", facts_of(experiment()), nullptr);
  run_experiment(experiment(), stopping_after(9, folder));
  EXPECT_EQ(fault_of(scratch / "c"), Code::folder_in_use);
  try {
    CheckpointFolder(scratch / "c", facts_of(experiment()), nullptr);
    ADD_FAILURE() << "two at once";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics().front().code, Code::folder_in_use);
  }
  // A run that nobody asked for checkpoints of goes on without.
  const auto other =
      CheckpointFolder::made_when_needed(scratch / "c", facts_of(experiment()), nullptr);
  const ExperimentResult cut = run_experiment(experiment(), stopping_after(3, *other));
  ASSERT_EQ(cut.warnings.size(), 1U);
  EXPECT_EQ(cut.warnings[0].code, Code::checkpoint_failed);
  EXPECT_FALSE(other->exists());
  other->remove();
  EXPECT_TRUE(std::filesystem::exists(scratch / "c" / "head"));
}

TEST(Checkpoints, ThatAreDamagedAreRefused) {
  for (const std::string name : {"head", "state-1-0", "stretch-1"}) {
    SCOPED_TRACE(name);
    const ScratchFolder scratch;
    {
      CheckpointFolder folder(scratch / "c", facts_of(experiment()), nullptr);
      run_experiment(experiment(), stopping_after(9, folder));
    }
    const std::string bytes = test::read_all(scratch / "c" / name);
    for (const std::size_t length : {std::size_t{0}, std::size_t{50}, bytes.size() - 1}) {
      test::write_all(scratch / "c" / name, bytes.substr(0, length));
      EXPECT_THAT(fault_of(scratch / "c"),
                  testing::AnyOf(Code::file_truncated, Code::file_corrupt));
    }
    for (const std::size_t at : {bytes.size() / 3, bytes.size() - 10}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 4);
      test::write_all(scratch / "c" / name, damaged);
      EXPECT_EQ(fault_of(scratch / "c"), Code::file_corrupt);
    }
    std::filesystem::remove(scratch / "c" / name);
    EXPECT_EQ(fault_of(scratch / "c"), Code::file_not_found);
  }
}

}  // namespace
}  // namespace synfire
