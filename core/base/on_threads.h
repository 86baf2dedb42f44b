// Work on several threads that is done when the call returns.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace synfire {

/// Runs job(0) to job(count - 1) at the same time, job(0) on this thread, and rethrows the first
/// failure when all have ended. Jobs may wait for each other: when a thread cannot be started, none
/// of them runs, and std::system_error is thrown.
template <typename Job>
void on_threads(std::size_t count, Job&& job) {
  enum Start : int { wait, go, give_up };
  std::atomic<int> start{wait};
  std::exception_ptr failure;
  std::mutex mutex;
  const auto run = [&](std::size_t i) {
    start.wait(wait);
    try {
      if (start == go) job(i);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  const auto finish = [&](Start how) {
    start = how;
    start.notify_all();
    if (how == go) run(0);
    for (std::thread& thread : threads) thread.join();
  };
  try {
    threads.reserve(count);
    for (std::size_t i = 1; i < count; ++i) threads.emplace_back(run, i);
  } catch (...) {
    finish(give_up);
    throw;
  }
  finish(go);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace synfire
