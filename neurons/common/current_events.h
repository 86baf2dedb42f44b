// LIF neurons with synaptic currents in continuous time: a neuron is advanced when an input touches
// it, and its crossing is solved for when a bound says that it may come in the open window.
#pragma once

#include "core/engine/calendar.h"
#include "core/engine/event_group.h"
#include "core/engine/model.h"
#include "neurons/common/alpha_current.h"
#include "neurons/common/exp_current.h"

namespace synfire {

/// `Membrane` gives the closed form: ExpMembrane, AlphaMembrane.
template <typename Membrane>
class CurrentEvents final : public EventGroup {
 public:
  /// `membranes`: one that all share, or one per neuron.
  CurrentEvents(std::vector<Membrane> membranes, std::vector<double> v_init, double refractory_ms,
                std::uint32_t first_neuron);

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
  using State = typename Membrane::State;
  struct Cell {
    State state;
    double at = 0;          // time of the state
    double free = 0;        // end of the refractory period
    double cross = kNever;  // in the open window, without further input
  };
  struct Timed {
    double time;
    std::uint32_t neuron;
    auto operator<=>(const Timed&) const = default;
  };

  const Membrane& law(std::size_t i) const { return membranes_[membranes_.size() == 1 ? 0 : i]; }
  State state_at(std::size_t i, double time) const;
  void advance(std::uint32_t i, double time);
  void spike(std::uint32_t i, EventSpikes& out);
  void plan(std::uint32_t i);
  void plan_here(std::uint32_t i, double cross);
  void look_at(std::uint32_t i, double time);

  std::vector<Membrane> membranes_;
  double refractory_ms_;
  std::uint32_t first_neuron_;
  std::vector<Cell> cells_;

  EventWindow window_;
  bool in_instant_ = false;
  std::uint64_t instant_ = 0;
  std::vector<std::uint64_t> stamp_;    // the last instant in which a neuron was touched
  std::vector<std::uint32_t> pending_;  // touched in this instant

  Calendar<std::uint32_t> calendar_;
  std::vector<std::int64_t> due_;  // by neuron: the window in which it is looked at
  std::vector<std::uint32_t> due_now_;
  std::vector<std::uint32_t> here_;  // cross in the open window, in no order
  std::vector<Timed> crossings_;     // the same as a heap, where ordered
};

/// Reads the parameters; throws parameter_invalid for neurons that would spike without end.
template <typename Membrane>
std::unique_ptr<EventGroup> make_current_events(const Population& population,
                                                const GroupContext& context);

extern template class CurrentEvents<ExpMembrane>;
extern template class CurrentEvents<AlphaMembrane>;

}  // namespace synfire
