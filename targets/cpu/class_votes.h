// Which neuron answers to which class, and what the neurons say of a sample.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/state_archive.h"
#include "core/net/experiment.h"

namespace synfire {

/// Diehl and Cook, Frontiers Comput. Neurosci. 9:99, 2015: a neuron belongs to the class to which
/// it answers most, a sample to the class whose neurons answer most in the mean. Vote::share also
/// heeds what else a neuron answers to: as the proportion weighting of BindsNET (Hazan et al.,
/// Frontiers Neuroinform. 12:89, 2018), but of all neurons, not of those of one class only.
class ClassVotes {
 public:
  ClassVotes(std::size_t neurons, std::size_t classes, Vote vote = Vote::mean)
      : classes_(classes),
        vote_(vote),
        sums_(neurons * classes),
        samples_(classes),
        assignments_(neurons, -1) {}

  /// The spikes of each neuron that answered a sample.
  void add(std::size_t label, std::span<const std::uint64_t> spikes);
  /// By what was added since the last call, which is forgotten; neurons that were silent get none.
  void assign();
  /// The class of a sample; -1 where no neuron that has one spiked.
  std::int64_t predict(std::span<const std::uint64_t> spikes) const;

  std::span<const std::int64_t> assignments() const { return assignments_; }
  /// {neurons, classes}: the mean spikes by which they were assigned.
  std::span<const double> responses() const { return responses_; }

  void visit_state(StateArchive& archive) {
    archive.fixed("sums", sums_);
    archive.fixed("samples", samples_);
    archive.fixed("assignments", assignments_);
    archive("responses", responses_);
  }

 private:
  std::vector<double> means(std::span<const std::uint64_t> spikes) const;
  std::vector<double> shares(std::span<const std::uint64_t> spikes) const;

  std::size_t classes_;
  Vote vote_;
  std::vector<std::uint64_t> sums_, samples_;
  std::vector<std::int64_t> assignments_;
  std::vector<double> responses_;
};

}  // namespace synfire
