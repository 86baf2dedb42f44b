#include "targets/cpu/class_votes.h"

#include <algorithm>

namespace synfire {

void ClassVotes::add(std::size_t label, std::span<const std::uint64_t> spikes) {
  ++samples_[label];
  for (std::size_t i = 0; i < spikes.size(); ++i) sums_[i * classes_ + label] += spikes[i];
}

void ClassVotes::assign() {
  responses_.assign(sums_.size(), 0);
  for (std::size_t i = 0; i < assignments_.size(); ++i) {
    double* const mean = responses_.data() + i * classes_;
    for (std::size_t c = 0; c < classes_; ++c)
      if (samples_[c] > 0)
        mean[c] = static_cast<double>(sums_[i * classes_ + c]) / static_cast<double>(samples_[c]);
    const double* const most = std::max_element(mean, mean + classes_);
    assignments_[i] = *most > 0 ? most - mean : -1;
  }
  std::ranges::fill(sums_, 0);
  std::ranges::fill(samples_, 0);
}

std::int64_t ClassVotes::predict(std::span<const std::uint64_t> spikes) const {
  std::vector<std::uint64_t> sums(classes_), neurons(classes_);
  for (std::size_t i = 0; i < spikes.size(); ++i)
    if (assignments_[i] >= 0) {
      const auto c = static_cast<std::size_t>(assignments_[i]);
      sums[c] += spikes[i], ++neurons[c];
    }
  std::int64_t best = -1;
  double most = 0;
  for (std::size_t c = 0; c < classes_; ++c) {
    const double mean =
        neurons[c] == 0 ? 0 : static_cast<double>(sums[c]) / static_cast<double>(neurons[c]);
    if (mean > most) most = mean, best = static_cast<std::int64_t>(c);
  }
  return best;
}

}  // namespace synfire
