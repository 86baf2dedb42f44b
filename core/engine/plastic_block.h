// The rows of one projection under one rule. A rule's source file instantiates it, so that its
// arithmetic is inlined into the loop over a row's synapses.
//
// A weight is only needed when a spike arrives through its synapse: what postsynaptic spikes have
// done to it since the last arrival is made up for then. They act on a synapse in proportion to the
// trace of its source, which decays exponentially between arrivals, so the sum of
// exp(-rate * time) over the target's spikes tells all; every synapse has a mark of that sum at its
// last arrival. Rows are read one after the other in memory, and there is no index by target.
//
// Sums are kept by epoch, within which exponentials differ by a factor of e^2 at most: differences
// of sums lose no precision. Rows that had no arrival for all the epochs that are kept are brought
// up to date.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/base/prefetch.h"
#include "core/base/state_archive.h"
#include "core/engine/followed_potential.h"
#include "core/engine/homeostasis.h"
#include "core/engine/plastic_rows.h"
#include "core/engine/plastic_rule.h"
#include "core/engine/weight_scale.h"

namespace synfire {

/// `Rule` as plastic_rule.h has it.
template <typename Rule>
class PlasticBlock final : public PlasticRows {
 public:
  static constexpr std::size_t kSums = Rule::kSums;

  PlasticBlock(Rule rule, PlasticContext context)
      : PlasticRows(std::move(context.synapses)),
        rule_(std::move(rule)),
        dynamics_(std::move(context.dynamics)),
        rows_(synapses_.rows()),
        targets_(context.neurons),
        neurons_(context.neurons),
        stored_(synapses_.size()),
        homeostasis_(context.homeostasis(), context.neurons),
        potentials_(rule_, context),
        bound_(static_cast<float>(weight_bound(context.projection))) {
    for (std::size_t s = 0; s < synapses_.size(); ++s)
      stored_[s].synapse.weight = synapses_.weight[s];
    synapses_.weight = {};
    note_neighbours();
    choose_epoch();
  }

  void begin(double now_ms) override {
    while (homeostasis_.is_due(now_ms)) speed_ > 0 ? scale_weights(now_ms) : homeostasis_.skip();
  }

  std::uint64_t arrive(double now_ms, std::span<const PlasticArrival> arrivals,
                       const PlasticSums& to) override {
    open(now_ms);
    std::uint64_t served = 0;
    for (std::size_t i = 0; i < std::min(kAhead, arrivals.size()); ++i) fetch(arrivals[i].row);
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
      if (i + kAhead < arrivals.size()) fetch(arrivals[i + kAhead].row);
      std::int32_t* const sums = to.sums;
      const std::int32_t sign = synapses_.inhibits ? -1 : 1;
      // Weights are positive: this rounds to the nearest.
      const auto act = [=](std::size_t, std::size_t j, float effect) {
        sums[j] += static_cast<std::int32_t>(effect + 0.5F) * sign;
      };
      for (std::int32_t spike = 0; spike < arrivals[i].payload; ++spike)
        served += serve(now_ms, arrivals[i].row, to.per_weight, act);
    }
    return served;
  }

  void arrive(double now_ms, std::uint32_t row, std::span<float> effects) override {
    if constexpr (kFollows) catch_up(now_ms, targets_of(row));
    open(now_ms);
    serve(now_ms, row, synapses_.inhibits ? -1.0F : 1.0F,
          [=](std::size_t i, std::size_t, float effect) { effects[i] = effect; });
  }

  void spike(double now_ms, std::span<const std::uint32_t> targets) override {
    open(now_ms);
    const Factors factors(*this, now_ms);
    for (const std::uint32_t j : targets) {
      homeostasis_.spike(j);
      const PostSpike<kSums> spike = rule_.spike(neurons_[j], now_ms);
      add(j, spike, factors);
      if constexpr (kFollows) potentials_.spike(j, now_ms, factors.scaled(spike.sums));
    }
  }

  bool follows_potentials() const override { return kFollows; }
  void follow(double now_ms, std::span<const float> potentials) override {
    if constexpr (kFollows) {
      open(now_ms);
      const Factors factors(*this, now_ms);
      potentials_.steps->follow(rule_, potentials,
                                [&](std::size_t j, const auto& gain, float level) {
                                  add(j, {gain, level, true}, factors);
                                });
    } else {
      (void)now_ms, (void)potentials;
    }
  }
  void catch_up(double now_ms, std::span<const std::uint16_t> targets) override {
    if constexpr (kFollows) {
      if (!potentials_.pieces) return;
      open(now_ms);
      for (const std::uint16_t j : targets) bring_target(j, now_ms);
    } else {
      (void)now_ms, (void)targets;
    }
  }

  void learn(double now_ms, double speed) override {
    if (speed == speed_) return;
    begin(now_ms);
    open(now_ms);
    bring_all_up_to_date(now_ms);
    speed_ = speed;
    if constexpr (requires { rule_.learn_at(speed); }) rule_.learn_at(speed);
  }

  void reward(double now_ms, double amount) override {
    if constexpr (kRewards) {
      if (speed_ == 0) return;
      open(now_ms);
      bring_all_up_to_date(now_ms);
      rule_.reward(now_ms, amount);
      for (std::size_t s = 0; s < stored_.size(); ++s) rule_.reward(stored_[s].synapse, amount);
    } else {
      (void)now_ms, (void)amount;
    }
  }

  std::vector<float> ahead(double now_ms) const override {
    std::vector<float> sums;
    if constexpr (kFollows)
      for (std::size_t j = 0; potentials_.pieces && j < targets_.size(); ++j)
        for (const double sum : potentials_.pieces->sums_at(rule_, j, now_ms))
          sums.push_back(static_cast<float>(sum));
    (void)now_ms;
    return sums;
  }
  void read(double now_ms, std::size_t row, std::span<const float> ahead,
            std::span<float> weights) const override {
    const View view(*this, rows_[row]);
    const auto factors = rule_.factors(rows_[row].state, now_ms - rows_[row].time, now_ms);
    const std::size_t begin = synapses_.begin[row];
    for (std::size_t s = 0; s < weights.size(); ++s) {
      Stored stored = stored_[begin + s];
      const std::size_t j = synapses_.target[begin + s];
      Target target = targets_[j];
      if (!ahead.empty()) std::copy_n(ahead.data() + j * kSums, kSums, target.sums.begin());
      if (speed_ > 0) rule_.settle(stored.synapse, view.sums(target, stored, j), factors);
      weights[s] = stored.synapse.weight;
    }
  }

  std::uint64_t bytes() const override {
    return synapses_.begin.bytes() + synapses_.target.bytes() + stored_.bytes() +
           rows_.size() * sizeof(Row) +
           neurons_.size() *
               (sizeof(typename Rule::Neuron) + sizeof(Target) + kEpochs * kSums * sizeof(float)) +
           potentials_.bytes() + homeostasis_.bytes() + (dynamics_ ? dynamics_->bytes() : 0);
  }

  void visit_state(StateArchive& archive) override {
    archive("rule", rule_);
    archive("dynamics", dynamics_);
    archive.fixed("rows", rows_);
    archive.fixed("targets", targets_);
    archive.fixed("neurons", neurons_);
    archive("synapses", stored_);
    if constexpr (kFollows) archive("potentials", potentials_);
    archive("homeostasis", homeostasis_);
    archive("base", base_);
    archive("epoch", epoch_);
    archive("past", past_);
    archive("speed", speed_);
  }

 private:
  static constexpr bool kFollows = requires { Rule::kFilters; };
  static constexpr bool kRewards = requires(Rule rule) { rule.reward(0.0, 0.0); };
  static constexpr std::size_t kAhead = 2;
  static constexpr std::size_t kEpochs = 32;
  static constexpr double kEpochDecays = 2;     // e-folds of the fastest exponential in one epoch
  static constexpr double kLongestEpoch = 250;  // ms: sums of few spikes, too
  /// A trace is taken for 0 when it has decayed to e^-20 = 2e-9.
  static constexpr double kGone = 20;

  struct Row {
    typename Rule::Row state{};
    double time = 0;  // of the last arrival
    std::int64_t epoch = 0;
    bool neighbours = false;  // one synapse onto each of some neurons in a row
  };
  /// In the units of the epoch: spikes at its beginning count 1.
  struct Target {
    std::array<float, kSums> sums{};
    float level = 0;
  };
  struct Stored {
    typename Rule::Synapse synapse;
    [[no_unique_address]] Marks<kSums> marks;
  };

  /// The epochs as seen from a row.
  struct View {
    std::array<const float*, kSums> past;  // by target
    std::array<float, kSums> later, trace;

    View(const PlasticBlock& block, const Row& row) {
      const auto age = static_cast<std::size_t>(block.epoch_ - row.epoch);
      const double since = row.time - static_cast<double>(row.epoch) * block.length_;
      for (std::size_t k = 0; k < kSums; ++k) {
        past[k] = block.past_[k][age == 0 ? kEpochs : slot(row.epoch)].data();
        later[k] = block.gaps_[k][age];
        trace[k] = static_cast<float>(block.speed_ * block.rule_.trace(row.state) *
                                      std::exp(since * block.rule_.sum_rates()[k]));
      }
    }
    /// Of the target's spikes since the row's last arrival.
    std::array<float, kSums> sums(const Target& target, const Stored& stored, std::size_t j) const {
      std::array<float, kSums> sums;
      for (std::size_t k = 0; k < kSums; ++k)
        sums[k] = trace[k] * ((past[k][j] - stored.marks[k]) + target.sums[k] * later[k]);
      return sums;
    }
  };

  /// On what spikes now add, in the units of the epoch.
  struct Factors {
    std::array<float, kSums> sums;
    float level;

    Factors(const PlasticBlock& block, double now_ms) {
      const double since = now_ms - block.base_;
      for (std::size_t k = 0; k < kSums; ++k)
        sums[k] = static_cast<float>(std::exp(-since * block.rule_.sum_rates()[k]));
      level = static_cast<float>(std::exp(since * block.rule_.level_rate()));
    }
    std::array<float, kSums> scaled(std::array<float, kSums> gain) const {
      for (std::size_t k = 0; k < kSums; ++k) gain[k] *= sums[k];
      return gain;
    }
  };
  void add(std::size_t j, const PostSpike<kSums>& spike, const Factors& factors) {
    Target& target = targets_[j];
    const std::array<float, kSums> gain = factors.scaled(spike.sums);
    for (std::size_t k = 0; k < kSums; ++k) target.sums[k] += gain[k];
    target.level = (spike.replaces ? 0 : target.level) + spike.level * factors.level;
  }

  std::span<const std::uint16_t> targets_of(std::size_t r) const {
    return {synapses_.target.data() + synapses_.begin[r],
            synapses_.begin[r + 1] - synapses_.begin[r]};
  }
  /// Their potentials, where these are in continuous time.
  void bring_targets(double now_ms) {
    if constexpr (kFollows)
      for (std::size_t j = 0; potentials_.pieces && j < targets_.size(); ++j)
        bring_target(j, now_ms);
    (void)now_ms;
  }
  void bring_target(std::size_t j, double now_ms) {
    if (!potentials_.pieces->advance(rule_, j, now_ms)) return;
    Target& target = targets_[j];
    for (std::size_t k = 0; k < kSums; ++k)
      target.sums[k] = static_cast<float>(potentials_.pieces->sums(j)[k]);
    target.level = static_cast<float>(rule_.level(potentials_.pieces->signals(j)));
  }

  static std::size_t slot(std::int64_t epoch) { return static_cast<std::size_t>(epoch) % kEpochs; }

  /// Such rows need no look at whom a synapse is on: their loops vectorise.
  void note_neighbours() {
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      const std::uint16_t* const begin = synapses_.target.data() + synapses_.begin[r];
      const std::uint16_t* const end = synapses_.target.data() + synapses_.begin[r + 1];
      rows_[r].neighbours = begin != end && std::adjacent_find(begin, end, [](auto a, auto b) {
                                              return b != a + 1;
                                            }) == end;
    }
  }

  void choose_epoch() {
    double fastest = rule_.level_rate();
    for (const double rate : rule_.sum_rates()) fastest = std::max(fastest, std::abs(rate));
    length_ = fastest > 0 ? std::min(kEpochDecays / fastest, kLongestEpoch)
                          : std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < kSums; ++k) {
      // One more, of zeros: the past of rows whose last arrival was in this epoch.
      past_[k].assign(kEpochs + 1, std::vector<float>(neurons_.size()));
      for (std::size_t age = 0; age < kEpochs; ++age)
        gaps_[k][age] = age == 0 ? 1.0F
                                 : static_cast<float>(std::exp(-static_cast<double>(age) * length_ *
                                                               rule_.sum_rates()[k]));
    }
  }

  void open(double now_ms) {
    while (now_ms >= base_ + length_) {
      bring_targets(static_cast<double>(epoch_ + 1) * length_);
      next_epoch();
    }
  }

  void next_epoch() {
    for (std::size_t k = 0; k < kSums; ++k) archive(k);
    const auto decay = static_cast<float>(std::exp(-length_ * rule_.level_rate()));
    for (Target& target : targets_) target.sums = {}, target.level *= decay;
    base_ = static_cast<double>(++epoch_) * length_;
    if constexpr (kFollows)
      if (potentials_.pieces) potentials_.pieces->begin_epoch(base_);
    for (std::size_t r = 0; r < rows_.size(); ++r)
      if (rows_[r].epoch + static_cast<std::int64_t>(kEpochs) - 1 <= epoch_)
        bring_up_to_date(r, base_);
  }

  /// Adds the sums of the epoch that ends to those seen from all before it, and begins its own.
  void archive(std::size_t k) {
    for (std::size_t age = 1; age < kEpochs && static_cast<std::int64_t>(age) <= epoch_; ++age) {
      if (static_cast<double>(age) * length_ * rule_.sum_rates()[k] > kGone) break;
      std::vector<float>& past = past_[k][slot(epoch_ - static_cast<std::int64_t>(age))];
      for (std::size_t j = 0; j < past.size(); ++j) past[j] += targets_[j].sums[k] * gaps_[k][age];
    }
    for (std::size_t j = 0; j < neurons_.size(); ++j)
      past_[k][slot(epoch_)][j] = targets_[j].sums[k];
  }

  void bring_up_to_date(std::size_t r, double now_ms) {
    Row& row = rows_[r];
    const View view(*this, row);
    const auto factors = rule_.factors(row.state, now_ms - row.time, now_ms);
    for (std::size_t s = synapses_.begin[r]; s < synapses_.begin[r + 1]; ++s) {
      const std::size_t j = synapses_.target[s];
      Stored& stored = stored_[s];
      if (speed_ > 0) rule_.settle(stored.synapse, view.sums(targets_[j], stored, j), factors);
      stored.marks.set(targets_[j].sums);
    }
    rule_.pass(row.state, now_ms - row.time);
    row.time = now_ms, row.epoch = epoch_;
  }
  void bring_all_up_to_date(double now_ms) {
    bring_targets(now_ms);
    for (std::size_t r = 0; r < rows_.size(); ++r) bring_up_to_date(r, now_ms);
  }

  void scale_weights(double now_ms) {
    open(now_ms);
    bring_all_up_to_date(now_ms);
    homeostasis_.begin();
    for (std::size_t s = 0; s < stored_.size(); ++s)
      homeostasis_.add(synapses_.target[s], stored_[s].synapse.weight);
    const auto factors = homeostasis_.finish();
    for (std::size_t s = 0; s < stored_.size(); ++s) {
      float& weight = stored_[s].synapse.weight;
      weight = std::min(weight * static_cast<float>(factors[synapses_.target[s]]), bound_);
    }
  }

  /// The first lines of a row; those that follow the processor fetches by itself.
  void fetch(std::uint32_t r) const {
    constexpr std::size_t kLines = 4;
    const std::size_t begin = synapses_.begin[r];
    const auto* const targets = reinterpret_cast<const char*>(synapses_.target.data() + begin);
    const auto* const stored = reinterpret_cast<const char*>(stored_.data() + begin);
    for (std::size_t line = 0; line < kLines; ++line)
      prefetch(targets + 64 * line), prefetch(stored + 64 * line);
  }

  /// Calls act(place in the row, target, effect) for every synapse of the row: its effect is its
  /// weight now times `scale` and what the dynamics leave of it.
  template <typename Act>
  std::uint64_t serve(double now_ms, std::uint32_t r, float scale, const Act& act) {
    const std::size_t begin = synapses_.begin[r], end = synapses_.begin[r + 1];
    if (begin == end) return 0;
    if (dynamics_) scale *= dynamics_->arrive(r, now_ms);
    Row& row = rows_[r];
    speed_ > 0 ? change(now_ms, row, begin, end, scale, act) : keep(begin, end, scale, act);
    rule_.pass(row.state, now_ms - row.time);
    rule_.arrive(row.state);
    row.time = now_ms, row.epoch = epoch_;
    return end - begin;
  }

  /// The weights change, then act.
  template <typename Act>
  void change(double now_ms, const Row& row, std::size_t begin, std::size_t end, float scale,
              const Act& act) {
    const View view(*this, row);
    const Rule rule = rule_;
    const auto factors = rule.factors(row.state, now_ms - row.time, now_ms);
    const auto level_factor =
        static_cast<float>(speed_ * std::exp(-(now_ms - base_) * rule.level_rate()));
    const std::uint16_t* const targets = synapses_.target.data() + begin;
    Stored* const row_stored = stored_.data() + begin;
    const Target* const post = targets_.data();
    const std::size_t count = end - begin;
    const auto change_one = [=](std::size_t i, std::size_t j) {
      const Target target = post[j];
      Stored stored = row_stored[i];
      rule.settle(stored.synapse, view.sums(target, stored, j), factors);
      rule.arrive(stored.synapse, target.level * level_factor, factors);
      stored.marks.set(target.sums);
      row_stored[i] = stored;
      act(i, j, stored.synapse.weight * scale);
    };
    if (row.neighbours) {
      const std::size_t first = targets[0];
#pragma GCC ivdep
      for (std::size_t i = 0; i < count; ++i) change_one(i, first + i);
    } else {
      for (std::size_t i = 0; i < count; ++i) change_one(i, targets[i]);
    }
  }
  /// They act. What the targets' spikes add meanwhile is dropped when they change again.
  template <typename Act>
  void keep(std::size_t begin, std::size_t end, float scale, const Act& act) const {
    for (std::size_t s = begin; s < end; ++s)
      act(s - begin, synapses_.target[s], stored_[s].synapse.weight * scale);
  }

  Rule rule_;
  std::unique_ptr<SynapseDynamics> dynamics_;
  std::vector<Row> rows_;
  std::vector<Target> targets_;
  std::vector<typename Rule::Neuron> neurons_;
  HugeArray<Stored> stored_;
  Homeostasis homeostasis_;
  [[no_unique_address]] FollowedPotentials<Rule, kFollows> potentials_;
  float bound_;        // greatest weight
  double speed_ = 1;   // of learning; 0: weights stay
  double length_ = 0;  // [ms] of an epoch
  double base_ = 0;    // when the current one began
  std::int64_t epoch_ = 0;
  /// By sum, epoch (modulo kEpochs) and target: the epoch's sum and those of all later epochs that
  /// have ended, in the units of the epoch.
  std::array<std::vector<std::vector<float>>, kSums> past_;
  std::array<std::array<float, kEpochs>, kSums> gaps_;  // factor from an epoch to one so much later
};

}  // namespace synfire
