// LIF neurons with synaptic currents on the grid of dt: what exponential and alpha-shaped currents
// share.
#pragma once

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "core/engine/huge_array.h"
#include "core/engine/model.h"
#include "neurons/common/lif_kernel.h"
#include "neurons/common/reader.h"
#include "neurons/common/refractory.h"
#include "neurons/common/response.h"

namespace synfire {

/// One value per neuron of each.
template <typename Real>
struct CurrentParameters {
  explicit CurrentParameters(const ParameterReader& read);

  std::vector<Real> tau_mem, tau_exc, tau_inh, r, leak, offset, threshold, reset;
};

/// The descriptors' parameters.
std::vector<ParameterInfo> current_parameters();

/// What a receptor's propagators are made from, over dt.
struct CurrentSpan {
  double tau_mem, tau_syn, r, dt;
  double decay_mem = std::exp(-dt / tau_mem), decay_syn = std::exp(-dt / tau_syn);
};
/// From an exponential current at the step's start to v at its end.
inline double exp_gain(const CurrentSpan& s) {
  return s.r * exp_response(s.tau_mem, s.tau_syn, s.dt, s.decay_mem, s.decay_syn);
}

/// The C99 neurons' constants; `set(constants, exc, inh)` fills in those of the receptors.
template <typename Constants, typename Set>
std::vector<Constants> current_constants(const ParameterReader& read, double dt, Set&& set) {
  const CurrentParameters<float> p(read);
  Constants common{};
  common.refractory_steps = read.steps("refractory_ms", 0.0);
  common.inclusive = read.choice("spike_at", {"above", "reached"});
  std::vector<Constants> list(read.count(), common);
  for (std::size_t i = 0; i < list.size(); ++i) {
    Constants& lif = list[i];
    const auto tau = static_cast<double>(p.tau_mem[i]), r = static_cast<double>(p.r[i]);
    const double decay = std::exp(-dt / tau);
    lif.decay = static_cast<float>(decay);
    lif.gain = static_cast<float>(r * (1 - decay));
    lif.drive = static_cast<float>(r * (1 - decay) * static_cast<double>(p.offset[i]));
    lif.v_leak = p.leak[i], lif.v_threshold = p.threshold[i], lif.v_reset = p.reset[i];
    set(lif, CurrentSpan{tau, static_cast<double>(p.tau_exc[i]), r, dt},
        CurrentSpan{tau, static_cast<double>(p.tau_inh[i]), r, dt});
  }
  share_constants(list);
  return list;
}

/// `Law` has the C99 neuron's Constants, the names of the states (kEntry, kFed) and `constants`.
template <typename Law>
class CurrentGroup final : public NeuronGroup {
 public:
  CurrentGroup(const Population& population, const GroupContext& context)
      : CurrentGroup(ParameterReader(population, context), context.dt_ms) {}

  void reset() override {
    v_.assign(v_init_.begin(), v_init_.end());
    wait_.assign(v_.size(), 0);
    std::fill(current_.begin(), current_.end(), 0.0F);
    refractory_.reset(v_.size(), constants_.empty() ? 0 : constants_[0].refractory_steps);
    for (std::size_t r = 0; r < 2; ++r) {
      if (attached_[r].empty()) {
        own_[r].assign(v_.size(), 0);
        entry_[r] = own_[r];
      }
      std::fill(entry_[r].begin(), entry_[r].end(), 0.0F);
      if (!Law::kFed[r].empty()) fed_[r].assign(v_.size(), 0);
      input_[r].assign(v_.size(), 0);
      std::fill(attached_[r].begin(), attached_[r].end(), 0);
    }
  }
  Receptor receptor(std::int32_t index) override { return std::span<float>(input_[index]); }
  std::span<float> currents() override {
    current_.resize(v_.size(), 0.0F);
    return current_;
  }
  void attach(std::int32_t index, std::span<std::int32_t> sums, float quantum,
              std::span<float> state) override {
    attached_[index] = sums, quantum_[index] = quantum, entry_[index] = state;
  }

  void update(const Step& step, SpikeList& out) override {
    out.reserve(v_.size());
    if (constants_.size() == 1 && !attached_[0].empty() && current_.empty())
      return update_vectors(step.silent, out);
    const CurrentState all = state_arrays();
    for (std::size_t i = 0; i < v_.size(); ++i) {
      const float exc = take_input(0, i), inh = take_input(1, i);
      if (step_one(law(i), all, i, &wait_[i], exc, inh) != 0)
        out.add(static_cast<std::uint32_t>(i), 1);
    }
    std::fill(current_.begin(), current_.end(), 0.0F);
  }

  std::span<const float> float_values() const override { return v_; }
  std::vector<double> state(std::string_view variable) const override {
    if (variable == "v") return {v_.begin(), v_.end()};
    for (std::size_t r = 0; r < 2; ++r) {
      if (variable == Law::kEntry[r]) return {entry_[r].begin(), entry_[r].end()};
      if (variable == Law::kFed[r]) return {fed_[r].begin(), fed_[r].end()};
    }
    return {};
  }
  void visit_state(StateArchive& archive) override {
    archive.fixed("v", v_);
    archive("entry", entry_);
    archive("fed", fed_);
    archive("input", input_);
    archive("current", current_);
    archive.fixed("wait", wait_);
    archive("refractory", refractory_);
  }

 private:
  CurrentGroup(const ParameterReader& read, double dt_ms)
      : constants_(Law::constants(read, dt_ms)), v_init_(read.initial_potential()) {
    CurrentGroup::reset();
  }

  /// A neuron's constants, with the currents that flow into it.
  typename Law::Constants law(std::size_t i) const {
    typename Law::Constants lif = constants_[constants_.size() == 1 ? 0 : i];
    if (!current_.empty()) lif.drive += lif.gain * current_[i];
    return lif;
  }

  CurrentState state_arrays() {
    return {v_.data(), {entry_[0].data(), entry_[1].data()}, {fed_[0].data(), fed_[1].data()}};
  }

  void update_vectors(bool silent, SpikeList& out) {
    ids_.resize(v_.size() + SpikeList::kMapSlack);
    const auto sums = [&](std::size_t r) {
      return silent || attached_[r].empty() ? nullptr : attached_[r].data();
    };
    CurrentStep step{state_arrays(),     refractory_.begin_step(),
                     {sums(0), sums(1)}, {quantum_[0], quantum_[1]},
                     ids_.data(),        v_.size()};
    if (attached_[1].empty()) step.state.entry[1] = nullptr;
    const std::size_t count = step_all(constants_[0], step);
    refractory_.end_step(std::span(ids_).first(count));
    for (std::size_t i = 0; i < count; ++i) out.add(ids_[i], 1);
  }

  float take_input(std::size_t r, std::size_t i) {
    if (!attached_[r].empty())
      return static_cast<float>(std::exchange(attached_[r][i], 0)) * quantum_[r];
    return std::exchange(input_[r][i], 0.0F);
  }

  std::vector<typename Law::Constants> constants_;  // one, or one per neuron
  std::vector<float> v_init_;
  StateArray<float> v_;
  std::span<float> entry_[2];  // excitatory, inhibitory; attached, or own
  StateArray<float> fed_[2];
  std::vector<float> own_[2], input_[2];
  std::vector<float> current_;      // of the next step; empty: none ever flows
  std::vector<std::int32_t> wait_;  // one by one
  Refractory refractory_;           // in vectors
  StateArray<std::uint32_t> ids_;
  std::span<std::int32_t> attached_[2];
  float quantum_[2] = {0, 0};
};

template <typename Law>
std::unique_ptr<NeuronGroup> make_current_group(const Population& population,
                                                const GroupContext& context) {
  return std::make_unique<CurrentGroup<Law>>(population, context);
}

}  // namespace synfire
