#include "neurons/common/current_events.h"
#include "neurons/common/current_group.h"

namespace synfire {
namespace {

template <typename Membrane>
std::vector<Membrane> membranes_of(const ParameterReader& read) {
  const CurrentParameters<double> p(read);
  std::vector<Membrane> list;
  for (std::size_t i = 0; i < read.count(); ++i)
    list.push_back({p.tau_mem[i], p.tau_exc[i], p.tau_inh[i], p.leak[i] + p.r[i] * p.offset[i],
                    p.r[i], p.threshold[i], p.reset[i]});
  share_equal(list);
  return list;
}

}  // namespace

template <typename Membrane>
std::unique_ptr<EventGroup> make_current_events(const Population& population,
                                                const GroupContext& context) {
  const ParameterReader read(population, context);
  const double refractory_ms = read.number("refractory_ms", 0.0);
  read.choice("spike_at", {"above", "reached"});  // v is continuous: both are the same here
  std::vector<Membrane> membranes = membranes_of<Membrane>(read);
  for (const Membrane& each : membranes)
    if (refractory_ms <= 0 && each.reset >= each.threshold) refuse_endless_spikes(read);
  const auto first = context.first_neuron + static_cast<std::uint64_t>(context.slice.first);
  return std::make_unique<CurrentEvents<Membrane>>(std::move(membranes),
                                                   read.initial_potential_real(), refractory_ms,
                                                   static_cast<std::uint32_t>(first));
}

template std::unique_ptr<EventGroup> make_current_events<ExpMembrane>(const Population&,
                                                                      const GroupContext&);
template std::unique_ptr<EventGroup> make_current_events<AlphaMembrane>(const Population&,
                                                                        const GroupContext&);

}  // namespace synfire
