#include "core/base/thread_pool.h"

#include <unistd.h>

#include <atomic>
#include <exception>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

#include "core/base/diagnostics.h"

namespace synfire {

struct ThreadPool::Call {
  void attempt(std::size_t index) {
    try {
      job(index);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  }

  const Job& job;
  std::mutex mutex = {};
  std::exception_ptr failure = {};
};

class ThreadPool::Worker {
 public:
  explicit Worker(const Start& start) : thread_(start([this] { serve(); })) {}
  ~Worker() {
    become(State::ended);
    thread_.join();
  }

  void begin(Call& call, std::size_t index) {
    call_ = &call;
    index_ = index;
    become(State::busy);
  }
  void wait() const { state_.wait(State::busy); }

 private:
  enum class State : int { idle, busy, ended };

  void become(State state) {
    state_ = state;
    state_.notify_one();  // the worker waits while it is idle, the call while it is busy
  }
  void serve() {
    for (state_.wait(State::idle); state_ == State::busy; state_.wait(State::idle)) {
      call_->attempt(index_);
      become(State::idle);
    }
  }

  std::atomic<State> state_{State::idle};
  Call* call_ = nullptr;
  std::size_t index_ = 0;
  std::thread thread_;  // the last, it uses the others
};

ThreadPool::ThreadPool()
    : ThreadPool([](std::function<void()> work) { return std::thread(std::move(work)); }) {}
ThreadPool::ThreadPool(Start start) : start_(std::move(start)), process_(getpid()) {}
ThreadPool::~ThreadPool() { forget_threads_of_parent(); }

void ThreadPool::run(std::size_t count, const Job& job) {
  if (count == 0) return;
  std::list<Worker> crew = take(count - 1);
  Call call{job};
  std::size_t index = 0;
  for (Worker& worker : crew) worker.begin(call, ++index);
  call.attempt(0);
  for (const Worker& worker : crew) worker.wait();
  give_back(crew);
  if (call.failure) std::rethrow_exception(call.failure);
}

std::list<ThreadPool::Worker> ThreadPool::take(std::size_t count) {
  const std::lock_guard lock(mutex_);
  forget_threads_of_parent();
  try {
    while (idle_.size() < count) idle_.emplace_back(start_);
  } catch (const std::system_error& error) {
    fail(Code::resource_limit, "threads",
         "only " + std::to_string(idle_.size() + 1) + " of " + std::to_string(count + 1) +
             " can be had: " + error.code().message(),
         "ask for fewer threads, or raise the limits (ulimit -u, ulimit -v)");
  }
  std::list<Worker> crew;
  crew.splice(crew.end(), idle_, idle_.begin(),
              std::next(idle_.begin(), static_cast<std::ptrdiff_t>(count)));
  return crew;
}

void ThreadPool::give_back(std::list<Worker>& crew) {
  const std::lock_guard lock(mutex_);
  idle_.splice(idle_.begin(), crew);
}

/// fork() copies the list, but no thread but the one that called it. Nobody can wait for the others
/// in the child, so what belongs to them is left lying about.
void ThreadPool::forget_threads_of_parent() {
  if (std::exchange(process_, getpid()) == getpid()) return;
  (new std::list<Worker>)->swap(idle_);
}

void on_threads(std::size_t count, const ThreadPool::Job& job) {
  static ThreadPool pool;
  pool.run(count, job);
}

}  // namespace synfire
