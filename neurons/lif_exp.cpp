#include "neurons/lif_exp.h"

#include <cmath>
#include <utility>

#include "core/engine/huge_array.h"
#include "neurons/common/lif_kernel.h"
#include "neurons/common/reader.h"
#include "neurons/common/refractory.h"

namespace synfire {
namespace {

/// Gain of an exponential current that is 1 at a step's start, on the potential at the step's end.
double propagator(double tau_mem, double tau_syn, double r, double dt) {
  // The general formula cancels where the time constants meet; its limit is accurate there.
  if (std::abs(tau_mem - tau_syn) < 1e-7 * tau_mem)
    return r * dt / tau_mem * std::exp(-dt / tau_mem);
  return r * tau_syn / (tau_mem - tau_syn) * (std::exp(-dt / tau_mem) - std::exp(-dt / tau_syn));
}

std::vector<synfire_lif_exp_t> constants_of(const ParameterReader& read, double dt) {
  const auto tau = read.numbers("tau_mem_ms", 20.0F), r = read.numbers("r", 1.0F);
  const auto exc = read.numbers("tau_syn_exc_ms", 5.0F), inh = read.numbers("tau_syn_inh_ms", 5.0F);
  const auto leak = read.numbers("v_leak", 0.0F), offset = read.numbers("i_offset", 0.0F);
  const auto threshold = read.numbers("v_threshold", 1.0F), reset = read.numbers("v_reset", 0.0F);
  synfire_lif_exp_t common{};
  common.refractory_steps = read.steps("refractory_ms", 0.0);
  common.inclusive = read.choice("spike_at", {"above", "reached"});
  std::vector<synfire_lif_exp_t> list(read.count(), common);
  for (std::size_t i = 0; i < list.size(); ++i) {
    synfire_lif_exp_t& lif = list[i];
    const double decay = std::exp(-dt / static_cast<double>(tau[i]));
    const auto resistance = static_cast<double>(r[i]);
    const auto gain = [&](float tau_syn) {
      return static_cast<float>(
          propagator(static_cast<double>(tau[i]), static_cast<double>(tau_syn), resistance, dt));
    };
    lif.decay = static_cast<float>(decay);
    lif.decay_exc = static_cast<float>(std::exp(-dt / static_cast<double>(exc[i])));
    lif.decay_inh = static_cast<float>(std::exp(-dt / static_cast<double>(inh[i])));
    lif.gain_exc = gain(exc[i]), lif.gain_inh = gain(inh[i]);
    lif.drive = static_cast<float>(resistance * (1 - decay) * static_cast<double>(offset[i]));
    lif.v_leak = leak[i], lif.v_threshold = threshold[i], lif.v_reset = reset[i];
  }
  share_constants(list);
  return list;
}

class LifExpGroup final : public NeuronGroup {
 public:
  LifExpGroup(const Population& population, const GroupContext& context)
      : LifExpGroup(ParameterReader(population, context), context.dt_ms) {}

  void reset() override {
    v_.assign(v_init_.begin(), v_init_.end());
    wait_.assign(v_.size(), 0);
    refractory_.reset(v_.size(), constants_.empty() ? 0 : constants_[0].refractory_steps);
    for (int r = 0; r < 2; ++r) {
      if (attached_[r].empty()) {
        own_[r].assign(v_.size(), 0);
        current_[r] = own_[r];
      }
      std::fill(current_[r].begin(), current_[r].end(), 0.0F);
      input_[r].assign(v_.size(), 0);
      std::fill(attached_[r].begin(), attached_[r].end(), 0);
    }
  }
  Receptor receptor(std::int32_t index) override { return std::span<float>(input_[index]); }
  void attach(std::int32_t index, std::span<std::int32_t> sums, float quantum,
              std::span<float> state) override {
    attached_[index] = sums, quantum_[index] = quantum, current_[index] = state;
  }

  void update(const Step& step, SpikeList& out) override {
    out.reserve(v_.size());
    if (constants_.size() == 1 && !attached_[0].empty()) return update_vectors(step.silent, out);
    for (std::size_t i = 0; i < v_.size(); ++i) {
      const synfire_lif_exp_t& lif = constants_[constants_.size() == 1 ? 0 : i];
      const float exc = take_input(0, i), inh = take_input(1, i);
      if (synfire_lif_exp_step(&lif, &v_[i], &current_[0][i], &current_[1][i], &wait_[i], exc,
                               inh) != 0)
        out.add(static_cast<std::uint32_t>(i), 1);
    }
  }

  std::span<const float> float_values() const override { return v_; }
  std::vector<double> state(std::string_view variable) const override {
    if (variable == "v") return {v_.begin(), v_.end()};
    if (variable == "i_exc") return {current_[0].begin(), current_[0].end()};
    if (variable == "i_inh") return {current_[1].begin(), current_[1].end()};
    return {};
  }

 private:
  LifExpGroup(const ParameterReader& read, double dt_ms)
      : constants_(constants_of(read, dt_ms)), v_init_(read.initial_potential()) {
    LifExpGroup::reset();
  }

  void update_vectors(bool silent, SpikeList& out) {
    ids_.resize(v_.size() + SpikeList::kMapSlack);
    const bool both = !attached_[1].empty();  // else nothing ever reaches the second receptor
    const std::size_t count =
        step_lif_exp(constants_[0], quantum_[0], quantum_[1],
                     {v_.data(), current_[0].data(), both ? current_[1].data() : nullptr,
                      refractory_.begin_step(), silent ? nullptr : attached_[0].data(),
                      silent || !both ? nullptr : attached_[1].data(), ids_.data(), v_.size()});
    refractory_.end_step(std::span(ids_).first(count));
    for (std::size_t i = 0; i < count; ++i) out.add(ids_[i], 1);
  }

  float take_input(int r, std::size_t i) {
    if (!attached_[r].empty())
      return static_cast<float>(std::exchange(attached_[r][i], 0)) * quantum_[r];
    return std::exchange(input_[r][i], 0.0F);
  }

  std::vector<synfire_lif_exp_t> constants_;  // one, or one per neuron
  std::vector<float> v_init_;
  StateArray<float> v_;
  std::span<float> current_[2];  // excitatory, inhibitory; attached, or own
  std::vector<float> own_[2], input_[2];
  std::vector<std::int32_t> wait_;  // one by one
  Refractory refractory_;           // in vectors
  StateArray<std::uint32_t> ids_;
  std::span<std::int32_t> attached_[2];
  float quantum_[2] = {0, 0};
};

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext& context) {
  return std::make_unique<LifExpGroup>(population, context);
}

std::vector<ParameterInfo> parameters() {
  constexpr double kAny = 3.4e38;
  std::vector<ParameterInfo> list{
      {"tau_mem_ms", "tau_mem", "ms", 20.0, 1e-9, 1e12, "membrane time constant"},
      {"tau_syn_exc_ms", "tau_exc", "ms", 5.0, 1e-9, 1e12, "time constant of receptor 0's current"},
      {"tau_syn_inh_ms", "tau_inh", "ms", 5.0, 1e-9, 1e12, "time constant of receptor 1's current"},
      {"r", "R", "", 1.0, -kAny, kAny, "membrane resistance: factor of the currents"},
      {"i_offset", "I0", "", 0.0, -kAny, kAny, "constant input current"},
      {"v_leak", "v_leak", "", 0.0, -kAny, kAny, "potential without input"}};
  for (const ParameterInfo& parameter : initial_parameters()) list.push_back(parameter);
  for (const ParameterInfo& parameter : threshold_parameters()) list.push_back(parameter);
  return list;
}

}  // namespace

extern const ModelInfo lif_exp_model;
const ModelInfo lif_exp_model{
    .name = "lif_exp",
    .summary = "leaky integrate-and-fire neuron with exponential synaptic currents",
    .nir_name = "",
    .pynn_name = "IF_curr_exp",
    .format = NumberFormat::float32,
    .receptors = 2,
    .splits = true,
    .late_inputs = true,
    .parameters = parameters(),
    .states = {"v", "i_exc", "i_inh"},
    .equations =
        "tau_mem v' = (v_leak - v) + r (i_exc + i_inh + i_offset);  tau_syn i' = -i, i += w per "
        "spike;  spike when v > v_threshold, then v <- v_reset, held for refractory_ms",
    .source =
        "Tsodyks, Uziel and Markram, J. Neurosci. 20, 2000; exact propagators: Rotter and "
        "Diesmann, Biol. Cybern. 81, 1999",
    .create = create};

}  // namespace synfire
