// Shows the samples of a data set to a network, and tells them apart by what it answers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "targets/cpu/class_votes.h"
#include "targets/cpu/environment.h"
#include "targets/cpu/experiment_runner.h"

namespace synfire {

class Presentation final : public Environment {
 public:
  /// Keeps references to both. Throws what the encoder throws, for any of the samples.
  Presentation(const Dataset& dataset, const Network& network);

  double next_ms() const override { return next_ms_; }
  void act(NetworkRun& run) override;
  void report(ExperimentResult& result) const override;
  void visit_state(StateArchive& archive) override {
    archive("turn", turn_), archive("place", place_), archive("repeats", repeats_);
    archive("part", part_), archive("next", next_ms_);
    archive("votes", votes_), archive("learning", learning_);
    archive("learnt", learnt_), archive("right", right_);
    archive("samples", result_.samples), archive("labels", result_.labels);
    archive("predictions", result_.predictions), archive("spikes", result_.spikes);
    archive("points", result_.learnt), archive("accuracies", result_.learnt_accuracy);
    archive("shown", result_.shown), archive("shown_again", result_.shown_again);
    archive("events_sent", result_.events_sent), archive("events_cut", result_.events_cut);
  }

 private:
  enum class Part : std::uint8_t { begin, shown, rest, end };
  /// Every sample of a part of the data set once.
  enum class Pass : std::uint8_t { training, assignment, test };
  struct Turn {
    Pass pass;
    const std::vector<std::int64_t>* samples;
  };

  std::int64_t sample_number() const { return (*turns_[turn_].samples)[place_]; }
  std::size_t label() const {
    return static_cast<std::size_t>(dataset_.labels[static_cast<std::size_t>(sample_number())]);
  }
  void begin(NetworkRun& run);
  void show(NetworkRun& run);
  void set_rates(NetworkRun& run) const;
  void send_events(NetworkRun& run);
  void answer(NetworkRun& run);
  void note(std::span<const std::uint64_t> spikes, std::uint64_t sum);
  void note_learnt(std::span<const std::uint64_t> spikes);
  void next_sample(NetworkRun& run);
  void begin_turn(NetworkRun& run);

  const Dataset& dataset_;
  std::size_t population_, readout_;
  std::vector<Turn> turns_;
  Tensor rates_;  // {samples, values}, in Hz; of images
  std::vector<double> dark_;
  double send_until_ms_;              // from a sample's start
  std::size_t turn_ = 0, place_ = 0;  // in its samples
  std::int64_t repeats_ = 0;          // of this sample
  Part part_ = Part::begin;
  double next_ms_ = 0;
  ClassVotes votes_, learning_;
  std::uint64_t block_;  // samples of a point of the curve of learning
  std::uint64_t learnt_ = 0, right_ = 0;
  Classification result_;
};

}  // namespace synfire
