#include "neurons/common/lif_group.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "neurons/common/lif_kernel.h"
#include "neurons/common/reader.h"

namespace synfire {
namespace {

/// decay and gain of one neuron from its time constant, which the network stores.
void lower(synfire_lif_t& lif, double tau_ms, double r, double dt_ms, bool leaky, bool euler) {
  const double k = dt_ms / tau_ms;
  const double decay = !leaky ? 1.0 : euler ? 1.0 - k : std::exp(-k);
  lif.decay = static_cast<float>(decay);
  lif.gain = static_cast<float>(leaky ? r * (1.0 - decay) : r);
}

}  // namespace

LifGroup::LifGroup(std::vector<synfire_lif_t> constants, std::vector<float> v_init, bool spikes)
    : constants_(std::move(constants)),
      v_init_(std::move(v_init)),
      v_(v_init_.size()),
      input_(v_init_.size()),
      injected_(v_init_.size()),
      wait_(v_init_.size()),
      spikes_(spikes) {
  LifGroup::reset();
}

void LifGroup::reset() {
  v_.assign(v_init_.begin(), v_init_.end());
  std::fill(attached_.begin(), attached_.end(), 0);
  refractory_.reset(v_.size(), constants_.empty() ? 0 : constants_[0].refractory_steps);
  std::fill(input_.begin(), input_.end(), 0.0F);
  std::fill(injected_.begin(), injected_.end(), 0.0F);
  std::fill(current_.begin(), current_.end(), 0.0F);
  std::fill(wait_.begin(), wait_.end(), 0);
}

void LifGroup::inject(std::span<const float> values) {
  if (values.size() != injected_.size())
    fail(Code::sample_size, "net.inputs", "the sample does not have the input's size");
  std::copy(values.begin(), values.end(), injected_.begin());
}

void LifGroup::attach(std::int32_t, std::span<std::int32_t> sums, float quantum, std::span<float>) {
  attached_ = sums, quantum_ = quantum;
}

void LifGroup::update(const Step&, SpikeList& out) {
  out.reserve(v_.size() + SpikeList::kMapSlack);
  if (spikes_ && constants_.size() == 1 && !attached_.empty() && current_.empty()) {
    ids_.resize(v_.size() + SpikeList::kMapSlack);
    const std::size_t count =
        step_lif(constants_[0], quantum_,
                 {v_.data(), refractory_.begin_step(), attached_.data(), ids_.data(), v_.size()});
    refractory_.end_step(std::span(ids_).first(count));
    for (std::size_t i = 0; i < count; ++i) out.add(ids_[i], 1);
    return;
  }
  for (std::size_t i = 0; i < v_.size(); ++i) {
    const synfire_lif_t lif = law(i);
    const float input = take_input(i);
    if (!spikes_)
      v_[i] = synfire_lif_integrate(&lif, v_[i], input);
    else if (synfire_lif_step(&lif, &v_[i], &wait_[i], input) != 0)
      out.add(static_cast<std::uint32_t>(i), 1);
  }
  std::fill(current_.begin(), current_.end(), 0.0F);
}

/// A neuron's constants, with the currents that flow into it.
synfire_lif_t LifGroup::law(std::size_t i) const {
  synfire_lif_t lif = constants_[constants_.size() == 1 ? 0 : i];
  if (!current_.empty()) lif.i_offset += current_[i];
  return lif;
}

float LifGroup::take_input(std::size_t i) {
  if (!attached_.empty()) return static_cast<float>(std::exchange(attached_[i], 0)) * quantum_;
  return std::exchange(input_[i], 0.0F) + injected_[i];
}

std::vector<double> LifGroup::state(std::string_view variable) const {
  if (variable == "v") return {v_.begin(), v_.end()};
  return {};
}

void LifGroup::visit_state(StateArchive& archive) {
  archive.fixed("v", v_);
  archive.fixed("input", input_);
  archive.fixed("injected", injected_);
  archive("current", current_);
  archive.fixed("wait", wait_);
  archive("refractory", refractory_);
}

std::vector<synfire_lif_t> lif_constants(const Population& population, const GroupContext& context,
                                         bool leaky) {
  const ParameterReader read(population, context);
  const auto tau = read.numbers("tau_mem_ms", 20.0F), r = read.numbers("r", 1.0F);
  const auto leak = read.numbers("v_leak", 0.0F), offset = read.numbers("i_offset", 0.0F);
  const auto threshold = read.numbers("v_threshold", 1.0F), reset = read.numbers("v_reset", 0.0F);
  synfire_lif_t common{};
  common.reset = read.choice("reset", {"zero", "value", "subtract"});
  common.delta_input = read.choice("input", {"current", "delta"});
  common.inclusive = read.choice("spike_at", {"above", "reached"});
  common.refractory_steps = read.steps("refractory_ms", 0.0);
  const bool euler = read.choice("integrator", {"exponential", "euler"}) == 1;
  std::vector<synfire_lif_t> constants(read.count(), common);
  for (std::size_t i = 0; i < read.count(); ++i) {
    lower(constants[i], static_cast<double>(tau[i]), static_cast<double>(r[i]), context.dt_ms,
          leaky, euler);
    constants[i].v_leak = leak[i], constants[i].i_offset = offset[i];
    constants[i].v_threshold = threshold[i], constants[i].v_reset = reset[i];
  }
  return constants;
}

std::unique_ptr<NeuronGroup> make_lif_group(const Population& population,
                                            const GroupContext& context, bool leaky, bool spikes) {
  auto constants = lif_constants(population, context, leaky);
  share_constants(constants);
  auto start = ParameterReader(population, context).initial_potential();
  return std::make_unique<LifGroup>(std::move(constants), std::move(start), spikes);
}

std::vector<ParameterInfo> lif_parameters(bool leaky, bool spikes) {
  constexpr double kAny = 3.4e38;
  std::vector<ParameterInfo> list{
      {"r", "R", leaky ? "GOhm" : "", 1.0, -kAny, kAny,
       "membrane resistance: factor of the input current"},
      {"i_offset", "I0", "pA", 0.0, -kAny, kAny, "constant input current"},
      {"input", "", "", std::string("current"), 0, 0,
       "current (held over dt) or delta (jump of v)"}};
  for (const ParameterInfo& parameter : initial_parameters(0, "mV")) list.push_back(parameter);
  if (leaky) {
    list.push_back({"tau_mem_ms", "tau_mem", "ms", 20.0, 1e-9, 1e12, "membrane time constant"});
    list.push_back({"v_leak", "v_leak", "mV", 0.0, -kAny, kAny, "potential without input"});
    list.push_back(
        {"integrator", "", "", std::string("exponential"), 0, 0, "exponential or euler"});
  }
  if (spikes) {
    for (const ParameterInfo& parameter : threshold_parameters()) list.push_back(parameter);
    list.push_back({"reset", "", "", std::string("zero"), 0, 0, "zero, value or subtract"});
  }
  return list;
}

}  // namespace synfire
