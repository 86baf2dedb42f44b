// Other programs: started without a shell, with a limit of time, and stopped together with this
// one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace synfire {

struct ChildResult {
  int status = 0;  // of its exit, 128 + signal when one ended it
  bool timed_out = false;
  std::string output;  // both streams, the first MiB
};

/// The path of a program that PATH has, empty when it has none.
std::filesystem::path find_program(const std::string& name);

/// Runs `words` in `folder`, without input, for at most `seconds`; then it and what it has started
/// are killed. Throws std::system_error when it cannot be started.
ChildResult run_child(const std::vector<std::string>& words, const std::filesystem::path& folder,
                      double seconds);

/// Kills what run_child has started, from another thread.
void stop_child();

}  // namespace synfire
