// Pipelined rate coding as firmware: all layers at once, step after step. All states are alive all
// the time, so that places are laid out one after the other.
#pragma once

#include "targets/mcu/plan.h"

namespace synfire::mcu {

/// Adds memory, membranes and sources to the plan's layers. Throws `target_unsupported` where a
/// count does not fit a byte.
void plan_pipeline(Plan& plan, const Network& network);

/// Tables of all layers and the call that runs them, in C.
std::string pipeline_text(const Plan& plan);

/// Bytes of membranes' constants.
std::int64_t pipeline_constant_bytes(const Plan& plan);

/// "linear, pipelined", ... for reports.
std::string pipeline_kernel_name(const Layer& layer);

}  // namespace synfire::mcu
