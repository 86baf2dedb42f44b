// Every neuron model of this build; the list is generated from the files of this folder.
#pragma once

#include <span>

#include "core/engine/model.h"

namespace synfire {

std::span<const ModelInfo* const> neuron_models();

}  // namespace synfire
