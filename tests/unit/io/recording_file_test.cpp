#include "core/io/recording_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "core/base/diagnostics.h"
#include "support/scratch.h"

namespace synfire {
namespace {

using test::ScratchFolder;

SpikeTrain train_of(std::size_t spikes, double first_ms) {
  SpikeTrain train{"a", {}, {}, {}};
  for (std::size_t i = 0; i < spikes; ++i) {
    train.timestamps_ms.push_back(first_ms + static_cast<double>(i) * 0.1);
    train.node_ids.push_back(i * 7919 % 1000);
  }
  return train;
}

Recording rest_of_run(double end_ms, std::string experiment) {
  Recording recording;
  recording.interval = {0, end_ms};
  recording.provenance.experiment = std::move(experiment);
  recording.provenance.spike_hash = "00ff";
  return recording;
}

/// No file of this process may be longer than so many bytes.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : before_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &limit_);
    const rlimit low{bytes, limit_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &low);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &limit_), std::signal(SIGXFSZ, before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit limit_{};
  void (*before_)(int);
};

TEST(RecordingFiles, PiecesOfATrainBecomeOne) {
  const ScratchFolder folder;
  RecordingFile file(folder / "out.h5");
  file.begin();
  file.append({train_of(10'000, 0)});
  file.append({train_of(0, 0)});
  file.append({train_of(20'000, 1000)});
  file.finish(rest_of_run(3000, "x = 1"));
  file.commit();
  const Recording recording = read_recording(folder / "out.h5");
  ASSERT_EQ(recording.spikes.size(), 1U);
  std::vector<double> times = train_of(10'000, 0).timestamps_ms;
  for (const double time : train_of(20'000, 1000).timestamps_ms) times.push_back(time);
  EXPECT_EQ(recording.spikes[0].timestamps_ms, times);
  EXPECT_EQ(recording.spikes[0].node_ids.size(), times.size());
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(RecordingFiles, RunsCanBeMovedFromOneFileToAnother) {
  const ScratchFolder folder;
  Recording rest = rest_of_run(100, "y = \"\u00e9\"");
  rest.weights.push_back({"a:a->a", "pA", {0, 50}, {1, 2, 3, 4}, {0, 1}, {1, 0}});
  rest.provenance.argv = {"synfire", "run", "x.toml"};
  std::vector<std::byte> image;
  {
    RecordingFile first(folder / "first.h5");
    first.begin(0), first.append({train_of(20'000, 0)}), first.finish(rest);
    first.begin(1), first.append({train_of(3, 0)});
    image = first.image_of_run(0);  // while the next one is written
    first.finish(rest_of_run(1, "z = 1")), first.commit();
  }
  RecordingFile second(folder / "second.h5");
  second.restore_run(0, image);
  second.begin(1), second.append({train_of(3, 0)}), second.finish(rest_of_run(1, "z = 1"));
  second.commit();
  for (const std::uint64_t run : {0U, 1U}) {
    const Recording one = read_recording(folder / "first.h5", run);
    const Recording other = read_recording(folder / "second.h5", run);
    EXPECT_EQ(one.spikes[0].timestamps_ms, other.spikes[0].timestamps_ms);
    EXPECT_EQ(one.spikes[0].node_ids, other.spikes[0].node_ids);
    EXPECT_EQ(one.interval.end_ms, other.interval.end_ms);
    EXPECT_EQ(one.provenance.argv, other.provenance.argv);
    EXPECT_EQ(one.provenance.experiment, other.provenance.experiment);
  }
  const Recording moved = read_recording(folder / "second.h5", 0);
  ASSERT_EQ(moved.weights.size(), 1U);
  EXPECT_EQ(moved.weights[0].values, rest.weights[0].values);
  EXPECT_EQ(moved.weights[0].units, "pA");
}

TEST(RecordingFiles, AFullDiskLeavesWhatWasRecordedBefore) {
  const ScratchFolder folder;
  RecordingFile file(folder / "out.h5");
  file.begin();
  file.append({train_of(5000, 0)});
  {
    const FileSizeLimit limit(std::filesystem::file_size(file.temporary()) + (1U << 20U));
    EXPECT_THROW(file.append({train_of(1'000'000, 500)}), Failure);
    file.finish(rest_of_run(500, "x = 1"));
    file.commit();
  }
  const Recording recording = read_recording(folder / "out.h5");
  EXPECT_EQ(recording.spikes[0].timestamps_ms, train_of(5000, 0).timestamps_ms);
  EXPECT_EQ(read_stored_runs(folder / "out.h5")[0].spike_hash, "00ff");
}

TEST(RecordingFiles, SeveralRunsAndTheirSummaryAreInOneFile) {
  const ScratchFolder folder;
  RecordingFile file(folder / "out.h5");
  for (std::uint64_t run = 0; run < 3; ++run) {
    file.begin(run);
    file.append({train_of(10 * run, 0)});
    file.finish(rest_of_run(100, "run = " + std::to_string(run)));
  }
  file.write_summary({{"weight"}, {{"weight", {"1", "2", "3"}, {}}, {"a rate_hz", {}, {1, 2, 3}}}});
  file.commit();
  const auto runs = read_stored_runs(folder / "out.h5");
  ASSERT_EQ(runs.size(), 3U);
  EXPECT_EQ(runs[2].experiment, "run = 2");
  const Summary summary = read_recording(folder / "out.h5").summary;
  EXPECT_THAT(summary.settings, testing::ElementsAre("weight"));
  EXPECT_THAT(summary.columns[1].texts, testing::ElementsAre("1", "2", "3"));
  EXPECT_EQ(read_recording(folder / "out.h5", 2).spikes[0].node_ids.size(), 20U);
  EXPECT_THROW(read_recording(folder / "out.h5", 3), Failure);
  const Hdf5Group root = Hdf5Group::open(folder / "out.h5");
  EXPECT_EQ(root.group("summary").read("a rate_hz").number(1), 2);
  EXPECT_EQ(root.group("runs").group("2").group("spikes").group("a").read("node_ids").size(), 20U);
}

TEST(RecordingFiles, NothingIsThereWithoutCommit) {
  const ScratchFolder folder;
  { RecordingFile(folder / "out.h5").begin(); }
  EXPECT_EQ(folder.entries(), 0U);
  EXPECT_THROW(RecordingFile(folder / "missing" / "out.h5"), Failure);
}

TEST(RecordingFiles, AFileThatIsNoRecordingOfAnExperimentIsRefused) {
  const ScratchFolder folder;
  write_recording(folder / "out.h5", Recording());
  EXPECT_THROW(read_stored_runs(folder / "out.h5"), Failure);
}

}  // namespace
}  // namespace synfire
