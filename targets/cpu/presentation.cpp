#include "targets/cpu/presentation.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "encoders/stage.h"
#include "targets/cpu/network_run.h"

namespace synfire {
namespace {

/// How many samples make a point of the curve of learning: about twenty points, but of samples
/// enough to tell an accuracy, and no more than that needs.
std::uint64_t block_of(const Dataset& dataset) {
  const std::uint64_t shown = dataset.training.size() * static_cast<std::uint64_t>(dataset.epochs);
  return std::clamp<std::uint64_t>(shown / 20, 50, 500);
}

/// A sample that is not answered at so many times the rates will not be.
constexpr std::int64_t kMostRepeats = 50;

/// Of every image. Throws what the encoder throws, located at the data set and sample.
Tensor encoded(const Dataset& dataset) {
  if (dataset.sends_events()) return {};
  Tensor rates(DataType::float32, dataset.samples.shape());
  const auto samples = static_cast<std::size_t>(dataset.samples.shape()[0]);
  const std::size_t values = dataset.samples.size() / samples;
  for (std::size_t s = 0; s < samples; ++s) {
    Tensor sample(DataType::float32, {static_cast<std::int64_t>(values)});
    std::ranges::copy(dataset.samples.as<float>().subspan(s * values, values),
                      sample.as<float>().begin());
    try {
      const Tensor one = encode({&dataset.encoder, 1}, std::move(sample));
      std::ranges::copy(one.as<float>(), rates.as<float>().subspan(s * values, values).begin());
    } catch (const Failure& failure) {
      const Diagnostic& first = failure.diagnostics().front();
      fail(first.code, "dataset." + dataset.name + ".images",
           "sample " + std::to_string(s) + ": " + first.message, first.hint);
    }
  }
  return rates;
}

std::size_t neurons_of(const Network& network, const std::string& population) {
  return static_cast<std::size_t>(network.population(population).size());
}

}  // namespace

Presentation::Presentation(const Dataset& dataset, const Network& network)
    : dataset_(dataset),
      population_(network.index_of(dataset.population)),
      readout_(network.index_of(dataset.readout)),
      rates_(encoded(dataset)),
      dark_(neurons_of(network, dataset.population)),
      // What is nearer to the step after the last one in which it is shown would go there.
      send_until_ms_(dataset.shown_ms - network.dt_ms / 2),
      votes_(neurons_of(network, dataset.readout), static_cast<std::size_t>(dataset.classes()),
             dataset.vote),
      learning_(votes_),
      block_(block_of(dataset)) {
  for (std::int64_t epoch = 0; epoch < dataset.epochs; ++epoch)
    turns_.push_back({Pass::training, &dataset.training});
  turns_.push_back({Pass::assignment, &dataset.assignment});
  turns_.push_back({Pass::test, &dataset.test});
  std::erase_if(turns_, [](const Turn& turn) { return turn.samples->empty(); });
  result_.dataset = dataset.name, result_.readout = dataset.readout;
  result_.classes = dataset.classes();
}

void Presentation::act(NetworkRun& run) {
  switch (part_) {
    case Part::begin:
      return begin(run);
    case Part::shown:
      part_ = Part::rest, next_ms_ += dataset_.rest_ms;
      if (!dataset_.sends_events()) run.set_rates(population_, dark_);
      if (dataset_.rest_ms > 0) return;
      [[fallthrough]];
    case Part::rest:
      return answer(run);
    case Part::end:
      return;
  }
}

void Presentation::begin(NetworkRun& run) {
  run.count_spikes(readout_);
  next_ms_ = run.now_ms();
  begin_turn(run);
}

void Presentation::begin_turn(NetworkRun& run) {
  if (turn_ == turns_.size()) {
    part_ = Part::end, next_ms_ = kNever;
    return;
  }
  // Turns to train come first: they are the epochs.
  run.learn(turns_[turn_].pass == Pass::training ? dataset_.learning_rate(turn_) : 0);
  if (turns_[turn_].pass == Pass::test) votes_.assign();
  show(run);
}

void Presentation::show(NetworkRun& run) {
  dataset_.sends_events() ? send_events(run) : set_rates(run);
  part_ = Part::shown, next_ms_ += dataset_.shown_ms;
  ++result_.shown;
}

void Presentation::send_events(NetworkRun& run) {
  const EventSample& sample = dataset_.events[static_cast<std::size_t>(sample_number())];
  const std::span<const double> times = sample.times_ms;
  const auto sent =
      static_cast<std::size_t>(std::ranges::lower_bound(times, send_until_ms_) - times.begin());
  run.send_spikes(population_, times.first(sent), std::span(sample.neurons).first(sent));
  result_.events_sent += sent, result_.events_cut += times.size() - sent;
}

void Presentation::set_rates(NetworkRun& run) const {
  const auto rates = rates_.as<float>().subspan(
      static_cast<std::size_t>(sample_number()) * dark_.size(), dark_.size());
  const double factor = 1 + dataset_.brighten * static_cast<double>(repeats_);
  std::vector<double> shown(dark_.size());
  std::ranges::transform(rates, shown.begin(),
                         [factor](float rate) { return factor * double{rate}; });
  run.set_rates(population_, shown);
}

void Presentation::answer(NetworkRun& run) {
  const std::vector<std::uint64_t> spikes = run.take_counts(readout_);
  const auto sum = std::accumulate(spikes.begin(), spikes.end(), std::uint64_t{0});
  if (sum < dataset_.least_spikes && repeats_ < kMostRepeats) {
    ++repeats_, ++result_.shown_again;
    return show(run);
  }
  note(spikes, sum);
  next_sample(run);
}

void Presentation::note(std::span<const std::uint64_t> spikes, std::uint64_t sum) {
  switch (turns_[turn_].pass) {
    case Pass::training:
      return note_learnt(spikes);
    case Pass::assignment:
      return votes_.add(label(), spikes);
    case Pass::test:
      result_.samples.push_back(sample_number());
      result_.labels.push_back(static_cast<std::int64_t>(label()));
      result_.predictions.push_back(votes_.predict(spikes));
      result_.spikes.push_back(sum);
  }
}

/// Blocks of samples are told apart by what the neurons answered to the block before.
void Presentation::note_learnt(std::span<const std::uint64_t> spikes) {
  right_ += learning_.predict(spikes) == static_cast<std::int64_t>(label()) ? 1 : 0;
  learning_.add(label(), spikes);
  if (++learnt_ % block_ != 0) return;
  learning_.assign();
  if (learnt_ > block_) {
    result_.learnt.push_back(static_cast<std::int64_t>(learnt_));
    result_.learnt_accuracy.push_back(static_cast<double>(right_) / static_cast<double>(block_));
  }
  right_ = 0;
}

void Presentation::next_sample(NetworkRun& run) {
  repeats_ = 0;
  if (++place_ < turns_[turn_].samples->size()) return show(run);
  place_ = 0, ++turn_;
  begin_turn(run);
}

void Presentation::report(ExperimentResult& result) const {
  Classification all = result_;
  all.assignments.assign(votes_.assignments().begin(), votes_.assignments().end());
  all.responses.assign(votes_.responses().begin(), votes_.responses().end());
  result.classifications.push_back(std::move(all));
}

}  // namespace synfire
