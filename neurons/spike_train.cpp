// Spikes at given times, in both engines.
#include <algorithm>
#include <cmath>
#include <optional>

#include "core/base/random_sequence.h"
#include "core/base/state_archive.h"
#include "core/engine/model.h"
#include "neurons/common/reader.h"

namespace synfire {
namespace {

constexpr std::int32_t kMostSpikes = 64;
constexpr double kMostInAll = 1e9;  // of a group

struct TrainSpike {
  double time;
  std::uint32_t neuron;  // of the group
  auto operator<=>(const TrainSpike&) const = default;
};

std::uint32_t neuron_of(double number, const Population& population, const std::string& where) {
  if (number == std::floor(number) && number < static_cast<double>(population.size()))
    return static_cast<std::uint32_t>(number);
  fail(Code::parameter_invalid, where + ".neurons",
       std::to_string(number) + " is not the number of one of the " +
           std::to_string(population.size()) + " neurons");
}

/// The given times as they are, of the group's neurons only, one neuron after the other.
std::vector<TrainSpike> given_spikes(const Population& population, const GroupContext& context) {
  const ParameterReader read(population, context);
  const std::vector<double> times = read.list("times_ms"), neurons = read.list("neurons");
  if (!neurons.empty() && neurons.size() != times.size())
    fail(Code::parameter_invalid, read.where() + ".neurons",
         std::to_string(neurons.size()) + " neurons for " + std::to_string(times.size()) + " times",
         "give one neuron for every time of times_ms, or none: then all spike at every time");
  const auto first = static_cast<std::uint32_t>(context.slice.first);
  const auto count = static_cast<std::uint32_t>(read.count());
  std::vector<TrainSpike> spikes;
  for (std::size_t k = 0; k < times.size(); ++k) {
    if (neurons.empty())
      for (std::uint32_t i = 0; i < count; ++i) spikes.push_back({times[k], i});
    else if (const std::uint32_t neuron = neuron_of(neurons[k], population, read.where());
             neuron >= first && neuron - first < count)
      spikes.push_back({times[k], neuron - first});
  }
  std::ranges::stable_sort(spikes, {}, &TrainSpike::neuron);
  return spikes;
}

/// When the given times come: each as a burst, all again and again.
struct Pattern {
  double shift, jitter, repeats, period, burst, interval;

  explicit Pattern(const ParameterReader& read)
      : shift(read.number("shift_ms", 0)),
        jitter(read.number("jitter_ms", 0)),
        repeats(read.number("repeats", 1)),
        period(1000 / read.number("repeat_rate_hz", 1)),
        burst(read.number("burst", 1)),
        interval(1000 / read.number("burst_rate_hz", 100)) {}

  /// Adds what one given spike becomes.
  void add(const TrainSpike& given, RandomSequence& random, std::vector<TrainSpike>& spikes) const {
    for (double repeat = 0; repeat < repeats; ++repeat)
      for (double k = 0; k < burst; ++k) {
        const double moved = jitter > 0 ? jitter * random.normal() : 0;
        const double time = given.time + shift + repeat * period + k * interval;
        spikes.push_back({std::max(0.0, time + moved), given.neuron});
      }
  }
};

/// In the order of (time, neuron).
std::vector<TrainSpike> spikes_of(const Population& population, const GroupContext& context) {
  const ParameterReader read(population, context);
  const Pattern pattern(read);
  const std::vector<TrainSpike> given = given_spikes(population, context);
  if (static_cast<double>(given.size()) * pattern.repeats * pattern.burst > kMostInAll)
    fail(Code::parameter_invalid, read.where() + ".repeats", "there are more than 10^9 spikes");
  const auto entity =
      (std::uint64_t{context.population} << 32U) | static_cast<std::uint64_t>(context.slice.first);
  std::optional<RandomSequence> random;
  std::vector<TrainSpike> spikes;
  for (std::size_t k = 0; k < given.size(); ++k) {
    if (given[k].time + pattern.shift < 0)
      fail(Code::parameter_invalid, read.where() + ".shift_ms",
           "a spike would be at " + std::to_string(given[k].time + pattern.shift) +
               " ms, before the beginning",
           "give later times");
    if (k == 0 || given[k].neuron != given[k - 1].neuron)
      random.emplace(Random(context.seed, Stream::drive, entity + given[k].neuron));
    pattern.add(given[k], *random, spikes);
  }
  std::sort(spikes.begin(), spikes.end());
  return spikes;
}

class SpikeTrainGroup final : public NeuronGroup {
 public:
  SpikeTrainGroup(const Population& population, const GroupContext& context)
      : neurons_(context.slice.size(population)),
        first_(static_cast<std::uint32_t>(context.slice.first)),
        population_(static_cast<std::uint32_t>(population.size())),
        dt_ms_(context.dt_ms),
        where_("net.populations." + population.name) {
    for (const TrainSpike& spike : spikes_of(population, context))
      spikes_.push_back({std::llround(spike.time / context.dt_ms), spike.neuron, 1});
    merge(spikes_, {});
  }

  void reset() override { sent_.clear(), next_ = 0; }
  Receptor receptor(std::int32_t) override { return std::span<float>(); }
  void update(const Step& step, SpikeList& out) override {
    out.reserve(neurons_);
    const std::span<const Spike> given = of_step(spikes_, step.index);
    const std::span<const Spike> sent = of_step(std::span(sent_).subspan(next_), step.index);
    next_ += sent.size();
    for (auto one = given.begin(), other = sent.begin(); one != given.end() || other != sent.end();)
      if (other == sent.end() || (one != given.end() && one->neuron < other->neuron))
        out.add(one->neuron, one->count), ++one;
      else if (one == given.end() || other->neuron < one->neuron)
        out.add(other->neuron, other->count), ++other;
      else
        out.add(one->neuron, one->count + other->count), ++one, ++other;
  }
  void send_spikes(std::int64_t step, std::span<const double> times_ms,
                   std::span<const std::uint32_t> neurons) override {
    constexpr double kLatest = 1e12;  // ms
    if (neurons.size() != times_ms.size())
      fail(Code::internal, where_, "there is not one neuron for each time");
    sent_.erase(sent_.begin(), sent_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
    for (std::size_t k = 0; k < times_ms.size(); ++k) {
      if (!(times_ms[k] >= 0 && times_ms[k] <= kLatest) || neurons[k] >= population_)
        fail(Code::parameter_invalid, where_,
             "a spike of neuron " + std::to_string(neurons[k]) + " after " +
                 std::to_string(times_ms[k]) + " ms cannot be sent");
      if (neurons[k] >= first_ && neurons[k] - first_ < neurons_)
        sent_.push_back({step + std::llround(times_ms[k] / dt_ms_), neurons[k] - first_, 1});
    }
    merge(sent_, spikes_);
  }
  std::vector<double> state(std::string_view) const override { return {}; }
  /// The step tells the rest.
  void visit_state(StateArchive& archive) override {
    archive("sent", sent_), archive("next", next_);
  }

 private:
  struct Spike {
    std::int64_t step;
    std::uint32_t neuron;
    std::int32_t count;
    auto operator<=>(const Spike&) const = default;
  };

  static std::span<const Spike> of_step(std::span<const Spike> sorted, std::int64_t step) {
    const auto [begin, end] = std::ranges::equal_range(sorted, step, {}, &Spike::step);
    return {begin, end};
  }

  /// Sorts; spikes of one neuron in one step become one event, beside that of `others`, which have
  /// been merged.
  void merge(std::vector<Spike>& spikes, std::span<const Spike> others) const {
    std::sort(spikes.begin(), spikes.end());
    std::vector<Spike> merged;
    for (const Spike& spike : spikes) {
      const bool same = !merged.empty() && merged.back().step == spike.step &&
                        merged.back().neuron == spike.neuron;
      if (same)
        merged.back().count += spike.count;
      else
        merged.push_back(spike);
    }
    for (const Spike& spike : merged) {
      const auto other =
          std::lower_bound(others.begin(), others.end(), Spike{spike.step, spike.neuron, 0});
      const bool same =
          other != others.end() && other->step == spike.step && other->neuron == spike.neuron;
      if (spike.count + (same ? other->count : 0) > kMostSpikes)
        fail(Code::parameter_invalid, where_ + ".times_ms",
             "neuron " + std::to_string(first_ + spike.neuron) +
                 " has more than 64 spikes in one step",
             "use a smaller dt");
    }
    spikes = std::move(merged);
  }

  std::size_t neurons_;
  std::uint32_t first_, population_;  // of the slice; neurons of the whole population
  double dt_ms_;
  std::string where_;
  std::vector<Spike> spikes_;  // given with the network
  std::vector<Spike> sent_;    // given while it runs; those before next_ are over
  std::size_t next_ = 0;
};

class SpikeTrainEvents final : public EventGroup {
 public:
  SpikeTrainEvents(const Population& population, const GroupContext& context)
      : first_id_(static_cast<std::uint32_t>(context.first_neuron) +
                  static_cast<std::uint32_t>(context.slice.first)),
        spikes_(spikes_of(population, context)) {}

  void open(const EventWindow& window, EventSpikes& out) override {
    for (; next_ < spikes_.size() && spikes_[next_].time < window.end; ++next_)
      out.push_back({spikes_[next_].time, first_id_ + spikes_[next_].neuron});
  }
  void receive(double, const EventRow&, EventSpikes&) override {}
  void settle(double, EventSpikes&) override {}
  void finish(double, EventSpikes&) override {}
  double next_time() override { return kNever; }
  void visit_state(StateArchive& archive) override { archive("next", next_); }

 private:
  std::uint32_t first_id_;
  std::vector<TrainSpike> spikes_;
  std::size_t next_ = 0;
};

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext& context) {
  return std::make_unique<SpikeTrainGroup>(population, context);
}
std::unique_ptr<EventGroup> create_events(const Population& population,
                                          const GroupContext& context) {
  return std::make_unique<SpikeTrainEvents>(population, context);
}

}  // namespace

extern const ModelInfo spike_train_model;
const ModelInfo spike_train_model{
    .name = "spike_train",
    .summary = "spikes at given times",
    .nir_name = "",
    .pynn_name = "SpikeSourceArray",
    .format = NumberFormat::float32,
    .receptors = 0,
    .most_spikes = kMostSpikes,
    .splits = true,
    .takes_spikes = true,
    .parameters = {{"times_ms", "t_k", "ms", Tensor(DataType::float64, {0}), 0, 1e12,
                    "times of the spikes, in any order", true},
                   {"neurons", "", "", Tensor(DataType::float64, {0}), 0, 4294967295.0,
                    "of each spike its neuron; none: all neurons spike at every time", true},
                   {"shift_ms", "t_s", "ms", 0.0, -1e12, 1e12, "added to all times"},
                   {"burst", "n", "", std::int64_t{1}, 1, 1e9, "spikes that each time begins"},
                   {"burst_rate_hz", "f", "Hz", 100.0, 1e-9, 1e6, "their rate"},
                   {"repeats", "N", "", std::int64_t{1}, 1, 1e9, "how often all of them come"},
                   {"repeat_rate_hz", "F", "Hz", 1.0, 1e-9, 1e6, "how often in a second"},
                   {"jitter_ms", "sigma", "ms", 0.0, 0, 1e9,
                    "standard deviation of a normal part of every spike's time"}},
    .states = {},
    .equations =
        "spikes of neuron n_k at t = t_k + t_s + i / f + j / F + sigma N(0, 1), i < n, j < N, not "
        "before 0: in the clock engine in step t/dt, rounded; spikes of one step share one event",
    .source = "spike_generator and pulsepacket_generator of NEST",
    .create = create,
    .create_events = create_events};

}  // namespace synfire
