// How a network gets better at a task, from the table of its trials.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/io/recording.h"

namespace synfire {

/// Of a learning curve in numbers.
inline constexpr std::size_t kLearningBlocks = 10;

/// Means over some episodes that follow each other.
struct LearningBlock {
  std::uint64_t first = 0, last = 0;  // episodes, counted from 0
  double reward = 0;                  // of an episode
  double actions = 0;                 // of an episode
  double best = 0;                    // share of actions than which none was better
};

/// At most `blocks` of them, of about as many episodes each; an episode that the run cut short is
/// left out. Episodes must not fall.
std::vector<LearningBlock> learning_curve(const TrialTable& table, std::size_t blocks);

}  // namespace synfire
