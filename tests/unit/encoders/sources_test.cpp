// Formats of recordings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/base/diagnostics.h"
#include "core/io/event_folder.h"
#include "encoders/stage.h"
#include "support/data.h"
#include "support/heidelberg_file.h"
#include "support/scratch.h"

namespace synfire {
namespace {

using test::HeidelbergData;
using test::ScratchFolder;
using test::write_all;
using test::write_heidelberg_file;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// x, y, polarity and time in us.
std::string event(unsigned x, unsigned y, bool on, unsigned time_us) {
  const unsigned bytes[] = {x, y, (on ? 128U : 0U) | (time_us >> 16U), time_us >> 8U & 255U,
                            time_us & 255U};
  return {std::begin(bytes), std::end(bytes)};
}

EventSample read_one(const std::filesystem::path& folder, const Shape& shape) {
  return open_events(folder, shape, sources())->read(0);
}

/// Code, place and message of what reading throws.
template <typename Read>
Diagnostic failure_of(const Read& read) {
  try {
    read();
  } catch (const Failure& failure) {
    return failure.diagnostics().front();
  }
  return {.code = Code::internal, .where = "nothing was thrown", .message = {}, .hint = {}};
}
Diagnostic failure_of_file(const std::string& name, const std::string& bytes, const Shape& shape) {
  const ScratchFolder folder;
  write_all(folder / name, bytes);
  return failure_of([&] { read_one(folder.path(), shape); });
}

TEST(Sources, NmnistEventsGoToTheNeuronOfTheirPolarityRowAndColumn) {
  const ScratchFolder folder;
  write_all(folder / "a.bin", event(3, 1, false, 70'000) + event(33, 33, true, 305'924));
  const EventSample planes = read_one(folder.path(), {2, 34, 34});
  EXPECT_THAT(planes.times_ms, ElementsAre(70, 305.924));
  EXPECT_THAT(planes.neurons, ElementsAre(34 + 3, 2 * 34 * 34 - 1));
  EXPECT_THAT(read_one(folder.path(), {34, 34}).neurons, ElementsAre(34 + 3, 34 * 34 - 1));
  EXPECT_THAT(read_one(folder.path(), {1, 34, 40}).neurons, ElementsAre(40 + 3, 33 * 40 + 33));
}

TEST(Sources, NmnistTimesMayFallAndOverflow) {
  const ScratchFolder folder;
  write_all(folder / "a.bs2", event(0, 0, true, 500) + event(1, 0, true, 400) +
                                  event(0, 240, false, 0) + event(2, 0, true, 100));
  const EventSample sample = read_one(folder.path(), {34, 34});
  EXPECT_THAT(sample.times_ms, ElementsAre(0.4, 0.5, 8.292));
  EXPECT_THAT(sample.neurons, ElementsAre(1, 0, 2));
}

TEST(Sources, DamagedNmnistFilesAreRefusedWithTheEvent) {
  const std::string good = event(1, 2, true, 3);
  EXPECT_EQ(failure_of_file("a.bin", "", {34, 34}).code, Code::file_truncated);
  EXPECT_EQ(failure_of_file("a.bin", good + "abc", {34, 34}).code, Code::file_truncated);
  const Diagnostic outside = failure_of_file("a.bin", good + event(34, 2, true, 3), {2, 34, 34});
  EXPECT_EQ(outside.code, Code::sample_size);
  EXPECT_THAT(outside.where, HasSubstr("a.bin"));
  EXPECT_THAT(outside.message, HasSubstr("event 1 is of pixel (34, 2)"));
  for (const Shape& shape : {Shape{2312}, {34, 34, 2}, {2, 2, 34, 34}})
    EXPECT_EQ(failure_of_file("a.bin", good, shape).code, Code::sample_size) << to_string(shape);
}

TEST(Sources, TablesHaveATimeAndANeuronALine) {
  const ScratchFolder folder;
  write_all(folder / "a.csv", "time,neuron\n2.5,3\n1,0\n1,5\n");
  const EventSample sample = read_one(folder.path(), {2, 3});
  EXPECT_THAT(sample.times_ms, ElementsAre(1, 1, 2.5));
  EXPECT_THAT(sample.neurons, ElementsAre(0, 5, 3));
  EXPECT_EQ(failure_of_file("a.csv", "", {6}).code, Code::file_truncated);
  EXPECT_EQ(failure_of_file("a.csv", "1,2\n-1,2\n", {6}).code, Code::file_corrupt);
  const Diagnostic outside = failure_of_file("a.csv", "t,i\n1,2\n1,6\n", {6});
  EXPECT_EQ(outside.code, Code::sample_size);
  EXPECT_THAT(outside.where, HasSubstr("a.csv:3"));
}

TEST(Sources, RecordingsMayBeEmpty) {
  const ScratchFolder folder;
  write_all(folder / "a.csv", "time,neuron\n");
  EXPECT_THAT(read_one(folder.path(), {6}).times_ms, IsEmpty());
  write_heidelberg_file(folder / "a.h5", {{{}, {1}}, {{}, {2}}, {{0, 1}}});
  const auto file = open_events(folder / "a.h5", {6}, sources());
  EXPECT_THAT(file->read(0).times_ms, IsEmpty());
  EXPECT_THAT(file->read(1).neurons, ElementsAre(2));
}

TEST(Sources, HeidelbergFilesHaveListsOfTimesInSeconds) {
  const ScratchFolder folder;
  write_heidelberg_file(
      folder / "shd.h5",
      {{{0.25, 0.125, 1.5}, {0.0, 6.103515625e-05}}, {{699, 0, 7}, {5, 6}}, {{9, 19}}});
  const auto file = open_events(folder / "shd.h5", {700}, sources());
  ASSERT_EQ(file->samples(), 2U);
  EXPECT_THAT(file->labels(), ElementsAre(9, 19));
  const EventSample first = file->read(0), second = file->read(1);
  EXPECT_THAT(first.times_ms, ElementsAre(125, 250, 1500));
  EXPECT_THAT(first.neurons, ElementsAre(0, 699, 7));
  EXPECT_THAT(second.times_ms, ElementsAre(0, 0.06103515625));  // the least normal half
}

TEST(Sources, HeidelbergFilesThatDoNotFitAreRefusedWithTheRecording) {
  const ScratchFolder folder;
  const auto refused = [&](const HeidelbergData& data) {
    write_heidelberg_file(folder / "a.h5", data);
    return failure_of([&] {
      const auto file = open_events(folder / "a.h5", {700}, sources());
      for (std::size_t i = 0; i < file->samples(); ++i) file->read(i);
    });
  };
  const std::vector<std::vector<double>> times{{0.5}, {0.5, 1}}, units{{1}, {1, 2}};
  EXPECT_EQ(refused({times, {{1}}, {{1, 2}}}).code, Code::file_corrupt);
  EXPECT_EQ(refused({times, {{1}, {1}}, {{1, 2}}}).code, Code::file_corrupt);
  EXPECT_EQ(refused({{{0.5}, {0.5, -1}}, units, {{1, 2}}}).code, Code::file_corrupt);
  EXPECT_EQ(refused({times, units, {{1, 2, 3}}}).code, Code::label_mismatch);
  EXPECT_EQ(refused({times, units, {{1}}}).code, Code::label_mismatch);
  const Diagnostic outside = refused({times, {{1}, {1, 700}}, {{1, 2}}});
  EXPECT_EQ(outside.code, Code::sample_size);
  EXPECT_THAT(outside.where, HasSubstr("a.h5:/spikes/units[1]"));
  EXPECT_THAT(outside.message, HasSubstr("event 1 is of unit 700"));
  write_all(folder / "a.h5", "no HDF5");
  EXPECT_EQ(failure_of([&] { open_events(folder / "a.h5", {700}, sources()); }).code,
            Code::file_format);
}

TEST(Sources, ReadTheRecordingsOfNmnistItself) {
  SYNFIRE_SHARED_DATA_OR_SKIP(data);
  const ScratchFolder folder;
  std::filesystem::copy(data / "events/tonic_sample_nmnist.bin", folder / "1.bin");
  const EventSample sample = read_one(folder.path(), {2, 34, 34});
  EXPECT_EQ(sample.times_ms.size(), std::filesystem::file_size(folder / "1.bin") / 5);
  EXPECT_LT(sample.times_ms.back(), 350);
}

}  // namespace
}  // namespace synfire
