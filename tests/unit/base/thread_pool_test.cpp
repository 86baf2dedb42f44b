#include "core/base/thread_pool.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <set>
#include <stdexcept>
#include <system_error>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

using Ids = std::vector<std::thread::id>;

/// The threads that `count` jobs ran on, which all met.
Ids threads_of_call(ThreadPool& pool, std::size_t count) {
  Ids ids(count);
  std::barrier meeting(static_cast<std::ptrdiff_t>(count));
  pool.run(count, [&](std::size_t i) {
    ids[i] = std::this_thread::get_id();
    meeting.arrive_and_wait();
  });
  return ids;
}

TEST(ThreadPools, RunEveryJobOnAThreadOfItsOwnTheFirstOnTheCallers) {
  ThreadPool pool;
  const Ids ids = threads_of_call(pool, 4);
  EXPECT_EQ(ids[0], std::this_thread::get_id());
  EXPECT_EQ(std::set<std::thread::id>(ids.begin(), ids.end()).size(), 4U);
}

TEST(ThreadPools, RunOneJobAndNoneWithoutAnyThread) {
  ThreadPool pool([](const auto&) -> std::thread { throw std::logic_error("a thread"); });
  int jobs = 0;
  pool.run(1, [&](std::size_t) { ++jobs; });
  EXPECT_EQ(jobs, 1);
  pool.run(0, [&](std::size_t) { ++jobs; });
  EXPECT_EQ(jobs, 1);
}

TEST(ThreadPools, GiveEveryJobTheThreadThatItHadBefore) {
  std::atomic<int> started = 0;
  ThreadPool pool([&](const auto& work) { return ++started, std::thread(work); });
  const Ids four = threads_of_call(pool, 4);
  EXPECT_EQ(threads_of_call(pool, 2), Ids(four.begin(), four.begin() + 2));
  EXPECT_EQ(threads_of_call(pool, 4), four);
  EXPECT_EQ(started, 3);
  const Ids six = threads_of_call(pool, 6);
  EXPECT_EQ(Ids(six.begin(), six.begin() + 4), four);
  EXPECT_EQ(started, 5);
}

TEST(ThreadPools, ServeManySmallCalls) {
  ThreadPool pool;
  std::vector<int> jobs(3);
  for (std::size_t call = 0; call < 6000; ++call)
    pool.run(1 + call % 3, [&](std::size_t i) { ++jobs[i]; });
  EXPECT_EQ(jobs, (std::vector{6000, 4000, 2000}));
}

TEST(ThreadPools, RethrowAFailureWhenAllJobsHaveEnded) {
  ThreadPool pool;
  for (std::size_t failing = 0; failing < 4; ++failing) {
    std::atomic<int> ended = 0;
    try {
      pool.run(4, [&](std::size_t i) {
        if (i == failing) throw std::runtime_error("of job " + std::to_string(i));
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        ++ended;
      });
      FAIL() << "no failure";
    } catch (const std::runtime_error& failure) {
      EXPECT_EQ(failure.what(), "of job " + std::to_string(failing));
    }
    EXPECT_EQ(ended, 3);
  }
  EXPECT_THROW(pool.run(4, [](std::size_t) { throw std::runtime_error("of all"); }),
               std::runtime_error);
  EXPECT_EQ(threads_of_call(pool, 4).size(), 4U);
}

TEST(ThreadPools, RunNoJobWhenAThreadCannotBeStarted) {
  int left = 2;
  ThreadPool pool([&](const auto& work) {
    if (left-- == 0)
      throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    return std::thread(work);
  });
  std::atomic<int> jobs = 0;
  try {
    pool.run(5, [&](std::size_t) { ++jobs; });
    FAIL() << "there are not that many threads";
  } catch (const Failure& failure) {
    const Diagnostic& diagnostic = failure.diagnostics()[0];
    EXPECT_EQ(diagnostic.code, Code::resource_limit);
    EXPECT_EQ(failure.exit_status(), 5);
    EXPECT_TRUE(diagnostic.message.starts_with("only 3 of 5 can be had: ")) << diagnostic.message;
  }
  EXPECT_EQ(jobs, 0);
  EXPECT_EQ(threads_of_call(pool, 3).size(), 3U);  // those that there are
  left = 2;                                        // others have gone
  EXPECT_EQ(threads_of_call(pool, 5).size(), 5U);
}

TEST(ThreadPools, ServeCallsOfJobsThatMeetEachOther) {
  ThreadPool pool;
  std::barrier meeting(6);
  std::atomic<int> jobs = 0;
  const auto inner = [&](std::size_t) { meeting.arrive_and_wait(), ++jobs; };
  for (int call = 0; call < 20; ++call) pool.run(2, [&](std::size_t) { pool.run(3, inner); });
  EXPECT_EQ(jobs, 20 * 6);
}

TEST(ThreadPools, ServeCallsOfSeveralThreadsAtATime) {
  ThreadPool pool;
  std::atomic<int> jobs = 0;
  const auto call_often = [&] {
    for (int call = 0; call < 300; ++call) pool.run(3, [&](std::size_t) { ++jobs; });
  };
  std::thread other(call_often), another(call_often);
  call_often();
  other.join(), another.join();
  EXPECT_EQ(jobs, 3 * 300 * 3);
}

TEST(ThreadPools, StartAnewInAForkedProcess) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "TSan allows no threads in a forked process";
#endif
  ThreadPool pool;
  const Ids ids = threads_of_call(pool, 3);
  const pid_t child = fork();
  if (child == 0) _exit(threads_of_call(pool, 3).size() == 3 ? 0 : 1);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(threads_of_call(pool, 3), ids);
}

TEST(OnThreads, KeepsItsThreads) {
  Ids first(3), second(3);
  on_threads(3, [&](std::size_t i) { first[i] = std::this_thread::get_id(); });
  on_threads(3, [&](std::size_t i) { second[i] = std::this_thread::get_id(); });
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace synfire
