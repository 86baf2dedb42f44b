#include "targets/mcu/decoding.h"

#include <span>

#include "encoders/common/element.h"
#include "encoders/common/exponent_scale.h"

namespace synfire::mcu {
namespace {

Decoding::Row row_of(const Stage& stage) {
  if (stage.name == "softmax") return Decoding::Row::softmax;
  if (stage.name == "log_softmax") return Decoding::Row::log_softmax;
  return Decoding::Row::none;
}

/// Whether the board takes this stage over; stages keep their order.
bool take(Decoding& decoding, const Stage& stage, const Output& output) {
  if (decoding.dequantize) return false;
  const std::string where = "decoders." + stage.name;
  if (const Decoding::Row row = row_of(stage); row != Decoding::Row::none) {
    if (decoding.row != Decoding::Row::none) return false;
    decoding.row = row;
    decoding.constants = exponent_scale(stage.parameters, where);
    const std::int64_t depth = integer_or(stage.parameters, "depth", 0, where);
    decoding.length = depth != 0 ? depth : output.shape.empty() ? 1 : output.shape.back();
    return true;
  }
  if (stage.name != "dequantize") return false;
  decoding.dequantize = {scale_of(stage.parameters, where), zero_point_of(stage.parameters, where)};
  return true;
}

}  // namespace

DecodingPlan plan_decoding(const Output& output, bool on_board) {
  DecodingPlan plan;
  std::span<const Stage> stages(output.decoders);
  if (stages.empty() || stages.front().name != "offset") on_board = false;
  for (const Stage& stage : stages) {
    if (&stage == stages.data() && stage.name == "offset") continue;
    if (!on_board || !plan.left.empty() || !take(plan.decoding, stage, output))
      plan.left.push_back(stage.name);
  }
  return plan;
}

}  // namespace synfire::mcu
