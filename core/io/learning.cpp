#include "core/io/learning.h"

#include <algorithm>

namespace synfire {

std::vector<LearningBlock> learning_curve(const TrialTable& table, std::size_t blocks) {
  std::vector<std::size_t> ends;  // of the episodes, behind their last trials
  for (std::size_t i = 0; i < table.trials.size(); ++i)
    if (table.trials[i].over != 0) ends.push_back(i + 1);
  blocks = std::min(blocks, ends.size());
  std::vector<LearningBlock> curve;
  for (std::size_t b = 0; b < blocks; ++b) {
    const std::size_t first = b * ends.size() / blocks, end = (b + 1) * ends.size() / blocks;
    const auto from =
        table.trials.begin() + static_cast<std::ptrdiff_t>(first == 0 ? 0 : ends[first - 1]);
    const auto to = table.trials.begin() + static_cast<std::ptrdiff_t>(ends[end - 1]);
    const auto episodes = static_cast<double>(end - first), trials = static_cast<double>(to - from);
    LearningBlock block{from->episode, std::prev(to)->episode, 0, trials / episodes, 0};
    for (auto trial = from; trial != to; ++trial)
      block.reward += trial->reward / episodes,
          block.best += static_cast<double>(trial->best) / trials;
    curve.push_back(block);
  }
  return curve;
}

}  // namespace synfire
