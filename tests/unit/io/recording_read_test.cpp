#include <gtest/gtest.h>

#include <limits>

#include "core/base/diagnostics.h"
#include "core/io/hdf5.h"
#include "io/recordings.h"
#include "support/data.h"
#include "support/scratch.h"

namespace synfire {
namespace {

using test::ScratchFolder;

Tensor times(const std::vector<double>& values) {
  return Tensor::of<double>({static_cast<std::int64_t>(values.size())}, values);
}

Tensor ids(const std::vector<std::int64_t>& values) {
  return Tensor::of<std::int64_t>({static_cast<std::int64_t>(values.size())}, values);
}

std::vector<Code> codes_of(const std::filesystem::path& path) {
  std::vector<Code> codes;
  try {
    read_recording(path);
  } catch (const Failure& failure) {
    for (const Diagnostic& each : failure.diagnostics()) codes.push_back(each.code);
  }
  return codes;
}

TEST(RecordingRead, GivesWhatWasWritten) {
  const ScratchFolder folder;
  const Recording written = test::small_recording();
  write_recording(folder / "out.h5", written);
  const Recording read = read_recording(folder / "out.h5");
  ASSERT_EQ(read.spikes.size(), 2U);
  EXPECT_EQ(read.spikes[0].population, "b");  // the network's order, not that of the names
  EXPECT_EQ(read.spikes[1].timestamps_ms, written.spikes[1].timestamps_ms);
  EXPECT_EQ(read.spikes[1].node_ids, written.spikes[1].node_ids);
  EXPECT_EQ(read.spikes[1].payloads, written.spikes[1].payloads);
  ASSERT_EQ(read.traces.size(), 1U);
  EXPECT_EQ(read.traces[0].values, written.traces[0].values);
  EXPECT_EQ(read.traces[0].node_ids, written.traces[0].node_ids);
  EXPECT_EQ(read.traces[0].units, "mV");
  ASSERT_EQ(read.weights.size(), 1U);
  EXPECT_EQ(read.weights[0].values, written.weights[0].values);
  EXPECT_EQ(read.weights[0].times_ms, written.weights[0].times_ms);
  EXPECT_EQ(read.weights[0].units, "pA");
  EXPECT_EQ(read.weights[0].source_ids, written.weights[0].source_ids);
  EXPECT_EQ(read.weights[0].target_ids, written.weights[0].target_ids);
  EXPECT_EQ(read.weights[0].source_shape, written.weights[0].source_shape);
  ASSERT_EQ(read.classifications.size(), 1U);
  EXPECT_EQ(read.classifications[0].confusion(), written.classifications[0].confusion());
  EXPECT_EQ(read.classifications[0].learnt, written.classifications[0].learnt);
  EXPECT_EQ(read.classifications[0].learnt_accuracy, written.classifications[0].learnt_accuracy);
  EXPECT_EQ(read.classifications[0].shown_again, 3U);
  EXPECT_EQ(read.interval.end_ms, 100);
  EXPECT_EQ(read.trial_ms, 50);
  EXPECT_EQ(read.predictions, written.predictions);
  EXPECT_EQ(read.layers[0].neurons, 4);
  EXPECT_EQ(read.layers[0].synops, 30U);
  EXPECT_EQ(read.provenance.seed, written.provenance.seed);
  EXPECT_EQ(read.provenance.argv, written.provenance.argv);
}

TEST(RecordingRead, TakesSpikesOfOtherToolsInAnyOrderAndUnit) {
  const ScratchFolder folder;
  Hdf5Writer root = Hdf5Writer::create(folder / "old.h5");
  Hdf5Writer spikes = root.make_group("spikes");
  spikes.write("timestamps", times({0.2, 0.1, 0.1}));
  spikes.set_attribute("timestamps", "units", "s");
  spikes.write("gids", ids({1, 5, 0}));
  root.close();
  const Recording read = read_recording(folder / "old.h5");
  ASSERT_EQ(read.spikes.size(), 1U);
  EXPECT_EQ(read.spikes[0].population, "neurons");
  EXPECT_EQ(read.spikes[0].timestamps_ms, (std::vector<double>{100, 100, 200}));
  EXPECT_EQ(read.spikes[0].node_ids, (std::vector<std::uint64_t>{5, 0, 1}));
  EXPECT_FALSE(read.interval.is_known());
}

TEST(RecordingRead, TakesTheSpikesOfTheSonataExample) {
  SYNFIRE_SHARED_DATA_OR_SKIP(data);
  const Recording read = read_recording(data / "sonata" / "300_pointneurons_spikes_0ee3ad5.h5");
  ASSERT_EQ(read.spikes.size(), 1U);
  EXPECT_EQ(read.spikes[0].timestamps_ms.size(), 18886U);
}

TEST(RecordingRead, TellsAllFaults) {
  const ScratchFolder folder;
  Hdf5Writer root = Hdf5Writer::create(folder / "bad.h5");
  Hdf5Writer spikes = root.make_group("spikes");
  Hdf5Writer unequal = spikes.make_group("unequal");
  unequal.write("timestamps", times({1, 2}));
  unequal.write("node_ids", ids({1}));
  Hdf5Writer negative = spikes.make_group("negative");
  negative.write("timestamps", times({1}));
  negative.write("node_ids", ids({-1}));
  Hdf5Writer endless = spikes.make_group("endless");
  endless.write("timestamps", times({std::numeric_limits<double>::infinity()}));
  endless.write("node_ids", ids({1}));
  Hdf5Writer missing = spikes.make_group("missing");
  missing.write("timestamps", times({1}));
  Hdf5Writer fractional = spikes.make_group("fractional");
  fractional.write("timestamps", times({1}));
  fractional.write("node_ids", times({1.5}));
  Hdf5Writer trace = root.make_group("report").make_group("p").make_group("v");
  trace.write("time", times({0, 1, 2}));
  trace.write("data", times({0, 1, 2}));
  Hdf5Writer weight = root.make_group("weights").make_group("p");
  weight.write("time", times({1, 0}));
  weight.write("data", Tensor::of<float>({2, 1}, std::vector<float>{1, 2}));
  root.close();
  EXPECT_EQ(codes_of(folder / "bad.h5"),
            (std::vector<Code>{Code::file_corrupt, Code::file_format, Code::file_format,
                               Code::file_corrupt, Code::file_corrupt, Code::file_format,
                               Code::file_corrupt}));
}

TEST(RecordingRead, RefusesUnitsThatAreNone) {
  const ScratchFolder folder;
  Hdf5Writer root = Hdf5Writer::create(folder / "bad.h5");
  Hdf5Writer spikes = root.make_group("spikes");
  spikes.write("timestamps", times({1}));
  spikes.set_attribute("timestamps", "units", "fortnights");
  spikes.write("node_ids", ids({1}));
  root.close();
  EXPECT_EQ(codes_of(folder / "bad.h5"), std::vector<Code>{Code::file_format});
}

TEST(RecordingRead, RefusesWhatIsNoRecording) {
  const ScratchFolder folder;
  Hdf5Writer root = Hdf5Writer::create(folder / "other.h5");
  root.make_group("node");
  root.close();
  EXPECT_EQ(codes_of(folder / "other.h5"), std::vector<Code>{Code::file_format});
  EXPECT_EQ(codes_of(folder / "none.h5"), std::vector<Code>{Code::file_not_found});
}

TEST(RecordingRead, CountsNumbersInNamesAsNumbers) {
  const ScratchFolder folder;
  Hdf5Writer root = Hdf5Writer::create(folder / "many.h5");
  Hdf5Writer spikes = root.make_group("spikes");
  for (const char* const name : {"g10", "g2", "g1", "g02b", "a"}) {
    Hdf5Writer group = spikes.make_group(name);
    group.write("timestamps", times({1}));
    group.write("node_ids", ids({1}));
  }
  root.close();
  std::vector<std::string> names;
  for (const SpikeTrain& train : read_recording(folder / "many.h5").spikes)
    names.push_back(train.population);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "g1", "g2", "g02b", "g10"}));
}

}  // namespace
}  // namespace synfire
