#include "neurons/common/delta_events.h"
#include "neurons/common/reader.h"

namespace synfire {
namespace {

/// Words that only have a meaning on a grid.
void refuse_grid(const ParameterReader& read, bool leaky) {
  if (!leaky) return;  // a unit impulse of current moves IF as a jump of v does
  if (read.choice("input", {"current", "delta"}) == 0)
    fail(Code::parameter_invalid, read.where() + ".input",
         "a current that is held over dt has no meaning in continuous time",
         "use input = \"delta\", or the model lif_exp");
  if (read.choice("integrator", {"exponential", "euler"}) == 1)
    fail(Code::parameter_invalid, read.where() + ".integrator",
         "the event engine integrates exactly, without steps", "use integrator = \"exponential\"");
}

DeltaLaws laws_of(const ParameterReader& read, double dt_ms, bool leaky) {
  const auto tau = read.reals("tau_mem_ms", 20.0), r = read.reals("r", 1.0);
  const auto leak = read.reals("v_leak", 0.0), offset = read.reals("i_offset", 0.0);
  const auto threshold = read.reals("v_threshold", 1.0), reset = read.reals("v_reset", 0.0);
  const std::int32_t resets = read.choice("reset", {"zero", "value", "subtract"});
  const bool jumps = read.choice("input", {"current", "delta"}) == 1;
  DeltaLaws laws;
  laws.leaky = leaky;
  laws.subtracts = resets == 2;
  laws.inclusive = read.choice("spike_at", {"above", "reached"}) == 1;
  laws.refractory_ms = read.number("refractory_ms", 0.0);
  for (std::size_t i = 0; i < read.count(); ++i)
    // The offset of IF is what it adds in one step of dt.
    laws.neurons.push_back({.rate = leaky ? 1 / tau[i] : 0,
                            .drive = leaky ? leak[i] + r[i] * offset[i] : r[i] * offset[i] / dt_ms,
                            .threshold = threshold[i],
                            .reset = resets == 1 ? reset[i] : 0,
                            .gain = jumps ? 1 : r[i]});
  share_equal(laws.neurons);
  return laws;
}

}  // namespace

std::unique_ptr<EventGroup> make_delta_events(const Population& population,
                                              const GroupContext& context, bool leaky) {
  const ParameterReader read(population, context);
  refuse_grid(read, leaky);
  DeltaLaws laws = laws_of(read, context.dt_ms, leaky);
  for (const DeltaNeuron& n : laws.neurons)
    if (laws.refractory_ms <= 0 && (laws.subtracts ? n.threshold <= 0 : n.reset >= n.threshold))
      refuse_endless_spikes(read);
  const auto first = context.first_neuron + static_cast<std::uint64_t>(context.slice.first);
  return std::make_unique<DeltaEvents>(std::move(laws), read.initial_potential_real(),
                                       static_cast<std::uint32_t>(first));
}

}  // namespace synfire
