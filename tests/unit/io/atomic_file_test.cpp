#include "core/io/atomic_file.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/base/diagnostics.h"
#include "support/scratch.h"

namespace synfire {
namespace {

using test::ScratchFolder;

TEST(AtomicFile, AppearsOnlyAfterCommit) {
  const ScratchFolder folder;
  AtomicFile file(folder / "a.txt");
  test::write_all(file.temporary(), "text");
  EXPECT_FALSE(std::filesystem::exists(folder / "a.txt"));
  file.commit();
  EXPECT_EQ(test::read_all(folder / "a.txt"), "text");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, LeavesNothingBehindAfterAnException) {
  const ScratchFolder folder;
  test::write_all(folder / "a.txt", "old");
  try {
    const AtomicFile file(folder / "a.txt");
    test::write_all(file.temporary(), "new");
    throw std::runtime_error("interrupted");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(test::read_all(folder / "a.txt"), "old");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, ReplacesAnExistingFile) {
  const ScratchFolder folder;
  write_file(folder / "a.txt", "old and long");
  write_file(folder / "a.txt", "new");
  EXPECT_EQ(test::read_all(folder / "a.txt"), "new");
}

TEST(AtomicFile, RefusesAMissingFolder) {
  const ScratchFolder folder;
  try {
    check_writable(folder / "none" / "a.txt");
    FAIL() << "no Failure";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit_status(), 3);
    EXPECT_EQ(failure.diagnostics().front().code, Code::file_write);
    EXPECT_EQ(failure.diagnostics().front().where, (folder / "none" / "a.txt").string());
  }
}

TEST(AtomicFile, RefusesAFolderAndADevice) {
  const ScratchFolder folder;
  EXPECT_THROW(check_writable(folder.path()), Failure);
  EXPECT_THROW(check_writable("/dev/null"), Failure);
}

TEST(AtomicFile, TheQuestionLeavesNothing) {
  const ScratchFolder folder;
  check_writable(folder / "a.txt");
  EXPECT_EQ(folder.entries(), 0U);
}

}  // namespace
}  // namespace synfire
