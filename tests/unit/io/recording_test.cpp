#include "core/io/recording.h"

#include <gtest/gtest.h>

#include "core/base/diagnostics.h"
#include "core/io/hdf5.h"
#include "support/scratch.h"

namespace synfire {
namespace {

using test::ScratchFolder;

Recording small_recording() {
  Recording recording;
  recording.spikes = {{"conv1", {1.0, 1.0, 2.5}, {0, 7, 3}, {1, -2, 3}}, {"out", {}, {}, {}}};
  recording.outputs = Tensor::of<std::int8_t>({2, 2}, std::vector<std::int8_t>{1, 2, 3, 4});
  recording.predictions = {1, 0};
  recording.layers = {{"conv1", "CONV_2D #0", 8, 3, 27, 100}, {"out", "", 2, 0, 0, 16}};
  recording.provenance.argv = {"synfire", "run", "a b.nir"};
  recording.provenance.version = "0.1.0";
  recording.provenance.inputs = {{"a b.nir", "00ff"}};
  recording.provenance.seed = ~std::uint64_t{0};
  recording.provenance.started = "2026-01-01T00:00:00Z";
  recording.provenance.settings_json = R"({"threads": 2})";
  return recording;
}

TEST(Recording, HasTheShapeOfSonata) {
  const ScratchFolder folder;
  write_recording(folder / "out.h5", small_recording());
  const Hdf5Group root = Hdf5Group::open(folder / "out.h5");
  const Hdf5Group spikes = root.group("spikes").group("conv1");
  EXPECT_EQ(spikes.text_attribute("", "sorting"), "by_time");
  EXPECT_EQ(spikes.text_attribute("timestamps", "units"), "ms");
  EXPECT_EQ(spikes.read("timestamps"), Tensor::of<double>({3}, std::vector{1.0, 1.0, 2.5}));
  EXPECT_EQ(spikes.read("node_ids"),
            Tensor::of<std::int64_t>({3}, std::vector<std::int64_t>{0, 7, 3}));
  EXPECT_EQ(spikes.read("payload"), Tensor::of<std::int32_t>({3}, std::vector{1, -2, 3}));
  EXPECT_FALSE(root.group("spikes").group("out").has("payload"));
}

TEST(Recording, HasOutputsLayersAndProvenance) {
  const ScratchFolder folder;
  const Recording recording = small_recording();
  write_recording(folder / "out.h5", recording);
  const Hdf5Group root = Hdf5Group::open(folder / "out.h5");
  EXPECT_EQ(root.group("outputs").read("values"), recording.outputs);
  EXPECT_FALSE(root.group("outputs").has("labels"));
  EXPECT_EQ(root.group("layers").read_texts("origin"),
            (std::vector<std::string>{"CONV_2D #0", ""}));
  const Hdf5Group provenance = root.group("provenance");
  EXPECT_EQ(provenance.text_attribute("", "settings"), R"({"threads": 2})");
  EXPECT_TRUE(provenance.has_attribute("", "seed"));
  EXPECT_EQ(provenance.texts_attribute("", "argv"), recording.provenance.argv);
}

TEST(Recording, LeavesNothingWhenItCannotBeWritten) {
  const ScratchFolder folder;
  Recording recording = small_recording();
  recording.spikes[0].node_ids.pop_back();
  EXPECT_THROW(write_recording(folder / "out.h5", recording), Failure);
  EXPECT_EQ(folder.entries(), 0U);
  EXPECT_THROW(write_recording(folder / "none" / "out.h5", small_recording()), Failure);
}

TEST(Recording, HashesFiles) {
  const ScratchFolder folder;
  test::write_all(folder / "abc", "abc");
  EXPECT_EQ(file_sha256(folder / "abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace synfire
