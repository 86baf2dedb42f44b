// Threads that live on between the calls that need them.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace synfire {

class ThreadPool {
 public:
  using Job = std::function<void(std::size_t)>;
  /// Makes a thread that runs a function; throws std::system_error when there is none to be had.
  using Start = std::function<std::thread(std::function<void()>)>;

  ThreadPool();
  explicit ThreadPool(Start start);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// Runs job(0) to job(count - 1) at the same time, job(0) on this thread, and rethrows the first
  /// failure when all have ended. Jobs may wait for each other, and may call run() themselves, as
  /// may other threads: no two calls share a thread. When a thread cannot be started, no job runs
  /// and resource_limit is thrown.
  void run(std::size_t count, const Job& job);

 private:
  struct Call;
  class Worker;

  std::list<Worker> take(std::size_t count);
  void give_back(std::list<Worker>& crew);
  void forget_threads_of_parent();

  Start start_;
  std::mutex mutex_;
  std::list<Worker> idle_;  // the first ones go first, so that jobs find the threads they had
  pid_t process_;
};

/// ThreadPool::run() of the one pool that the library's functions share.
void on_threads(std::size_t count, const ThreadPool::Job& job);

}  // namespace synfire
