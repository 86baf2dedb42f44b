// Layer-sequential schedules: which window each population fires in, and the delays that follow.
#pragma once

#include "converters/passes/common/coding.h"

namespace synfire {

/// Longest path from a population without inputs, per population. Throws network_cycle.
std::vector<std::int32_t> depths(const Network& network);

/// Gives every population its phase and every projection the delay with which its last spike
/// arrives when the target starts to fire; `window` steps per phase.
void schedule(Network& network, std::int32_t window);

/// All layers at once: delays make the paths to a population equally long; runs `steps` steps and
/// one more per layer. Returns the depths.
std::vector<std::int32_t> pipeline(Network& network, std::int32_t steps);

/// Codings whose window is part of their meaning: every population becomes `model`, layer after
/// layer in windows of `window` steps. Throws bad_option_value when the options ask for other
/// steps.
void apply_fixed_window(Network& network, const CodingOptions& options, std::string_view model,
                        std::int32_t window);
/// The verdict of codings that keep every bit of every layer.
Verdict exact_everywhere(const Population& population, const CodingOptions& options);

}  // namespace synfire
