// Recordings in folders: which samples there are, in what order, of what classes.
#include "core/io/event_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/diagnostics.h"
#include "encoders/stage.h"
#include "support/scratch.h"

namespace synfire {
namespace {

using test::write_all;
using testing::ElementsAre;
using testing::IsEmpty;

/// Recordings that tell who they are by the neuron of their only event.
class EventFolders : public testing::Test {
 protected:
  void add(const std::string& name, int neuron) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    write_all(folder_ / name, "1," + std::to_string(neuron) + "\n");
  }
  std::unique_ptr<EventSet> open(const std::string& labels = {}) {
    return open_events(folder_.path(), {100}, sources(),
                       labels.empty() ? std::filesystem::path() : folder_ / labels);
  }
  std::vector<std::uint32_t> order(EventSet& events) {
    std::vector<std::uint32_t> neurons;
    for (std::size_t i = 0; i < events.samples(); ++i)
      neurons.push_back(events.read(i).neurons.at(0));
    return neurons;
  }
  Code refusal(const std::string& labels = {}) {
    try {
      order(*open(labels));
    } catch (const Failure& failure) {
      return failure.diagnostics().front().code;
    }
    return Code::internal;
  }

  test::ScratchFolder folder_;
};

TEST_F(EventFolders, AreReadInTheOrderOfTheirNames) {
  for (const auto& [name, neuron] :
       {std::pair{"10.csv", 10}, {"9.csv", 9}, {"b2.csv", 2}, {"b11.csv", 11}, {"08.csv", 8}})
    add(name, neuron);
  write_all(folder_ / "README.md", "no recording");
  const auto events = open();
  EXPECT_THAT(order(*events), ElementsAre(8, 9, 10, 2, 11));
  EXPECT_THAT(events->labels(), IsEmpty());
}

TEST_F(EventFolders, MayHaveAFolderForEachClass) {
  for (const auto& [name, neuron] :
       {std::pair{"0/00002.csv", 2}, {"5/00001.csv", 1}, {"11/00010.csv", 10}, {"0/00010.csv", 11}})
    add(name, neuron);
  add("others/00001.csv", 50);
  const auto events = open();
  EXPECT_THAT(order(*events), ElementsAre(1, 2, 11, 10));
  EXPECT_THAT(events->labels(), ElementsAre(5, 0, 0, 11));
}

TEST_F(EventFolders, AreReadInTheOrderOfATable) {
  for (int i = 1; i <= 3; ++i) add(std::to_string(i) + ".csv", i);
  write_all(folder_ / "blanks.txt", "#sample #class\r\n3\t7\r\n1\t0\r\n");
  const auto events = open("blanks.txt");
  EXPECT_THAT(order(*events), ElementsAre(3, 1));
  EXPECT_THAT(events->labels(), ElementsAre(7, 0));
  write_all(folder_ / "y_labels.csv", "2.csv,10,4\n");
  const auto named = open();
  EXPECT_THAT(order(*named), ElementsAre(2));
  EXPECT_THAT(named->labels(), ElementsAre(4));
  EXPECT_EQ(named->files().size(), 2U);  // the table, too
}

TEST_F(EventFolders, AFileOfLabelsIsNoRecording) {
  add("1.csv", 1), add("2.csv", 2);
  write_all(folder_ / "classes.csv", "label\n5\n6\n");
  EXPECT_FALSE(lists_recordings(folder_ / "classes.csv", folder_.path(), sources()));
  const auto events = open("classes.csv");
  EXPECT_THAT(order(*events), ElementsAre(1, 2));
  EXPECT_THAT(events->labels(), IsEmpty());
}

TEST_F(EventFolders, WhatIsMissingOrAmbiguousIsRefused) {
  EXPECT_EQ(refusal(), Code::file_format);  // no recordings
  add("1.csv", 1);
  write_all(folder_ / "2.bin", "12345");
  EXPECT_EQ(refusal(), Code::file_format);  // two formats
  std::filesystem::remove(folder_ / "2.bin");
  add("0/1.csv", 1);
  EXPECT_EQ(refusal(), Code::file_format);  // beside folders of classes
  write_all(folder_ / "y_labels.csv", "1,0\n4,0\n");
  EXPECT_EQ(refusal(), Code::label_mismatch);  // there is no 4
  write_all(folder_ / "y_labels.csv", "1,x\n1,x\n");
  EXPECT_EQ(refusal(), Code::label_mismatch);
  write_all(folder_ / "y_labels.csv", "../1.csv,0\n");
  EXPECT_EQ(refusal(), Code::label_mismatch);
  write_all(folder_ / "y_labels.csv", "");
  EXPECT_EQ(refusal(), Code::label_mismatch);
  EXPECT_THROW(open_events(folder_ / "1.csv", {100}, sources()), Failure);
  EXPECT_THROW(open_events(folder_ / "none", {100}, sources()), Failure);
}

}  // namespace
}  // namespace synfire
