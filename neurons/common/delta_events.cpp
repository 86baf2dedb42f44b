#include "neurons/common/delta_events.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace synfire {
namespace {

constexpr double kInfinite = EventGroup::kNever;
constexpr std::int64_t kNotDue = -1;
/// Windows that the calendar tells apart.
constexpr std::size_t kWindows = 256;
/// Exponents grow to this many time constants before the base moves: their relative error is 2^-53
/// times as much.
constexpr double kPeriodTaus = 32, kPeriodIf = 128;
/// Bounds are moved by more than what rounding does, to the safe side.
constexpr double kSlack = 0x1p-40;

}  // namespace

DeltaEvents::DeltaEvents(DeltaLaws laws, std::vector<double> v_init, std::uint32_t first_neuron)
    : laws_(std::move(laws)),
      shares_(laws_.neurons.size() == 1),
      first_neuron_(first_neuron),
      cells_(v_init.size()),
      held_(v_init.size(), {0, -kInfinite}),
      stamp_(v_init.size(), 0),
      calendar_(kWindows),
      due_(v_init.size(), kNotDue) {
  std::vector<double> rates;
  for (const DeltaNeuron& n : laws_.neurons) {
    rates.push_back(n.rate);
    rises_.push_back(n.drive > (laws_.leaky ? n.threshold : 0) ? 1 : 0);
  }
  period_ = laws_.leaky ? kPeriodTaus / *std::max_element(rates.begin(), rates.end()) : kPeriodIf;
  if (!shares_ && laws_.leaky) growths_.emplace(rates);
  for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i] = {y_of(i, v_init[i], 0), -kInfinite};
}

/// Windows are short where neurons cross by themselves: an input to a neuron that may cross in the
/// open window takes the long way.
double DeltaEvents::longest_window() const {
  if (!laws_.leaky) return kInfinite;
  const bool any = std::any_of(rises_.begin(), rises_.end(), [](auto each) { return each != 0; });
  return any ? period_ / kPeriodTaus / 50 : 2 * period_;
}

double DeltaEvents::scale(const DeltaNeuron& n, double time) const {
  return laws_.leaky ? std::exp((time - base_) * n.rate) : 1.0;
}

double DeltaEvents::level(std::size_t i, double time) const {
  const DeltaNeuron& n = law(i);
  if (!laws_.leaky) return n.drive * (time - base_) - n.threshold;
  return (n.drive - n.threshold) * scale(n, time);
}

double DeltaEvents::y_of(std::size_t i, double v, double time) const {
  const DeltaNeuron& n = law(i);
  return laws_.leaky ? (n.drive - v) * scale(n, time) : n.drive * (time - base_) - v;
}

double DeltaEvents::v_of(std::size_t i, double y, double time) const {
  const DeltaNeuron& n = law(i);
  return laws_.leaky ? n.drive - y / scale(n, time) : n.drive * (time - base_) - y;
}

bool DeltaEvents::reached(std::size_t i, double level) const {
  return laws_.inclusive ? cells_[i].y <= level : cells_[i].y < level;
}

double DeltaEvents::crossing(std::size_t i) const {
  const DeltaNeuron& n = law(i);
  const double y = cells_[i].y;
  if (!rises(i) || y == kInfinite) return kInfinite;
  if (!laws_.leaky) return base_ + (y + n.threshold) / n.drive;
  return y > 0 ? base_ + std::log(y / (n.drive - n.threshold)) / n.rate : -kInfinite;
}

/// Exponents start anew; only where windows begin, so that the arithmetic does not depend on when
/// neurons are looked at.
void DeltaEvents::rebase() {
  const double move = period_;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const DeltaNeuron& n = law(i);
    if (laws_.leaky) {
      const double factor = std::exp(-move * n.rate);
      cells_[i].y *= factor, cells_[i].guard *= factor;
    } else {
      cells_[i].y -= move * n.drive, cells_[i].guard -= move * n.drive;
    }
  }
  base_ += move;
}

void DeltaEvents::open(const EventWindow& window, EventSpikes& out) {
  const bool first = window.index == 0;
  window_ = window;
  now_ = window.begin;
  while (window.begin >= base_ + period_) rebase();
  if (growth_.empty())
    for (std::size_t k = 0; k < kWindows; ++k)
      growth_.push_back(std::exp(static_cast<double>(k) * window.width * laws_.neurons[0].rate));
  if (shares_) {
    level_end_ = level(0, window.end);
    level_now_ = level(0, window.begin);
    level_grid_ = level(0, static_cast<double>(window.index) * window.width);
  }
  crossings_.clear();
  std::swap(here_, pending_);  // those who were due in the last window, and have not been planned
  here_.clear();
  calendar_.take(window.index, due_now_);
  for (const std::uint32_t i : pending_) {
    due_[i] = due_[i] == window.index - 1 ? kNotDue : due_[i];
    plan(i);
  }
  pending_.clear();
  for (const std::uint32_t i : due_now_) {
    if (due_[i] != window.index) continue;  // it has moved since
    due_[i] = kNotDue;
    plan(i);
  }
  for (std::uint32_t i = 0; first && i < cells_.size(); ++i) {
    while (reached(i, level(i, 0)) && spike(i, 0, 0, out) == 0) {
    }
    plan(i);
  }
}

void DeltaEvents::begin_instant(double time, EventSpikes& out) {
  in_instant_ = true;
  ++instant_;
  now_ = time;
  if (shares_) {
    scale_ = scale(laws_.neurons[0], time);
    level_now_ = level(0, time);
  }
  release(time, out);
}

void DeltaEvents::receive(double time, const EventRow& row, EventSpikes& out) {
  if (!in_instant_) begin_instant(time, out);
  announce(time, row.targets);
  row_scales_ = shares_ ? nullptr : scales_of(row, time);
  if (row.weights == nullptr && row.weight < 0)
    return shares_ ? add_row<false, true>(row, out) : add_row<false, false>(row, out);
  return shares_ ? add_row<true, true>(row, out) : add_row<true, false>(row, out);
}

const double* DeltaEvents::scales_of(const EventRow& row, double time) {
  if (laws_.leaky) return growths_->at(time - base_, row.targets);
  gains_.clear();
  for (const std::uint16_t target : row.targets) gains_.push_back(laws_.neurons[target].gain);
  return gains_.data();
}

template <bool kUp, bool kShared>
void DeltaEvents::add_row(const EventRow& row, EventSpikes& out) {
  if (row.weights != nullptr)
    add_row<kUp, kShared, true>(row, out);
  else
    add_row<kUp, kShared, false>(row, out);
}

/// kUp: no weight is negative, or they differ: what is compared is then the lower of the two.
template <bool kUp, bool kShared, bool kStored>
void DeltaEvents::add_row(const EventRow& row, EventSpikes& out) {
  Cell* const cells = cells_.data();
  const std::uint16_t* const targets = row.targets.data();
  const float* const weights = row.weights;
  const double* const scales = row_scales_;
  const std::size_t count = row.targets.size();
  const double factor = kShared ? laws_.neurons[0].gain * scale_ : 1;
  const double common = row.weight * factor;
#pragma GCC unroll 4
  for (std::size_t s = 0; s < count; ++s) {
    const std::uint16_t target = targets[s];
    double step = common;
    if constexpr (kStored) step = static_cast<double>(weights[s]) * factor;
    if constexpr (!kShared) step *= scales[s];
    Cell& cell = cells[target];
    const double before = cell.y, after = before - step;
    cell.y = after;
    const double lower = kStored ? std::min(before, after) : kUp ? after : before;
    if (lower <= cell.guard) [[unlikely]]
      touch(target, before, step, out);
  }
}

/// A neuron that may be at its threshold, now or before. Its spikes before now come first; then the
/// input is added to what they leave.
void DeltaEvents::touch(std::uint32_t i, double before, double step, EventSpikes& out) {
  if (stamp_[i] == instant_) return;
  stamp_[i] = instant_;
  pending_.push_back(i);
  const double level = level_now(i);
  if (before > level + std::abs(level) * kSlack || !rises(i)) return;
  cells_[i].y = before;
  resolve(i, now_, out);
  cells_[i].y -= step;
}

void DeltaEvents::settle(double time, EventSpikes& out) {
  for (const std::uint32_t i : pending_) {
    while (reached(i, level_now(i)) && spike(i, time, time, out) == time) {
    }
    // Those that are looked at in this window stay so.
    if (window_.ordered || due_[i] != window_.index) plan(i);
  }
  pending_.clear();
  in_instant_ = false;
}

/// All crossings of a neuron before `until`: by their times, as in the calendar's order. Levels
/// round otherwise, and inputs do come at the very times of crossings.
void DeltaEvents::resolve(std::uint32_t i, double until, EventSpikes& out) {
  double from = window_.begin;
  for (double time = crossing(i); time < until; time = crossing(i))
    from = spike(i, std::max(from, time), until, out);
}

/// Resets the neuron; returns when it is free again: if before `until`, or at once, it is.
double DeltaEvents::spike(std::uint32_t i, double time, double until, EventSpikes& out) {
  announce(time, i);
  out.push_back({time, first_neuron_ + i});
  const DeltaNeuron& n = law(i);
  const double v = laws_.subtracts ? v_of(i, cells_[i].y, time) - n.threshold : n.reset;
  const double free = time + laws_.refractory_ms;
  held_[i] = {v, free};
  if (free >= until && laws_.refractory_ms > 0) {
    cells_[i] = {kInfinite, -kInfinite};
    due_[i] = kNotDue;
    releases_.push_back({free, i});
    std::push_heap(releases_.begin(), releases_.end(), std::greater<>());
  } else {
    cells_[i].y = y_of(i, v, free);
  }
  return free;
}

/// Ends the refractory periods that end before a time; inputs at their very end are lost, as on the
/// grid.
void DeltaEvents::release(double until, EventSpikes& out) {
  while (!releases_.empty() && releases_.front().time < until) release_first(until, out);
}

void DeltaEvents::release_first(double until, EventSpikes& out) {
  const auto [time, i] = releases_.front();
  std::pop_heap(releases_.begin(), releases_.end(), std::greater<>());
  releases_.pop_back();
  cells_[i].y = y_of(i, held_[i].v, time);
  double free = time;
  while (cells_[i].y != kInfinite && reached(i, level(i, free))) free = spike(i, free, until, out);
  plan(i);
}

/// Sees to it that the neuron is looked at before it can cross by itself.
void DeltaEvents::plan(std::uint32_t i) {
  Cell& cell = cells_[i];
  if (cell.y == kInfinite) return;
  if (!rises(i)) {
    // The level only falls: below it from now on is below it for ever.
    cell.guard = level_now(i);
    return;
  }
  const double end = level_end(i);
  if (cell.y <= end + std::abs(end) * kSlack) return plan_here(i);
  if (due_[i] == window_.index) return;
  // Halfway to the crossing, so that inputs seldom call for an earlier look.
  const double look = now_ + time_left(i) / 2;
  const std::int64_t window = std::min(window_.window_of(look), calendar_.last(window_.index));
  if (due_[i] > window_.index && due_[i] <= window) return;
  due_[i] = window;
  calendar_.add(window_.index, window, i);
  const double guard = level_in(i, window);
  cell.guard = guard + std::abs(guard) * kSlack;
}

/// At most the time to the crossing, of a neuron that rises and is below its threshold.
double DeltaEvents::time_left(std::size_t i) const {
  const DeltaNeuron& n = law(i);
  if (!laws_.leaky) return (cells_[i].y - level_now(i)) / n.drive;
  // tau ln(y / level) >= 2 tau (y - level) / (y + level)
  const double y = cells_[i].y, from = level_now(i);
  return 2 * (y - from) / ((y + from) * n.rate);
}

/// The level where a later window begins.
double DeltaEvents::level_in(std::size_t i, std::int64_t window) const {
  if (shares_ && laws_.leaky)
    return level_grid_ * growth_[static_cast<std::size_t>(window - window_.index)];
  return level(i, static_cast<double>(window) * window_.width);
}

/// The neuron may cross in the window that is open.
void DeltaEvents::plan_here(std::uint32_t i) {
  const double end = level_end(i);
  cells_[i].guard = end + std::abs(end) * kSlack;
  if (window_.ordered) {
    crossings_.push_back({crossing(i), i});
    std::push_heap(crossings_.begin(), crossings_.end(), std::greater<>());
  }
  if (due_[i] == window_.index) return;
  due_[i] = window_.index;
  here_.push_back(i);
}

void DeltaEvents::finish(double stop, EventSpikes& out) {
  if (window_.ordered) {
    for (double time = next_time(); time < stop; time = next_time()) {
      if (!releases_.empty() && releases_.front().time == time) {
        release_first(std::nextafter(time, kInfinite), out);
        continue;
      }
      const std::uint32_t i = crossings_.front().neuron;
      spike(i, time, std::nextafter(time, kInfinite), out);
      plan(i);
    }
    return;
  }
  release(stop, out);
  for (std::size_t k = 0; k < here_.size(); ++k) resolve(here_[k], stop, out);
}

double DeltaEvents::next_time() {
  // An entry counts while it is where its neuron crosses: inputs make new ones.
  while (!crossings_.empty() && crossing(crossings_.front().neuron) != crossings_.front().time) {
    std::pop_heap(crossings_.begin(), crossings_.end(), std::greater<>());
    crossings_.pop_back();
  }
  const double cross = crossings_.empty() ? kInfinite : crossings_.front().time;
  return releases_.empty() ? cross : std::min(cross, releases_.front().time);
}

double DeltaEvents::state(std::string_view variable, std::size_t neuron, double time) const {
  if (variable != "v") return EventGroup::state(variable, neuron, time);
  const double y = cells_[neuron].y;
  return y == kInfinite ? held_[neuron].v : v_of(neuron, y, time);
}

double DeltaEvents::potential(std::size_t neuron, double time, std::span<double> terms) const {
  std::fill(terms.begin(), terms.end(), 0.0);
  const Held& held = held_[neuron];
  const double y = cells_[neuron].y;
  if (time < held.until || y == kInfinite) {
    terms[0] = held.v;
    return time < held.until ? held.until : kInfinite;
  }
  const DeltaNeuron& n = law(neuron);
  const double v = terms[0] = v_of(neuron, y, time);
  if (terms.size() > 1) terms[1] = laws_.leaky ? (n.drive - v) * n.rate : n.drive;
  if (!laws_.leaky) return kInfinite;
  for (std::size_t k = 2; k < terms.size(); ++k)
    terms[k] = terms[k - 1] * (-n.rate / static_cast<double>(k));
  return kInfinite;
}

double DeltaEvents::fastest_rate() const {
  double rate = 0;
  for (const DeltaNeuron& n : laws_.neurons) rate = std::max(rate, n.rate);
  return rate;
}

void DeltaEvents::visit_state(StateArchive& archive) {
  archive.fixed("cells", cells_);
  archive.fixed("held", held_);
  archive("base", base_);
  archive("window", window_);
  archive("now", now_);
  archive("scale", scale_);
  archive("level_now", level_now_);
  archive("level_end", level_end_);
  archive("level_grid", level_grid_);
  archive("growth", growth_);
  archive("instant", instant_);
  archive.fixed("stamp", stamp_);
  archive("calendar", calendar_);
  archive.fixed("due", due_);
  archive("here", here_);
  archive("releases", releases_);
  archive("crossings", crossings_);
}

}  // namespace synfire
