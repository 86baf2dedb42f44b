// IF and LIF neurons with delta inputs in continuous time.
//
// LIF: y = (v_inf - v) exp((t - base) / tau_mem) with v_inf = v_leak + r i_offset is constant
// between inputs; an input w takes w exp((t - base) / tau_mem) from it. The threshold is reached
// when y has come down to the level (v_inf - v_threshold) exp((t - base) / tau_mem), which grows
// with time where v_inf is above the threshold. IF: y = slope (t - base) - v and level = slope (t -
// base) - v_threshold do the same. An input thus costs one subtraction and one comparison, and
// nothing is advanced.
#pragma once

#include <optional>
#include <vector>

#include "core/engine/calendar.h"
#include "core/engine/event_group.h"
#include "core/engine/model.h"
#include "neurons/common/growth.h"

namespace synfire {

/// What one neuron is made of.
struct DeltaNeuron {
  double rate = 0;   // 1 / tau_mem; 0 for IF
  double drive = 0;  // v_inf; slope for IF, per ms
  double threshold = 1, reset = 0;
  double gain = 1;  // of weights; 1 for LIF
  bool operator==(const DeltaNeuron&) const = default;
};

struct DeltaLaws {
  std::vector<DeltaNeuron> neurons;  // one that all share, or one per neuron
  bool leaky = true;
  bool inclusive = false;  // v >= v_threshold spikes
  bool subtracts = false;  // reset by subtraction
  double refractory_ms = 0;
};

class DeltaEvents final : public EventGroup {
 public:
  DeltaEvents(DeltaLaws laws, std::vector<double> v_init, std::uint32_t first_neuron);

  double longest_window() const override;
  void open(const EventWindow& window, EventSpikes& out) override;
  void receive(double time, const EventRow& row, EventSpikes& out) override;
  void settle(double time, EventSpikes& out) override;
  void finish(double stop, EventSpikes& out) override;
  double next_time() override;
  double state(std::string_view variable, std::size_t neuron, double time) const override;
  double potential(std::size_t neuron, double time, std::span<double> terms) const override;
  double fastest_rate() const override;
  void visit_state(StateArchive& archive) override;

 private:
  struct Cell {
    double y;      // infinite while refractory
    double guard;  // above it, nothing can happen before the window in which the neuron is due
  };
  struct Timed {
    double time;
    std::uint32_t neuron;
    auto operator<=>(const Timed&) const = default;
  };
  /// A neuron after its last spike.
  struct Held {
    double v, until;
  };

  const DeltaNeuron& law(std::size_t i) const { return laws_.neurons[shares_ ? 0 : i]; }
  double scale(const DeltaNeuron& n, double time) const;
  double level(std::size_t i, double time) const;
  double level_now(std::size_t i) const { return shares_ ? level_now_ : level(i, now_); }
  double level_end(std::size_t i) const { return shares_ ? level_end_ : level(i, window_.end); }
  double y_of(std::size_t i, double v, double time) const;
  double v_of(std::size_t i, double y, double time) const;
  bool reached(std::size_t i, double level) const;
  bool rises(std::size_t i) const { return rises_[shares_ ? 0 : i] != 0; }
  double crossing(std::size_t i) const;
  double time_left(std::size_t i) const;
  double level_in(std::size_t i, std::int64_t window) const;

  void rebase();
  void begin_instant(double time, EventSpikes& out);
  const double* scales_of(const EventRow& row, double time);
  template <bool kUp, bool kShared, bool kStored>
  void add_row(const EventRow& row, EventSpikes& out);
  template <bool kUp, bool kShared>
  void add_row(const EventRow& row, EventSpikes& out);
  void touch(std::uint32_t i, double before, double step, EventSpikes& out);
  void resolve(std::uint32_t i, double until, EventSpikes& out);
  double spike(std::uint32_t i, double time, double until, EventSpikes& out);
  void release(double until, EventSpikes& out);
  void release_first(double until, EventSpikes& out);
  void plan(std::uint32_t i);
  void plan_here(std::uint32_t i);

  DeltaLaws laws_;
  bool shares_;
  std::uint32_t first_neuron_;
  std::vector<Cell> cells_;
  std::vector<Held> held_;
  std::vector<std::uint8_t> rises_;  // by law: whether a neuron comes to its threshold by itself
  std::optional<Growth> growths_;    // where time constants differ
  std::vector<double> gains_;        // of a row's targets, where these differ
  const double* row_scales_ = nullptr;
  double base_ = 0, period_ = 0;

  EventWindow window_;
  double now_ = 0;    // the instant, or where the window begins
  double scale_ = 1;  // these of neurons that share their law
  double level_now_ = 0, level_end_ = 0, level_grid_ = 0;
  std::vector<double> growth_;  // of the level, over some windows
  bool in_instant_ = false;
  std::uint64_t instant_ = 0;
  std::vector<std::uint64_t> stamp_;    // the last instant in which a neuron was looked at
  std::vector<std::uint32_t> pending_;  // looked at in this instant

  Calendar<std::uint32_t> calendar_;
  std::vector<std::int64_t> due_;  // by neuron: the window in which it is looked at
  std::vector<std::uint32_t> due_now_, here_;
  std::vector<Timed> releases_, crossings_;  // heaps
};

/// Reads the parameters of `if` and `lif`; throws parameter_invalid for those that have no meaning
/// in continuous time.
std::unique_ptr<EventGroup> make_delta_events(const Population& population,
                                              const GroupContext& context, bool leaky);

}  // namespace synfire
