// Encoders and decoders, named stages between a sample and a population's values, and sources,
// formats of recordings (DESIGN.md: one pair of files each; the descriptor drives `list`, `explain`
// and validation).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/engine/model.h"
#include "neurons/models.h"

namespace synfire {

std::span<const StageInfo* const> encoders();
std::span<const StageInfo* const> decoders();
std::span<const SourceInfo* const> sources();

/// Neuron models, synapses, rules, encoders and sources: what experiments may use.
inline ModelRegistry experiment_registry() {
  return ModelRegistry(neuron_models(), synapse_models(), plasticity_rules(), encoders(), tasks(),
                       sources());
}

/// Runs `value` through the stages; throws `model_unknown` for a stage that is not registered.
Tensor encode(std::span<const Stage> stages, Tensor value);
Tensor decode(std::span<const Stage> stages, Tensor value);

}  // namespace synfire
