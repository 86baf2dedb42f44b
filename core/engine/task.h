// What a network acts in: a task shows it states, its spikes choose actions, and rewards follow.
// Tasks live in neurons/tasks, one file each, and reach a target through this descriptor only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/base/state_archive.h"
#include "core/engine/model.h"

namespace synfire {

/// The random numbers of one task, one after the other.
class TaskDraws {
 public:
  TaskDraws(std::uint64_t seed, std::uint64_t task) : random_(seed, Stream::task, task) {}
  /// Uniform in [0, 1).
  double uniform() { return random_.uniform(drawn_++); }
  /// Uniform integer in [0, bound).
  std::size_t below(std::size_t bound) {
    return random_.below(drawn_++, static_cast<std::uint32_t>(bound));
  }
  void visit_state(StateArchive& archive) { archive("drawn", drawn_); }

 private:
  Random random_;
  std::uint64_t drawn_ = 0;
};

/// What follows from an action.
struct TaskStep {
  double reward = 0;
  bool best = false;                // no other action would have been better
  bool over = false;                // the episode is
  std::optional<std::size_t> next;  // state; none where no reward can follow any more
};

class Task {
 public:
  virtual ~Task() = default;
  virtual std::size_t states() const = 0;
  virtual std::size_t actions() const = 0;
  /// The state in which an episode begins.
  virtual std::size_t begin(TaskDraws& draws) = 0;
  virtual TaskStep act(std::size_t state, std::size_t action, TaskDraws& draws) = 0;
  /// The least number of actions of an episode, the mean over where it may begin.
  virtual double least_actions() const { return 1; }
  virtual void visit_state(StateArchive& archive) = 0;
};

/// A registered task: drives creation, validation, `list` and `explain`.
struct TaskInfo {
  std::string_view name;
  std::string_view summary;
  std::vector<ParameterInfo> parameters;
  std::string_view equations;
  std::string_view source;
  /// Throws Failure with every fault of the parameters, located at `where.parameter`.
  std::unique_ptr<Task> (*create)(const Parameters& parameters, const std::string& where);
};

}  // namespace synfire
