#include "cli/interruption.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <system_error>
#include <thread>

#include "cli/report.h"
#include "core/base/child_process.h"

namespace synfire {
namespace {

enum class State : int { running, deferring, writing, interrupted };
std::atomic<State> g_state{State::running};
std::atomic<bool> g_asked{false};
std::atomic<int> g_rank{-1};  // of a job, -1 without one
std::mutex g_mutex;
std::vector<std::filesystem::path> g_folders;  // under the mutex

/// Runs in a thread of its own, not in a signal handler: it may print and allocate.
[[noreturn]] void stop(int signal, bool json) {
  stop_child();
  {
    const std::lock_guard lock(g_mutex);
    std::error_code ignored;
    for (const auto& folder : g_folders) std::filesystem::remove_all(folder, ignored);
  }
  if (g_rank > 0) _exit(128 + signal);
  // mpirun stops the other ranks in the same way when one has ended.
  const std::string what = g_rank == 0 ? "interrupted, or another rank ended" : "interrupted";
  Outcome outcome;
  outcome.diagnostics.push_back(
      {Code::interrupted, Severity::error, "synfire", what + "; nothing was written", {}});
  if (json)
    std::fputs(to_document(outcome).c_str(), stdout);
  else
    std::fprintf(stderr, "\n%s\n", to_string(outcome.diagnostics.front()).c_str());
  std::fflush(stdout);
  _exit(128 + signal);
}

void wait_for_signals(sigset_t signals, bool json) {
  int signal = 0;
  while (sigwait(&signals, &signal) == 0) {
    State deferring = State::deferring, running = State::running;
    if (g_state.compare_exchange_strong(deferring, State::running))
      g_asked = true;
    else if (g_state.compare_exchange_strong(running, State::interrupted))
      stop(signal, json);
  }
}

}  // namespace

void watch_interruptions(bool json) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  std::signal(SIGXFSZ, SIG_IGN);  // a file at its limit is a failure to write, told as one
  // Threads inherit the mask, so the signals reach the waiting thread only.
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  try {
    std::thread(wait_for_signals, signals, json).detach();
  } catch (const std::system_error&) {
    // No thread to wait in: the signals end the program as they always do.
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  }
}

void interruption_of_rank(std::size_t rank) { g_rank = static_cast<int>(rank); }

void defer_interruptions() {
  State expected = State::running;
  if (!g_asked) g_state.compare_exchange_strong(expected, State::deferring);
}

bool interruption_asked() { return g_asked; }

void begin_writing() {
  State expected = State::deferring;
  if (g_state.compare_exchange_strong(expected, State::writing)) return;
  expected = State::running;
  if (g_state.compare_exchange_strong(expected, State::writing)) return;
  while (expected == State::interrupted) pause();
}

void remove_when_interrupted(std::filesystem::path folder) {
  const std::lock_guard lock(g_mutex);
  g_folders.push_back(std::move(folder));
}

void remove_folder(const std::filesystem::path& folder) {
  const std::lock_guard lock(g_mutex);
  std::erase(g_folders, folder);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

}  // namespace synfire
