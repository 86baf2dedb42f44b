#include "targets/cpu/class_votes.h"

#include <algorithm>
#include <numeric>

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
  const std::vector<double> votes = vote_ == Vote::mean ? means(spikes) : shares(spikes);
  const auto most = std::ranges::max_element(votes);
  return *most > 0 ? most - votes.begin() : -1;
}

/// By class: the mean spikes of its neurons.
std::vector<double> ClassVotes::means(std::span<const std::uint64_t> spikes) const {
  std::vector<double> means(classes_);
  std::vector<std::uint64_t> neurons(classes_);
  for (std::size_t i = 0; i < spikes.size(); ++i)
    if (assignments_[i] >= 0) {
      const auto c = static_cast<std::size_t>(assignments_[i]);
      means[c] += static_cast<double>(spikes[i]), ++neurons[c];
    }
  for (std::size_t c = 0; c < classes_; ++c)
    if (neurons[c] > 0) means[c] /= static_cast<double>(neurons[c]);
  return means;
}

/// By class: the spikes of all neurons, each times the class's share of the neuron's answers.
std::vector<double> ClassVotes::shares(std::span<const std::uint64_t> spikes) const {
  std::vector<double> votes(classes_);
  for (std::size_t i = 0; i < spikes.size(); ++i) {
    if (spikes[i] == 0 || assignments_[i] < 0) continue;
    const std::span mean(responses_.data() + i * classes_, classes_);
    const double factor =
        static_cast<double>(spikes[i]) / std::accumulate(mean.begin(), mean.end(), 0.0);
    for (std::size_t c = 0; c < classes_; ++c) votes[c] += factor * mean[c];
  }
  return votes;
}

}  // namespace synfire
