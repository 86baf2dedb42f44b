#include "core/base/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>

extern char** environ;  // POSIX leaves its declaration to the program

namespace synfire {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kOutputLimit = std::size_t{1} << 20;

std::atomic<pid_t> g_child{0};

void check(int error, const std::string& what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

class Pipe {
 public:
  Pipe() { check(pipe2(ends_, O_CLOEXEC) == 0 ? 0 : errno, "pipe"); }
  ~Pipe() {
    close_write();
    close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  void close_write() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  int ends_[2] = {-1, -1};
};

/// What posix_spawn is to do in the child before the program begins.
class SpawnSettings {
 public:
  SpawnSettings(const std::filesystem::path& folder, int output) {
    check(posix_spawn_file_actions_init(&actions_), "posix_spawn");
    check(posix_spawnattr_init(&attributes_), "posix_spawn");
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    check(posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str()), folder.string());
    // Signals are blocked here for the thread that waits for them; a group of its own can be killed
    // with all that the program starts.
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

pid_t start(const std::vector<std::string>& words, const std::filesystem::path& folder,
            int output) {
  const SpawnSettings settings(folder, output);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  check(posix_spawnp(&child, argv[0], settings.actions(), settings.attributes(), argv.data(),
                     environ),
        words.front());
  return child;
}

int milliseconds_until(Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(0, std::min<std::int64_t>(left, 1 << 30)));
}

/// Until the other end is closed by all who have it; false when the time is over before.
bool read_all(int from, Clock::time_point end, std::string& output) {
  std::string chunk(1 << 14, '\0');
  while (true) {
    pollfd wait{from, POLLIN, 0};
    const int ready = poll(&wait, 1, milliseconds_until(end));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const ssize_t count = read(from, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    output.append(chunk, 0,
                  std::min(static_cast<std::size_t>(count), kOutputLimit - output.size()));
  }
}

/// The child's end, or nothing when the time is over before.
std::optional<int> wait_for(pid_t child, Clock::time_point end) {
  int status = 0;
  while (true) {
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) return status;
    if (ended < 0 && errno != EINTR) check(errno, "waitpid");
    if (milliseconds_until(end) == 0) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// Kills the group when it is left, so that nothing of it stays behind.
class RunningChild {
 public:
  explicit RunningChild(pid_t child) : child_(child) { g_child = child; }
  ~RunningChild() {
    stop_child();
    g_child = 0;
    if (!ended_) waitpid(child_, nullptr, 0);
  }
  RunningChild(const RunningChild&) = delete;
  RunningChild& operator=(const RunningChild&) = delete;

  std::optional<int> wait_until(Clock::time_point end) {
    const auto status = wait_for(child_, end);
    ended_ = status.has_value();
    return status;
  }

 private:
  pid_t child_;
  bool ended_ = false;
};

int exit_status(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::filesystem::path find_program(const std::string& name) {
  const char* const list = std::getenv("PATH");
  std::string_view left = list == nullptr ? std::string_view() : list;
  while (!left.empty()) {
    const std::size_t length = std::min(left.find(':'), left.size());
    const std::filesystem::path path = std::filesystem::path(left.substr(0, length)) / name;
    std::error_code ignored;
    if (length > 0 && access(path.c_str(), X_OK) == 0 &&
        std::filesystem::is_regular_file(path, ignored))
      return path;
    left.remove_prefix(std::min(length + 1, left.size()));
  }
  return {};
}

ChildResult run_child(const std::vector<std::string>& words, const std::filesystem::path& folder,
                      double seconds) {
  const auto end = Clock::now() + std::chrono::milliseconds(std::llround(1000 * seconds));
  Pipe pipe;
  RunningChild child(start(words, folder, pipe.write_end()));
  pipe.close_write();
  ChildResult result;
  read_all(pipe.read_end(), end, result.output);
  const auto status = child.wait_until(end);
  result.timed_out = !status.has_value();
  result.status = status ? exit_status(*status) : 128 + SIGKILL;
  return result;
}

void stop_child() {
  const pid_t child = g_child;
  if (child > 0) kill(-child, SIGKILL);
}

}  // namespace synfire
