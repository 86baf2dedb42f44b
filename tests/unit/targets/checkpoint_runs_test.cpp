// Checkpoints of sweeps: runs that are over beside the state of the one that goes on.
#include <gtest/gtest.h>

#include "support/scratch.h"
#include "targets/cpu/checkpoint.h"

namespace synfire {
namespace {

using test::ScratchFolder;

CheckpointFacts facts() {
  CheckpointFacts facts;
  facts.version = "1";
  return facts;
}

void save_state(CheckpointFolder& folder, std::uint64_t time_ms) {
  folder.save(
      static_cast<double>(time_ms),
      [&](StateArchive& archive) { archive.same("recorded", time_ms); },
      [&](StateArchive& archive) { archive.same("state", time_ms); });
}

/// Runs that are over, by what they have left.
void end_runs(CheckpointFolder& folder, std::vector<std::uint64_t>& left) {
  for (std::uint64_t& each : left)
    folder.end_run([&each](StateArchive& archive) { archive("left", each); });
}

std::vector<std::uint64_t> ended_in(const std::filesystem::path& path) {
  const CheckpointFolder folder(path, "1", nullptr);
  std::vector<std::uint64_t> left;
  folder.load_ended([&](StateArchive& archive) { archive("left", left.emplace_back()); });
  return left;
}

TEST(Checkpoints, OfASweepHaveTheRunsThatAreOverAndTheStateOfOne) {
  const ScratchFolder scratch;
  std::vector<std::uint64_t> first{10, 11, 12}, more{13, 14};
  {
    CheckpointFolder folder(scratch / "c", facts(), nullptr);
    save_state(folder, 30);
    EXPECT_TRUE(folder.has_state());
    end_runs(folder, first);
    EXPECT_FALSE(folder.has_state());
    folder.begin_run("hash", 1);
    folder.save();
  }
  EXPECT_EQ(ended_in(scratch / "c"), first);
  {
    CheckpointFolder folder(scratch / "c", "1", nullptr);
    EXPECT_FALSE(folder.has_state());
    EXPECT_EQ(folder.facts().run, 3U);
    EXPECT_EQ(folder.facts().time_ms, 0);
    end_runs(folder, more);
    save_state(folder, 90);
  }
  EXPECT_EQ(ended_in(scratch / "c"), (std::vector<std::uint64_t>{10, 11, 12, 13, 14}));
  CheckpointFolder folder(scratch / "c", "1", nullptr);
  EXPECT_EQ(folder.facts().run, 5U);
  EXPECT_TRUE(folder.has_state());
  EXPECT_EQ(folder.facts().time_ms, 90);
  std::uint64_t stretches = 0;
  folder.load([&](StateArchive& archive) { archive.same("recorded", 90), ++stretches; },
              [](StateArchive& archive) { archive.same("state", 90); });
  EXPECT_EQ(stretches, 1U);  // those of the runs before are not its own
  folder.remove();
  EXPECT_FALSE(std::filesystem::exists(scratch / "c"));
}

TEST(Checkpoints, OfASweepAreRefusedWhereARunIsDamagedOrOfAnotherOne) {
  const ScratchFolder scratch;
  for (const std::string name : {"a", "b"}) {
    std::vector<std::uint64_t> left{name == "a" ? 1U : 2U, 3, 4};
    CheckpointFolder folder(scratch / name, facts(), nullptr);
    end_runs(folder, left);
    folder.save();
  }
  const auto fault = [&] {
    try {
      ended_in(scratch / "a");
    } catch (const Failure& failure) {
      return failure.diagnostics().front().code;
    }
    return Code::internal;
  };
  for (const std::string run : {"run-0", "run-1", "run-2"}) {
    SCOPED_TRACE(run);
    const std::string bytes = test::read_all(scratch / "a" / run);
    test::write_all(scratch / "a" / run, test::read_all(scratch / "b" / run));
    EXPECT_EQ(fault(), Code::checkpoint_mismatch);
    test::write_all(scratch / "a" / run, bytes.substr(0, bytes.size() - 3));
    EXPECT_EQ(fault(), Code::file_corrupt);
    std::filesystem::remove(scratch / "a" / run);
    EXPECT_EQ(fault(), Code::file_not_found);
    test::write_all(scratch / "a" / run, bytes);
  }
  EXPECT_EQ(ended_in(scratch / "a"), (std::vector<std::uint64_t>{1, 3, 4}));
}

}  // namespace
}  // namespace synfire
