// What the event engine knows of a neuron model: a group of neurons that advance in closed form
// from event to event. Times are in ms, potentials and weights in double precision.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace synfire {

class StateArchive;  // state_archive.h

/// A spike of the neuron with this network-wide id.
struct EventSpike {
  double time_ms;
  std::uint32_t neuron;
  bool operator==(const EventSpike&) const = default;
};
using EventSpikes = std::vector<EventSpike>;

/// A piece of time [begin, end). Window k lies within [k width - rounding, (k + 1) width].
struct EventWindow {
  std::int64_t index = 0;
  double begin = 0, end = 0, width = 1;
  /// Crossings are asked for one by one in the order of time (next_time), as spikes may arrive in
  /// the window in which they are sent.
  bool ordered = false;

  /// The window, after this one, that is not later than the one `time` lies in.
  std::int64_t window_of(double time) const {
    constexpr double kFar = 0x1p53;
    const double place = time / width;
    if (!(place < kFar)) return std::numeric_limits<std::int64_t>::max();
    return std::max(index + 1, static_cast<std::int64_t>(place));
  }
};

/// Synapses of one source onto a group that are served at the same instant.
struct EventRow {
  std::span<const std::uint16_t> targets;  // places within the group
  const float* weights = nullptr;          // one per target, or null:
  double weight = 0;                       // of every synapse
  std::int32_t receptor = 0;

  double weight_of(std::size_t synapse) const {
    return weights != nullptr ? static_cast<double>(weights[synapse]) : weight;
  }
};

/// Whoever goes by potentials: told before they change otherwise than EventGroup::potential says.
class PotentialWatch {
 public:
  virtual ~PotentialWatch() = default;
  /// These neurons of the group get inputs or spike at `time`.
  virtual void before_change(double time, std::span<const std::uint16_t> neurons) = 0;
};

/// Calls come in the order of time: open; then receive (all rows of an instant) and settle, for one
/// instant after the other; finish, at any time; and the next window.
class EventGroup {
 public:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  virtual ~EventGroup() = default;
  /// The greatest width of windows that suits the group's arithmetic.
  virtual double longest_window() const { return kNever; }
  /// Generators append the window's spikes.
  virtual void open(const EventWindow& window, EventSpikes& out) = 0;
  /// A row of inputs that arrive at `time`. Crossings before `time` go to `out`.
  virtual void receive(double time, const EventRow& row, EventSpikes& out) = 0;
  /// Every input of the instant is there: those at the threshold now spike.
  virtual void settle(double time, EventSpikes& out) = 0;
  /// Appends the spikes before `stop` of all neurons, touched or not.
  virtual void finish(double stop, EventSpikes& out) = 0;
  /// In ordered windows: when a neuron next does something by itself, or something from the
  /// window's end on.
  virtual double next_time() = 0;
  /// A variable of the model's descriptor, when no input comes before `time`; generators have none.
  virtual double state(std::string_view variable, std::size_t neuron, double time) const;

  /// `watch` is told of changes from now on; in ordered windows only.
  void watch(PotentialWatch* watch) { watch_ = watch; }
  /// The state "v" at `time` + x [ms] as a power series: its first coefficients fill `terms`. It
  /// holds until the watch is told of a change, or until the time that is returned, when a
  /// refractory period ends. Of models that have such a state.
  virtual double potential(std::size_t neuron, double time, std::span<double> terms) const;
  /// [1/ms] The fastest rate of all exponentials that potentials are made of: x times it says how
  /// far the series go.
  virtual double fastest_rate() const { return 0; }
  /// All that the calls above change; not between receive and settle.
  virtual void visit_state(StateArchive& archive) = 0;

 protected:
  void announce(double time, std::span<const std::uint16_t> neurons) const {
    if (watch_ != nullptr) watch_->before_change(time, neurons);
  }
  void announce(double time, std::uint32_t neuron) const {
    const auto place = static_cast<std::uint16_t>(neuron);
    announce(time, {&place, 1});
  }

 private:
  PotentialWatch* watch_ = nullptr;
};

}  // namespace synfire
