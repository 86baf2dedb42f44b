// Other programs end with their status and words, or are stopped when their time is over.
#include "core/base/child_process.h"

#include <gtest/gtest.h>

#include <chrono>
#include <system_error>

#include "support/scratch.h"

namespace synfire {
namespace {

using synfire::test::ScratchFolder;

ChildResult shell(const std::string& script, double seconds = 60) {
  return run_child({"sh", "-c", script}, std::filesystem::temp_directory_path(), seconds);
}

TEST(ChildProcess, TellsItsStatusAndBothStreams) {
  const ChildResult result = shell("echo out; echo err >&2; exit 7");
  EXPECT_EQ(result.status, 7);
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.output, "out\nerr\n");
}

TEST(ChildProcess, RunsInTheFolderWithoutInput) {
  const ScratchFolder folder;
  EXPECT_EQ(run_child({"sh", "-c", "cat >here"}, folder.path(), 60).status, 0);
  EXPECT_TRUE(std::filesystem::exists(folder / "here"));
}

TEST(ChildProcess, WordsAreNotReadByAShell) {
  const ScratchFolder folder;
  const ChildResult result = run_child({"echo", "$(id); a  b"}, folder.path(), 60);
  EXPECT_EQ(result.output, "$(id); a  b\n");
}

TEST(ChildProcess, IsStoppedWithAllItStartedWhenTheTimeIsOver) {
  const auto start = std::chrono::steady_clock::now();
  for (const char* script : {"sleep 100", "sleep 100 & sleep 100", "exec >&- 2>&-; sleep 100"}) {
    const ChildResult result = shell(script, 0.2);
    EXPECT_TRUE(result.timed_out) << script;
    EXPECT_EQ(result.status, 128 + 9);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(50));
}

TEST(ChildProcess, MuchOutputIsCut) {
  const ChildResult result = shell("head -c 3000000 /dev/zero");
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output.size(), std::size_t{1} << 20);
}

TEST(ChildProcess, ThatIsNotThereIsAnError) {
  EXPECT_THROW(run_child({"no-such-program"}, std::filesystem::temp_directory_path(), 1),
               std::system_error);
  EXPECT_TRUE(find_program("no-such-program").empty());
  EXPECT_EQ(find_program("sh").filename(), "sh");
}

}  // namespace
}  // namespace synfire
