#include "neurons/common/current_events.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace synfire {
namespace {

constexpr std::int64_t kNotDue = -1;
/// Windows that the calendar tells apart.
constexpr std::size_t kWindows = 256;
/// The part of the time to the earliest crossing after which it is estimated again: short of it, so
/// that inputs seldom call for an earlier look.
constexpr double kLook = 0.9;

}  // namespace

template <typename Membrane>
CurrentEvents<Membrane>::CurrentEvents(std::vector<Membrane> membranes, std::vector<double> v_init,
                                       double refractory_ms, std::uint32_t first_neuron)
    : membranes_(std::move(membranes)),
      refractory_ms_(refractory_ms),
      first_neuron_(first_neuron),
      cells_(v_init.size()),
      stamp_(v_init.size(), 0),
      calendar_(kWindows),
      due_(v_init.size(), kNotDue) {
  for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i].state.v = v_init[i];
}

template <typename Membrane>
typename Membrane::State CurrentEvents<Membrane>::state_at(std::size_t i, double time) const {
  const Cell& cell = cells_[i];
  if (time <= cell.free) return law(i).held(cell.state, time - cell.at);
  if (cell.at >= cell.free) return law(i).after(cell.state, time - cell.at);
  return law(i).after(law(i).held(cell.state, cell.free - cell.at), time - cell.free);
}

template <typename Membrane>
void CurrentEvents<Membrane>::advance(std::uint32_t i, double time) {
  cells_[i].state = state_at(i, time);
  cells_[i].at = time;
}

template <typename Membrane>
void CurrentEvents<Membrane>::open(const EventWindow& window, EventSpikes&) {
  window_ = window;
  crossings_.clear();
  here_.clear();
  calendar_.take(window.index, due_now_);
  if (window.index == 0) {
    due_now_.resize(cells_.size());
    std::iota(due_now_.begin(), due_now_.end(), 0U);
    std::fill(due_.begin(), due_.end(), 0);
  }
  for (const std::uint32_t i : due_now_) {
    if (due_[i] != window.index) continue;  // it has moved since
    due_[i] = kNotDue;
    plan(i);
  }
}

template <typename Membrane>
void CurrentEvents<Membrane>::receive(double time, const EventRow& row, EventSpikes& out) {
  announce(time, row.targets);
  if (!in_instant_) in_instant_ = true, ++instant_;
  for (std::size_t s = 0; s < row.targets.size(); ++s) {
    const std::uint16_t i = row.targets[s];
    if (stamp_[i] != instant_) {
      stamp_[i] = instant_;
      pending_.push_back(i);
      while (cells_[i].cross < time) spike(i, out);
      advance(i, time);
    }
    cells_[i].state.receive(row.receptor, row.weight_of(s));
  }
}

template <typename Membrane>
void CurrentEvents<Membrane>::settle(double, EventSpikes&) {
  for (const std::uint32_t i : pending_) plan(i);
  pending_.clear();
  in_instant_ = false;
}

/// The neuron crosses where it was found to.
template <typename Membrane>
void CurrentEvents<Membrane>::spike(std::uint32_t i, EventSpikes& out) {
  const double time = cells_[i].cross;
  announce(time, i);
  out.push_back({time, first_neuron_ + i});
  advance(i, time);
  cells_[i].state.v = law(i).reset;
  cells_[i].free = time + refractory_ms_;
  plan(i);
}

/// Finds the crossing in the open window, or when to look next.
template <typename Membrane>
void CurrentEvents<Membrane>::plan(std::uint32_t i) {
  Cell& cell = cells_[i];
  cell.cross = kNever;
  const double start = std::max({cell.at, cell.free, window_.begin});
  if (start >= window_.end) return look_at(i, start);
  const Membrane& membrane = law(i);
  const State state = start > cell.at ? state_at(i, start) : cell.state;
  if (state.v >= membrane.threshold) return plan_here(i, start);
  const double earliest = membrane.earliest_crossing(state);
  if (start + earliest >= window_.end) return look_at(i, start + earliest * kLook);
  const double horizon = window_.end - start;
  const double crossing = membrane.first_crossing(state, horizon);
  if (crossing <= horizon) return plan_here(i, start + crossing);
  const State end = membrane.after(state, horizon);
  look_at(i, window_.end + std::max(0.0, membrane.earliest_crossing(end)) * kLook);
}

template <typename Membrane>
void CurrentEvents<Membrane>::plan_here(std::uint32_t i, double cross) {
  cells_[i].cross = cross;
  // Should rounding put it behind the window, the next one finds it.
  look_at(i, window_.end);
  if (!window_.ordered) return here_.push_back(i);
  crossings_.push_back({cross, i});
  std::push_heap(crossings_.begin(), crossings_.end(), std::greater<>());
}

/// Plans again in the window of `time`, or before.
template <typename Membrane>
void CurrentEvents<Membrane>::look_at(std::uint32_t i, double time) {
  if (time == kNever) return;
  const std::int64_t window = std::min(window_.window_of(time), calendar_.last(window_.index));
  if (due_[i] > window_.index && due_[i] <= window) return;
  due_[i] = window;
  calendar_.add(window_.index, window, i);
}

template <typename Membrane>
void CurrentEvents<Membrane>::finish(double stop, EventSpikes& out) {
  if (window_.ordered) {
    while (next_time() < stop) spike(crossings_.front().neuron, out);
    return;
  }
  for (std::size_t k = 0; k < here_.size(); ++k)
    while (cells_[here_[k]].cross < stop) spike(here_[k], out);
}

template <typename Membrane>
double CurrentEvents<Membrane>::next_time() {
  while (!crossings_.empty() &&
         cells_[crossings_.front().neuron].cross != crossings_.front().time) {
    std::pop_heap(crossings_.begin(), crossings_.end(), std::greater<>());
    crossings_.pop_back();
  }
  return crossings_.empty() ? kNever : crossings_.front().time;
}

template <typename Membrane>
double CurrentEvents<Membrane>::state(std::string_view variable, std::size_t neuron,
                                      double time) const {
  for (const auto& each : Membrane::kStates)
    if (variable == each.name) return state_at(neuron, time).*each.member;
  return EventGroup::state(variable, neuron, time);
}

template <typename Membrane>
double CurrentEvents<Membrane>::potential(std::size_t neuron, double time,
                                          std::span<double> terms) const {
  const Cell& cell = cells_[neuron];
  if (time < cell.free) {
    std::fill(terms.begin(), terms.end(), 0.0);
    terms[0] = cell.state.v;
    return cell.free;
  }
  law(neuron).series(time > cell.at ? state_at(neuron, time) : cell.state, terms);
  return kNever;
}

template <typename Membrane>
double CurrentEvents<Membrane>::fastest_rate() const {
  double rate = 0;
  for (const Membrane& each : membranes_)
    rate = std::max({rate, 1 / each.tau_mem, 1 / each.tau_exc, 1 / each.tau_inh});
  return rate;
}

template <typename Membrane>
void CurrentEvents<Membrane>::visit_state(StateArchive& archive) {
  archive.fixed("cells", cells_);
  archive("window", window_);
  archive("instant", instant_);
  archive.fixed("stamp", stamp_);
  archive("calendar", calendar_);
  archive.fixed("due", due_);
  archive("here", here_);
  archive("crossings", crossings_);
}

template class CurrentEvents<ExpMembrane>;
template class CurrentEvents<AlphaMembrane>;

}  // namespace synfire
