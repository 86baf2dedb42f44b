// The group of neurons that are given by a C99 kernel: what a model's file need not repeat. State
// is kept as one array a variable; loops over the kernel vectorise, in code for several instruction
// sets (point_loop.h).
#pragma once

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/engine/huge_array.h"
#include "core/engine/model.h"
#include "neurons/common/neuron_numbers.h"
#include "neurons/common/point_loop.h"

namespace synfire {

/// `Law` describes the kernel:
///   Real                  float or double
///   Constants, State      structs of the kernel; Constants has refractory_steps and substeps,
///                         State holds variables of type Real only
///   kStates               {name, member} of every variable; the first is the potential
///   kReceptors            1 or 2
///   kEntries              the members that inputs are added to at a step's end, by receptor, where
///                         nothing else comes of an input in that step (float only); else empty
///   kChance               fire() needs a random number
///   parameters()          for the descriptor, with the defaults that `lower` gets
///   lower(number, dt_ms)  the Constants of one neuron
///   start(constants, v)   its State at first
///   integrate(constants, state, held, current), receive(constants, state, held, exc, inh) and
///   fire(constants, state, held, chance): see below
/// and may have
///   learn(constants, on)  whether what a neuron learns by itself goes on changing
/// A step integrates `substeps` times, each with a test for a spike; in the last one inputs are
/// received before the test. `held` is 1 while the neuron is refractory.
template <typename Law>
class PointGroup final : public NeuronGroup {
 public:
  using Real = typename Law::Real;
  using Constants = typename Law::Constants;
  using State = typename Law::State;

  PointGroup(const Population& population, const GroupContext& context)
      : PointGroup(NeuronNumbers(population, context, Law::parameters()), context) {}

  void reset() override {
    bind();
    const auto count = static_cast<std::size_t>(size());
    for (std::size_t i = 0; i < count; ++i) {
      const State state = Law::start(constants(i), v_init_[i]);
      for (std::size_t k = 0; k < kVariables; ++k) at_[k][i] = state.*Law::kStates[k].member;
    }
    wait_.assign(count, 0);
    for (std::size_t r = 0; r < 2; ++r) {
      input_[r].assign(count, 0);
      std::fill(sums_[r].begin(), sums_[r].end(), 0);
    }
    injected_.clear();
    std::fill(current_.begin(), current_.end(), 0.0F);
  }

  void inject(std::span<const float> values) override {
    if (values.size() != size())
      fail(Code::sample_size, "net.inputs", "the sample does not have the input's size");
    injected_.assign(values.begin(), values.end());
  }
  Receptor receptor(std::int32_t index) override {
    return std::span<float>(input_[static_cast<std::size_t>(index)]);
  }
  std::span<float> currents() override {
    current_.resize(size(), 0.0F);
    return current_;
  }
  void attach(std::int32_t index, std::span<std::int32_t> sums, float quantum,
              std::span<float> state) override {
    const auto r = static_cast<std::size_t>(index);
    sums_[r] = sums, quantum_[r] = quantum, entry_[r] = state;
  }

  void learn(bool on) override {
    if constexpr (requires(Constants & p) { Law::learn(p, true); })
      for (Constants& each : constants_) Law::learn(each, on);
  }

  void update(const Step& step, SpikeList& out) override {
    out.reserve(size());
    for (std::size_t first = 0; first < size(); first += kPointBlock)
      advance(step, first, std::min(kPointBlock, size() - first), out);
    std::fill(current_.begin(), current_.end(), 0.0F);
  }

  std::span<const float> float_values() const override {
    values_.assign(at_[0], at_[0] + size());
    return values_;
  }
  std::vector<double> state(std::string_view variable) const override {
    for (std::size_t k = 0; k < kVariables; ++k)
      if (variable == Law::kStates[k].name) return {at_[k], at_[k] + size()};
    return {};
  }

 private:
  static constexpr std::size_t kVariables = Law::kStates.size();
  static constexpr std::size_t kReceptors = Law::kReceptors;

  PointGroup(const NeuronNumbers& numbers, const GroupContext& context)
      : v_init_(numbers.initial_potential()),
        seed_(context.seed),
        first_(context.first_neuron + static_cast<std::uint64_t>(context.slice.first)),
        loop_(point_loop<Law>()) {
    const std::size_t distinct = numbers.uniform() ? std::min<std::size_t>(size(), 1) : size();
    for (std::size_t i = 0; i < distinct; ++i)
      constants_.push_back(Law::lower(numbers.of(i), context.dt_ms));
    PointGroup::reset();
  }

  std::size_t size() const { return v_init_.size(); }
  bool shares() const { return constants_.size() == 1; }
  const Constants& constants(std::size_t i) const { return constants_[shares() ? 0 : i]; }

  /// Where the variables are: in arrays of the group's own, or where others add inputs too.
  void bind() {
    for (std::size_t k = 0; k < kVariables; ++k) {
      own_[k].resize(size());
      at_[k] = own_[k].data();
      if constexpr (std::is_same_v<Real, float>)
        for (std::size_t r = 0; r < Law::kEntries.size(); ++r)
          if (Law::kEntries[r] == Law::kStates[k].member && !entry_[r].empty())
            at_[k] = entry_[r].data();
    }
  }

  void advance(const Step& step, std::size_t first, std::size_t count, SpikeList& out) {
    PointBlock<Law> block;
    block.count = count;
    for (std::size_t k = 0; k < kVariables; ++k) block.state[k] = at_[k] + first;
    for (std::size_t r = 0; r < kReceptors; ++r) take_input(r, step.silent, first, block);
    if (!current_.empty()) std::copy_n(current_.data() + first, count, block.current.begin());
    if constexpr (Law::kChance)
      for (std::size_t i = 0; i < count; ++i)
        block.chance[i] = Random(seed_, Stream::escape, first_ + first + i)
                              .uniform(static_cast<std::uint64_t>(step.index));
    std::int32_t* const wait = wait_.data() + first;
    for (std::size_t i = 0; i < count; ++i) block.held[i] = wait[i] > 0 ? 1 : 0;
    for (std::size_t i = 0; i < count; ++i) wait[i] -= block.held[i];
    loop_(constants_.data() + (shares() ? 0 : first), shares(), block);
    if (!block.any_fired()) return;
    for (std::size_t i = 0; i < count; ++i) {
      if (block.fired[i] == 0) continue;
      wait[i] = constants(first + i).refractory_steps;
      out.add(static_cast<std::uint32_t>(first + i), 1);
    }
  }

  void take_input(std::size_t r, bool silent, std::size_t first, PointBlock<Law>& block) {
    float* const to = block.input[r].data();
    if (!sums_[r].empty()) {
      if (silent) return;
      std::int32_t* const sums = sums_[r].data() + first;
      for (std::size_t i = 0; i < block.count; ++i)
        to[i] = static_cast<float>(sums[i]) * quantum_[r];
      std::fill_n(sums, block.count, 0);
      return;
    }
    std::copy_n(input_[r].data() + first, block.count, to);
    std::fill_n(input_[r].data() + first, block.count, 0.0F);
    if (r == 0 && !injected_.empty())
      for (std::size_t i = 0; i < block.count; ++i) to[i] += injected_[first + i];
  }

  std::vector<Constants> constants_;  // one, or one per neuron
  std::vector<double> v_init_;
  std::uint64_t seed_, first_;
  PointLoop<Law> loop_;
  std::array<StateArray<Real>, kVariables> own_;
  std::array<Real*, kVariables> at_{};
  std::array<std::vector<float>, 2> input_;  // where nothing is attached
  std::array<std::span<std::int32_t>, 2> sums_;
  std::array<std::span<float>, 2> entry_;
  std::array<float, 2> quantum_{};
  std::vector<float> injected_;        // empty: nothing
  std::vector<float> current_;         // of the next step; empty: none ever flows
  std::vector<std::int32_t> wait_;     // refractory steps that remain
  mutable std::vector<float> values_;  // what float_values shows
};

/// The parts of the descriptor that follow from the law.
template <typename Law>
std::unique_ptr<NeuronGroup> make_point_group(const Population& population,
                                              const GroupContext& context) {
  return std::make_unique<PointGroup<Law>>(population, context);
}
template <typename Law>
std::vector<std::string_view> state_names() {
  std::vector<std::string_view> names;
  for (const auto& each : Law::kStates) names.push_back(each.name);
  return names;
}

}  // namespace synfire
