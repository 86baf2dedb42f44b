// Every neuron model, synapse model and plasticity rule of this build; the lists are generated from
// the files of this folder, of synapses/ and of plasticity/.
#pragma once

#include <span>

#include "core/engine/model.h"

namespace synfire {

std::span<const ModelInfo* const> neuron_models();
std::span<const SynapseInfo* const> synapse_models();
std::span<const PlasticityInfo* const> plasticity_rules();

/// All of them, for an engine.
inline ModelRegistry model_registry() {
  return ModelRegistry(neuron_models(), synapse_models(), plasticity_rules());
}

}  // namespace synfire
