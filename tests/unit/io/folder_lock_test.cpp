#include "core/io/folder_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include "core/base/diagnostics.h"
#include "support/scratch.h"

namespace synfire {
namespace {

using test::ScratchFolder;

std::optional<Diagnostic> fault_of(const std::filesystem::path& folder) {
  try {
    const FolderLock lock(folder);
  } catch (const Failure& failure) {
    return failure.diagnostics().front();
  }
  return std::nullopt;
}

TEST(FolderLocks, LetOneInAndSayWhoItIs) {
  const ScratchFolder scratch;
  {
    const FolderLock lock(scratch.path());
    const auto fault = fault_of(scratch.path());
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->code, Code::folder_in_use);
    EXPECT_EQ(fault->where, scratch.path().string());
    EXPECT_THAT(fault->message, testing::HasSubstr("process " + std::to_string(getpid()) + " on "));
    EXPECT_NE(fault->hint, "");
  }
  EXPECT_FALSE(fault_of(scratch.path()));
  EXPECT_EQ(scratch.entries(), 0U);
}

TEST(FolderLocks, OfAKilledProcessAreFree) {
  const ScratchFolder scratch;
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const FolderLock lock(scratch.path());
    if (write(ready[1], "x", 1) == 1) pause();
    _exit(1);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  const auto fault = fault_of(scratch.path());
  ASSERT_TRUE(fault);
  EXPECT_THAT(fault->message, testing::HasSubstr("process " + std::to_string(child) + " on "));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_FALSE(fault_of(scratch.path()));
  close(ready[0]), close(ready[1]);
}

TEST(FolderLocks, WhoseFileIsDamagedStillSayThatThereIsSomebody) {
  const ScratchFolder scratch;
  const FolderLock lock(scratch.path());
  test::write_all(scratch / "lock", std::string("\x01\xff", 2));
  EXPECT_THAT(fault_of(scratch.path())->message, testing::HasSubstr("another process"));
}

TEST(FolderLocks, NeedAFolder) {
  const ScratchFolder scratch;
  EXPECT_EQ(fault_of(scratch / "missing")->code, Code::file_write);
}

}  // namespace
}  // namespace synfire
