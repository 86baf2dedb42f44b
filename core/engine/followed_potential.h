// For plastic_block.h only: the potentials of a projection's targets as a rule sees them, with its
// low passes of them. On a grid they are shown step by step; in continuous time a neuron is caught
// up with where somebody asks: between its inputs and spikes all is smooth, so that power series of
// the potential, of the low passes and of the trace of the sums give the integral of their product
// without steps (docs/plasticity.md has the error).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/base/power_series.h"
#include "core/base/state_archive.h"
#include "core/engine/plastic_rows.h"
#include "core/engine/plastic_rule.h"

namespace synfire {

/// Potentials that are held over each step.
template <typename Rule>
class SteppedPotentials {
 public:
  SteppedPotentials(const Rule& rule, double dt_ms, std::size_t neurons) : dt_ms_(dt_ms) {
    const PotentialShape shape = rule.shape();
    v_spike_ = static_cast<float>(shape.v_spike);
    spike_steps_ = static_cast<std::int32_t>(std::lround(shape.spike_ms / dt_ms));
    delay_steps_ = static_cast<std::size_t>(std::lround(shape.delay_ms / dt_ms));
    for (std::size_t k = 0; k < Rule::kFilters; ++k)
      keep_[k] = static_cast<float>(std::exp(-dt_ms * rule.filter_rates()[k]));
    Neuron neuron{{}, 0};
    neuron.low.fill(static_cast<float>(shape.v_init));
    neurons_.assign(neurons, neuron);
    past_.assign(neurons * delay_steps_, static_cast<float>(shape.v_init));
  }

  void spike(std::size_t j) { neurons_[j].upswing = spike_steps_; }
  /// After a step. Calls see(neuron, gain of the sums, level).
  template <typename See>
  void follow(const Rule& all, std::span<const float> potentials, const See& see) {
    const Rule rule = all;  // its numbers do not change while neurons do
    const auto dt = static_cast<float>(dt_ms_);
    const float v_spike = v_spike_;
    const std::array<float, Rule::kFilters> keep = keep_;
    for (std::size_t j = 0; j < potentials.size(); ++j) {
      Neuron neuron = neurons_[j];
      PotentialSignals<Rule, float> signals;
      signals[0] = neuron.upswing > 0 ? v_spike : potentials[j];
      neuron.upswing = std::max(neuron.upswing - 1, 0);
      const float late = late_potential(j, signals[0]);
#pragma GCC unroll 4
      for (std::size_t k = 0; k < Rule::kFilters; ++k) signals[k + 1] = neuron.low[k];
      std::array<float, Rule::kSums> gain = rule.growth(signals);
      for (float& each : gain) each *= dt;
#pragma GCC unroll 4
      for (std::size_t k = 0; k < Rule::kFilters; ++k)
        signals[k + 1] = neuron.low[k] = late + (neuron.low[k] - late) * keep[k];
      neurons_[j] = neuron;
      see(j, gain, rule.level(signals));
    }
    place_ = place_ + 1 < delay_steps_ ? place_ + 1 : 0;
  }

  std::uint64_t bytes() const {
    return neurons_.size() * sizeof(Neuron) + past_.size() * sizeof(float);
  }
  void visit_state(StateArchive& archive) {
    archive.fixed("neurons", neurons_);
    archive.fixed("past", past_);
    archive("place", place_);
  }

 private:
  struct Neuron {
    std::array<float, Rule::kFilters> low;
    std::int32_t upswing;  // steps of the spike that remain
  };

  /// Takes in a potential, gives that of the delay ago.
  float late_potential(std::size_t j, float now) {
    return delay_steps_ == 0 ? now : std::exchange(past_[j * delay_steps_ + place_], now);
  }

  double dt_ms_;
  float v_spike_;
  std::int32_t spike_steps_;
  std::size_t delay_steps_, place_ = 0;  // place_: in every ring
  std::array<float, Rule::kFilters> keep_;
  std::vector<Neuron> neurons_;
  std::vector<float> past_;  // rings of the last potentials, one after the other
};

/// Potentials in closed form between events.
template <typename Rule>
class ContinuousPotentials {
 public:
  static constexpr std::size_t kSums = Rule::kSums, kSignals = 1 + Rule::kFilters;
  using Sums = std::array<double, kSums>;

  ContinuousPotentials(const Rule& rule, const EventGroup& group, std::size_t neurons)
      : group_(&group), shape_(rule.shape()), fastest_(group.fastest_rate()) {
    for (const double rate : rule.filter_rates()) fastest_ = std::max(fastest_, rate);
    for (const double rate : rule.sum_rates()) fastest_ = std::max(fastest_, rate);
    for (const PotentialGate& gate : rule.gates()) scale_ = std::max(scale_, std::abs(gate.value));
    if (shape_.delay_ms < kLeastDelay) shape_.delay_ms = 0;
    Neuron neuron;
    neuron.signals.fill(shape_.v_init);
    neurons_.assign(neurons, neuron);
    Stretch before{-shape_.delay_ms, 0, 1, {shape_.v_init}};
    if (shape_.delay_ms > 0) past_.assign(neurons, {before});
  }

  /// Sums count from `base_ms` on: what grows at t counts exp(-rate (t - base)). All neurons have
  /// been caught up with there.
  void begin_epoch(double base_ms) {
    base_ = base_ms;
    for (Neuron& neuron : neurons_) neuron.sums = {};
  }
  /// False where the neuron was there already.
  bool advance(const Rule& rule, std::size_t j, double until) {
    if (neurons_[j].time >= until) return false;
    advance(rule, j, until, neurons_[j], past_.empty() ? none_ : past_[j]);
    return true;
  }
  /// The neuron spikes, which adds to its sums.
  void spike(std::size_t j, double time, const std::array<float, kSums>& gain) {
    neurons_[j].spike_end = time + shape_.spike_ms;
    for (std::size_t k = 0; k < kSums; ++k) neurons_[j].sums[k] += static_cast<double>(gain[k]);
  }

  const Sums& sums(std::size_t j) const { return neurons_[j].sums; }
  /// Where it is now; the potential before the inputs and spikes of this instant.
  const PotentialSignals<Rule, double>& signals(std::size_t j) const { return neurons_[j].signals; }
  /// The sums at a later time; nothing changes.
  Sums sums_at(const Rule& rule, std::size_t j, double time) const {
    Neuron neuron = neurons_[j];
    Past past = past_.empty() ? none_ : past_[j];
    advance(rule, j, time, neuron, past);
    return neuron.sums;
  }

  std::uint64_t bytes() const {
    std::uint64_t bytes = neurons_.size() * sizeof(Neuron);
    for (const Past& past : past_) bytes += past.capacity() * sizeof(Stretch);
    return bytes;
  }
  void visit_state(StateArchive& archive) {
    archive.fixed("neurons", neurons_);
    archive("past", past_);
    archive("base", base_);
  }

 private:
  static constexpr double kLeastDelay = 1e-6;  // shorter ones are none
  static constexpr double kNever = EventGroup::kNever;

  struct Neuron {
    double time = 0, spike_end = 0;
    std::array<double, kSignals> signals;
    Sums sums{};
  };
  /// A piece of the potential as the rule sees it.
  struct Stretch {
    double begin, end;
    std::size_t count;
    Terms terms;
  };
  using Past = std::vector<Stretch>;
  /// All signals from the neuron's time on.
  struct Piece {
    std::array<Terms, kSignals> terms;
    std::size_t count;
    double end;
    std::span<const double> signal(std::size_t k) const { return {terms[k].data(), count}; }
  };

  void advance(const Rule& rule, std::size_t j, double until, Neuron& neuron, Past& past) const {
    while (neuron.time < until) {
      const Piece piece = look(rule, j, until, neuron, past);
      const double length = piece.end - neuron.time;
      if (!is_shut(rule, piece, length)) integrate(rule, piece, length, neuron);
      if (shape_.delay_ms > 0) keep(piece, neuron.time, past);
      for (std::size_t k = 0; k < kSignals; ++k)
        neuron.signals[k] = value_at(piece.signal(k), length);
      neuron.time = piece.end;
    }
  }

  Piece look(const Rule& rule, std::size_t j, double until, const Neuron& neuron,
             const Past& past) const {
    Piece piece;
    const double reach = (until - neuron.time) * fastest_;
    piece.count = reach > kMostReach ? kMostTerms : terms_for(reach);
    piece.end = until;
    const Terms* source = piece.terms.data();
    Terms late{};
    if (shape_.delay_ms > 0) {
      see_late(past, neuron.time, piece, late);
      source = &late;
    }
    see(j, neuron, piece);
    const auto rates = rule.filter_rates();
    for (std::size_t k = 1; k < kSignals; ++k) {
      double low = piece.terms[k][0] = neuron.signals[k];
      for (std::size_t n = 1; n < piece.count; ++n)
        low = piece.terms[k][n] =
            ((*source)[n - 1] - low) * (rates[k - 1] / static_cast<double>(n));
    }
    if ((piece.end - neuron.time) * fastest_ > kMostReach) shorten(rule, neuron.time, piece);
    return piece;
  }

  void see(std::size_t j, const Neuron& neuron, Piece& piece) const {
    const std::span<double> terms(piece.terms[0].data(), piece.count);
    if (neuron.time < neuron.spike_end) {
      std::fill(terms.begin(), terms.end(), 0.0);
      terms[0] = shape_.v_spike;
      piece.end = std::min(piece.end, neuron.spike_end);
    } else {
      piece.end = std::min(piece.end, group_->potential(j, neuron.time, terms));
    }
  }
  /// The potential of the delay ago, to the end of its stretch.
  void see_late(const Past& past, double time, Piece& piece, Terms& late) const {
    const auto stretch = std::partition_point(past.begin(), past.end(), [&](const Stretch& each) {
      return each.end + shape_.delay_ms <= time;
    });
    piece.count = std::max(piece.count, stretch->count);
    piece.end = std::min(piece.end, stretch->end + shape_.delay_ms);
    late = stretch->terms;
    move_origin({late.data(), stretch->count},
                std::max(0.0, time - shape_.delay_ms - stretch->begin));
  }
  void keep(const Piece& piece, double begin, Past& past) const {
    constexpr std::ptrdiff_t kDead = 16;
    past.push_back({begin, piece.end, piece.count, piece.terms[0]});
    std::fill(past.back().terms.begin() + static_cast<std::ptrdiff_t>(piece.count),
              past.back().terms.end(), 0.0);
    const auto alive = std::partition_point(past.begin(), past.end(), [&](const Stretch& each) {
      return each.end + shape_.delay_ms <= begin;
    });
    if (alive - past.begin() >= kDead) past.erase(past.begin(), alive);
  }

  /// Where exponentials go too far for their series: as far as these do by their last terms, if no
  /// weight can grow so long, or as far as any go.
  void shorten(const Rule& rule, double begin, Piece& piece) const {
    const double least = kMostReach / fastest_;
    const double length = std::min(piece.end - begin, settled_length(piece));
    const bool goes = length > least && is_shut(rule, piece, length);
    piece.end = std::min(piece.end, begin + (goes ? length : least));
  }
  double settled_length(const Piece& piece) const {
    constexpr double kTiny = 0x1p-50;
    double scale = scale_;
    for (const Terms& terms : piece.terms) scale = std::max(scale, std::abs(terms[0]));
    double length = kNever;
    for (const Terms& terms : piece.terms)
      for (std::size_t n = piece.count - 3; n < piece.count; ++n)
        if (const double term = std::abs(terms[n]); term > 0)
          length = std::min(length, std::pow(kTiny * scale / term, 1 / static_cast<double>(n)));
    return length;
  }

  static bool is_shut(const Rule& rule, const Piece& piece, double length) {
    for (const PotentialGate& gate : rule.gates()) {
      const auto signal = piece.signal(gate.signal);
      if (signal[0] > gate.value) continue;
      if (signal[0] + spread_of(signal, length) <= gate.value ||
          BernsteinForm(signal, length).greatest() <= gate.value)
        return true;
    }
    return false;
  }

  /// Adds what the sums gain over the piece: smooth between the places where a gate opens or shuts.
  void integrate(const Rule& rule, const Piece& piece, double length, Neuron& neuron) const {
    constexpr std::size_t kGates = std::tuple_size_v<decltype(rule.gates())>;
    std::array<double, kGates * kMostTerms + 2> cuts{0};
    std::size_t count = 1;
    for (const PotentialGate& gate : rule.gates()) {
      const auto signal = piece.signal(gate.signal);
      if (std::abs(signal[0] - gate.value) > spread_of(signal, length)) continue;
      Terms terms = piece.terms[gate.signal];
      terms[0] -= gate.value;
      each_zero({terms.data(), piece.count}, length, [&](double x) { cuts[count++] = x; });
    }
    std::sort(cuts.begin(), cuts.begin() + static_cast<std::ptrdiff_t>(count));
    cuts[count] = length;
    for (std::size_t k = 0; k < kSums; ++k) {
      const double rate = rule.sum_rates()[k], factor = std::exp(-(neuron.time - base_) * rate);
      Terms trace{factor};
      for (std::size_t n = 1; n < piece.count; ++n)
        trace[n] = trace[n - 1] * (-rate / static_cast<double>(n));
      const auto gain = [&](double x) {
        return rule.growth(signals_at(piece, x))[k] * value_at({trace.data(), piece.count}, x);
      };
      for (std::size_t part = 0; part < count; ++part)
        neuron.sums[k] += integral(rule, piece, cuts[part], cuts[part + 1], gain);
    }
  }
  template <typename Gain>
  double integral(const Rule& rule, const Piece& piece, double begin, double end,
                  const Gain& gain) const {
    constexpr double kFew =
        0.1;  // the product of three signals changes as fast as three times that
    const auto middle = signals_at(piece, 0.5 * (begin + end));
    for (const PotentialGate& gate : rule.gates())
      if (middle[gate.signal] <= gate.value) return 0;
    return (end - begin) * fastest_ < kFew ? gauss_legendre<4>(begin, end, gain)
                                           : gauss_legendre<8>(begin, end, gain);
  }
  static PotentialSignals<Rule, double> signals_at(const Piece& piece, double x) {
    PotentialSignals<Rule, double> signals;
    for (std::size_t k = 0; k < kSignals; ++k) signals[k] = value_at(piece.signal(k), x);
    return signals;
  }

  const EventGroup* group_;
  PotentialShape shape_;
  double fastest_;    // [1/ms]: of all that the signals and traces are made of
  double scale_ = 0;  // of signals
  double base_ = 0;
  std::vector<Neuron> neurons_;
  std::vector<Past> past_;  // of the last delay; empty without
  Past none_;
};

/// One of the two, as the engine has it.
template <typename Rule, bool kFollows>
struct FollowedPotentials {
  std::unique_ptr<SteppedPotentials<Rule>> steps;
  std::unique_ptr<ContinuousPotentials<Rule>> pieces;

  /// Throws parameter_invalid where a part of the delay is dendritic.
  FollowedPotentials(const Rule& rule, const PlasticContext& context) {
    if (context.number("dendritic_delay_ms", 0) > 0)
      fail(Code::parameter_invalid,
           "net.projections." + context.projection.name + ".plasticity.dendritic_delay_ms",
           "the rule goes by the potential at the soma: delays are axonal");
    if (context.potentials != nullptr)
      pieces =
          std::make_unique<ContinuousPotentials<Rule>>(rule, *context.potentials, context.neurons);
    else
      steps =
          std::make_unique<SteppedPotentials<Rule>>(rule, context.network.dt_ms, context.neurons);
  }
  void spike(std::size_t j, double now_ms, const std::array<float, Rule::kSums>& gain) {
    pieces ? pieces->spike(j, now_ms, gain) : steps->spike(j);
  }
  std::uint64_t bytes() const { return pieces ? pieces->bytes() : steps->bytes(); }
  void visit_state(StateArchive& archive) {
    archive("steps", steps);
    archive("pieces", pieces);
  }
};
template <typename Rule>
struct FollowedPotentials<Rule, false> {
  FollowedPotentials(const Rule&, const PlasticContext&) {}
  static std::uint64_t bytes() { return 0; }
};

}  // namespace synfire
