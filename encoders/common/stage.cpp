#include "encoders/stage.h"

#include <algorithm>
#include <string>
#include <utility>

namespace synfire {
namespace {

using StageList = std::span<const StageInfo* const>;

const StageInfo& find_stage(StageList known, const Stage& stage, const char* kind) {
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const StageInfo* info) { return info->name == stage.name; });
  if (found != known.end()) return **found;
  std::vector<std::string> names;
  for (const StageInfo* info : known) names.emplace_back(info->name);
  const std::string nearest = nearest_name(stage.name, names);
  fail(Code::model_unknown, std::string("net.") + kind + "s." + stage.name,
       std::string("this build has no such ") + kind,
       nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
}

Tensor run_stages(StageList known, std::span<const Stage> stages, Tensor value, const char* kind) {
  for (const Stage& stage : stages)
    value = find_stage(known, stage, kind).apply(value, stage.parameters);
  return value;
}

}  // namespace

Tensor encode(std::span<const Stage> stages, Tensor value) {
  return run_stages(encoders(), stages, std::move(value), "encoder");
}

Tensor decode(std::span<const Stage> stages, Tensor value) {
  return run_stages(decoders(), stages, std::move(value), "decoder");
}

}  // namespace synfire
