// Currents that flow continuously from the populations whose models send them (dc, sine ...) into
// others, beside synapses. Such a current is a function of (parameters, neuron, step) alone:
// whoever advances the target computes it, so that any number of threads gives the same bits.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/engine/model.h"

namespace synfire {

/// Whether the projection's source sends currents.
bool carries_current(const Network& network, const ModelRegistry& registry,
                     const Projection& projection);

/// Reports projections of currents that are neither one to one nor from all to all with one weight,
/// or that lead to models that take no currents.
void check_currents(const Network& network, const ModelRegistry& registry,
                    Diagnostics& diagnostics);

/// The same network with the projections that are not currents; null where it has no others.
std::unique_ptr<const Network> without_currents(const Network& network,
                                                const ModelRegistry& registry);

/// One projection's currents into neighbouring neurons of its target.
class CurrentFlow {
 public:
  CurrentFlow(const Network& network, const ModelRegistry& registry, const Projection& projection,
              Slice target);

  /// Before the target's update in step `now`: the currents that were sent a delay ago flow in it.
  void add(std::int64_t now, NeuronGroup& target);

  void visit_state(StateArchive& archive);

 private:
  std::unique_ptr<NeuronGroup> source_;  // of the same slice; from all to all: all neurons
  std::int64_t delay_;
  bool to_all_;
  std::vector<float> weight_;  // one, or one per neuron
  std::vector<float> sent_;
};

/// All into one group, in the order of the projections.
std::vector<CurrentFlow> current_flows(const Network& network, const ModelRegistry& registry,
                                       std::size_t population, Slice target);

}  // namespace synfire
