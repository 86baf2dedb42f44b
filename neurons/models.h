// Every neuron model, synapse model, plasticity rule and task of this build; the lists are
// generated from the files of this folder, of synapses/, plasticity/ and tasks/.
#pragma once

#include <span>

#include "core/engine/model.h"

namespace synfire {

std::span<const ModelInfo* const> neuron_models();
std::span<const SynapseInfo* const> synapse_models();
std::span<const PlasticityInfo* const> plasticity_rules();
std::span<const TaskInfo* const> tasks();

/// All of them, for an engine.
inline ModelRegistry model_registry() {
  return ModelRegistry(neuron_models(), synapse_models(), plasticity_rules(), {}, tasks());
}

}  // namespace synfire
