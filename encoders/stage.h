// Encoders and decoders: named stages between a sample and a population's values (DESIGN.md: one
// pair of files each; the descriptor drives `list`, `explain` and validation).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/engine/model.h"

namespace synfire {

struct StageInfo {
  std::string_view name;
  std::string_view summary;
  std::vector<ParameterInfo> parameters;
  std::string_view equations;
  std::string_view source;
  Tensor (*apply)(const Tensor& value, const Parameters& parameters);
};

std::span<const StageInfo* const> encoders();
std::span<const StageInfo* const> decoders();

/// Runs `value` through the stages; throws `model_unknown` for a stage that is not registered.
Tensor encode(std::span<const Stage> stages, Tensor value);
Tensor decode(std::span<const Stage> stages, Tensor value);

}  // namespace synfire
