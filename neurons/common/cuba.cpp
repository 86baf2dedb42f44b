#include "neurons/common/cuba.h"

#include "neurons/common/current_group.h"

namespace synfire {

std::vector<ParameterInfo> cuba_parameters(bool spikes) {
  constexpr double kAny = 3.4e38;
  std::vector<ParameterInfo> list{
      {"tau_mem_ms", "tau_mem", "ms", 20.0, 1e-9, 1e12, "membrane time constant"},
      {"tau_syn_ms", "tau_syn", "ms", 5.0, 1e-9, 1e12, "time constant of the current"},
      {"r", "R", "GOhm", 1.0, -kAny, kAny, "membrane resistance: factor of the current"},
      {"w_in", "w_in", "", 1.0, -kAny, kAny, "factor of the input"},
      {"i_offset", "I0", "pA", 0.0, -kAny, kAny, "constant part of the input"},
      {"v_leak", "v_leak", "mV", 0.0, -kAny, kAny, "potential without input"},
      {"input", "", "", std::string("current"), 0, 0,
       "current (held over dt) or delta (jump of the current)"},
      {"integrator", "", "", std::string("exponential"), 0, 0,
       "exponential, euler, or semi_implicit (Euler's, i before v)"}};
  if (!spikes) return joined({list, initial_parameters(0, "mV")});
  return joined({list,
                 initial_parameters(0, "mV"),
                 threshold_parameters(),
                 {{"reset", "", "", std::string("zero"), 0, 0, "zero, value or subtract"}}});
}

synfire_cuba_lif_t cuba_constants(const NeuronNumbers::One& number, double dt_ms, bool spikes) {
  const double r = number("r"), w = number("w_in"), offset = w * number("i_offset");
  CurrentSpan span{number("tau_mem_ms"), number("tau_syn_ms"), r, dt_ms};
  const auto integrator = number.choice("integrator", {"exponential", "euler", "semi_implicit"});
  const bool euler = integrator > 0, current_first = integrator == 2;
  const bool delta = number.choice("input", {"current", "delta"}) == 1;
  if (euler) span.decay_mem = 1 - dt_ms / span.tau_mem, span.decay_syn = 1 - dt_ms / span.tau_syn;
  const double gain = r * (1 - span.decay_mem);
  const double gain_syn = !euler ? exp_gain(span) : gain * (current_first ? span.decay_syn : 1);
  const double feed = 1 - span.decay_syn, lift = gain - gain_syn;
  synfire_cuba_lif_t p{};
  p.decay = span.decay_mem, p.gain = gain;
  p.decay_syn = span.decay_syn, p.gain_syn = gain_syn;
  p.feed = w * (delta ? 1 : feed), p.lift = w * (delta ? 0 : lift);
  p.drive_i = offset * feed, p.drive_v = offset * lift;
  p.v_leak = number("v_leak"), p.substeps = 1;
  if (!spikes) return p;
  p.v_threshold = number("v_threshold"), p.v_reset = number("v_reset");
  p.reset = number.choice("reset", {"zero", "value", "subtract"});
  p.inclusive = number.choice("spike_at", {"above", "reached"});
  p.refractory_steps = number.steps("refractory_ms");
  return p;
}

}  // namespace synfire
